"""More than a server takes, sent to one that runs: it says so, forgets it, and serves the others.

What is measured is the process itself: its memory at its highest, and how many bytes it let come.
"""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from io import BytesIO
from threading import Event, Thread
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from posloyalty.headoffice.running.patience import BEYOND_BYTES
from posloyalty.sync.wire import messages, profiles
from posloyalty.system import SystemClock
from tests.headoffice.a_chain import PROGRAMME
from tests.headoffice.a_till import ATill
from tests.headoffice.driven.flood import MEBIBYTE, Memory, flood, head, sent
from tests.headoffice.driven.house import House
from tests.headoffice.driven.person import Person

pytestmark = pytest.mark.enable_socket
MOST: Final = 300 * MEBIBYTE
GREW_MOST: Final = 32 * MEBIBYTE
STARTED: Final = 4 * MEBIBYTE
"""What lies in the socket, and what is read before an answer is there."""
PARTS: Final = "multipart/form-data; boundary=x"
UPLOADS: Final = ("/console/programmes", "/console/articles", "/console/credits")


@pytest.fixture
def database_url() -> str:
    """Nothing of it comes to either database."""
    return ""


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[None]:
    """Somebody does something, again and again."""
    enough = Event()

    def again() -> None:
        while not enough.is_set():
            act()

    thread = Thread(target=again)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()


def test_what_is_far_too_large_is_refused_and_the_line_is_cut(house: House) -> None:
    with Person.made(house, "ann") as ann:
        ann.enter()
        ours = {"cookie": ann.session, "content-type": PARTS}
        asked = {
            messages.PUSH: ({}, 413),
            messages.HELLO: ({}, 413),
            "/console/sign-in": ({}, 413),
            "/nowhere": ({}, 404),
            UPLOADS[0]: ({}, 303),
            **dict.fromkeys(UPLOADS, (ours, 413)),
        }
        memory = Memory(house.served.process.pid)
        for path, (headers, status) in asked.items():
            whole = head("POST", path, {**headers, "content-length": str(MOST)})
            pieces = head("POST", path, {**headers, "transfer-encoding": "chunked"})
            told = flood(house.place, whole, MOST), flood(house.place, pieces, MOST, chunked=True)
            assert [one.status for one in told] == [status, status], path
            assert max(one.sent for one in told) < BEYOND_BYTES + 16 * MEBIBYTE, path
        assert memory.grew() < GREW_MOST


def test_a_till_is_served_while_others_send_without_end(house: House) -> None:
    without_end = head("POST", messages.PUSH, {"transfer-encoding": "chunked"})

    def floods() -> None:
        assert flood(house.place, without_end, MOST, chunked=True).status == 413

    with house.till(1) as till, meanwhile(floods), meanwhile(floods), meanwhile(floods):
        for _ in range(3):
            till.sell()
            till.until(lambda: till.till.sending.status().waiting == 0)


BOMB: Final = gzip.compress(bytes(200 * MEBIBYTE))
DENSE: Final = lzma.compress(
    bytes(200 * MEBIBYTE), format=lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2, "preset": 0}]
)
ZSTD: Final = b"\x28\xb5\x2f\xfd" + bytes(1_000)
PACKED: Final = [
    (messages.PUSH, "gzip", BOMB, 413),
    (messages.PUSH, "lzma2", DENSE, 413),
    (messages.PUSH, "zstd", ZSTD, 415),
    (messages.HELLO, "gzip", BOMB[:16_000], 400),
    (profiles.TELL, "gzip", BOMB, 413),
]


def test_a_till_that_sends_a_bomb_is_told_so(house: House) -> None:
    till = ATill(SystemClock(UTC))  # type: ignore[arg-type]
    with house.office() as office:
        till.join(office, house.codes[1])
    memory = Memory(house.served.process.pid)
    for path, packing, body, status in PACKED:
        headers = till.signed(path, body)
        headers |= {"content-encoding": packing, "content-length": str(len(body))}
        assert sent(house.place, head("POST", path, headers), body) == status, (path, packing)
    assert memory.grew() < GREW_MOST


def test_a_spreadsheet_that_is_a_bomb_is_a_file_that_is_too_large(house: House) -> None:
    file = BytesIO()
    book = Workbook()
    book.worksheets[0].append(["sku", "name"])
    book.save(file)
    bomb = BytesIO()
    with ZipFile(file) as parts, ZipFile(bomb, "w", ZIP_DEFLATED) as made:
        for name in parts.namelist():
            more = b"<a/>" * (5 * MEBIBYTE) if name == "xl/styles.xml" else b""
            made.writestr(name, parts.read(name).replace(b"</styleSheet>", more + b"</styleSheet>"))
    with Person.made(house, "ann") as ann:
        with house.office() as office:  # which says in which currency prices are
            digest = office.publishing.keep(PROGRAMME.encode(), by="ann").hash.hex()
            number = office.publishing.propose(digest, begins=office.clock.now(), by="ann")
            office.publishing.approve(number, by="ben")
        ann.enter().get("/console/articles")
        memory = Memory(house.served.process.pid)
        ann.send("/console/articles", file=bomb.getvalue())
        assert ann.says("too large; at most")
        assert memory.grew() < 2 * GREW_MOST
