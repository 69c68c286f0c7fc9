"""Every bound of a running server reached at once: lines without a request, bodies without an end,
tills that wait. What it holds is bounded, and a till that behaves is answered.
"""

from __future__ import annotations

import resource
import socket
from contextlib import ExitStack
from datetime import UTC
from pathlib import Path
from typing import Final

import pytest

from posloyalty.headoffice.running.bodies import BYTES_TOGETHER
from posloyalty.sync.wire import answers, messages
from posloyalty.sync.wire.batch import PACKED_BYTES_MAX
from posloyalty.system import SystemClock
from tests.headoffice.a_till import ATill
from tests.headoffice.driven.flood import MEBIBYTE, Memory, connected, head
from tests.headoffice.driven.house import House

pytestmark = pytest.mark.enable_socket
HALF_OPEN: Final = 1_000
WHOLE: Final = 16
BODIES: Final = BYTES_TOGETHER // PACKED_BYTES_MAX + WHOLE
"""So many more than are held together."""
WAITING: Final = 40
GREW_MOST: Final = BYTES_TOGETHER + 48 * MEBIBYTE


@pytest.fixture
def database_url() -> str:
    """Nothing of it comes to either database."""
    return ""


@pytest.fixture
def many_files() -> None:
    """Room for a line's both ends, which are this process's and its server's."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4 * HALF_OPEN, hard), hard))


@pytest.mark.usefixtures("many_files")
def test_a_till_is_answered_while_every_bound_is_reached(house: House) -> None:
    waiting = [ATill(SystemClock(UTC), number) for number in range(1, WAITING + 1)]  # type: ignore[arg-type]
    with house.office() as office:
        for number, one in enumerate(waiting):
            code = office.administration.new_code("S2")
            one.join(office, code, till_code=f"W{number}")
    with ExitStack() as open_, house.till(1) as till:
        memory = Memory(house.served.process.pid)
        polls = [open_.enter_context(_polling(house.place, one)) for one in waiting]
        lines = [open_.enter_context(_begun(house.place)) for _ in range(HALF_OPEN)]
        bodies = [open_.enter_context(_without_end(house.place)) for _ in range(BODIES)]
        for _ in range(3):
            till.sell()
            till.until(lambda: till.till.sending.status().waiting == 0)
        assert memory.grew() < GREW_MOST
        told = [_told(one) for one in bodies]
        first = told.index(b"")
        assert 0 < first < 2 * WHOLE  # who came first gave way
        assert set(told[:first]) == {b"HTTP/1.1 429"}
        assert set(told[first:]) == {b""}
        assert {_told(one) for one in [*polls, *lines]} == {b""}


def _begun(place: Path) -> socket.socket:
    """Half of a head."""
    line = connected(place)
    line.sendall(b"POST " + messages.PUSH.encode() + b" HTTP/1.1\r\nhost: h\r\n")
    return line


def _polling(place: Path, till: ATill) -> socket.socket:
    """A till that waits for news."""
    body = b'{"for_s":25}'
    headers = till.signed(answers.WAIT, body) | {"content-length": str(len(body))}
    line = connected(place)
    line.sendall(head("POST", answers.WAIT, headers) + body)
    return line


def _without_end(place: Path) -> socket.socket:
    """A body of full size, but for its last byte."""
    line = connected(place)
    first = head("POST", messages.PUSH, {"content-length": str(PACKED_BYTES_MAX)})
    line.sendall(first + bytes(PACKED_BYTES_MAX - 1))
    return line


def _told(line: socket.socket) -> bytes:
    """What was answered so far, as far as its status."""
    line.setblocking(False)
    try:
        return line.recv(65_536)[:12]
    except BlockingIOError:
        return b""
