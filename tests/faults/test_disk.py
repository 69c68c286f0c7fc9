"""What can be wrong with the disk or the file: each is named, and nothing is half done."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.tender import take_cash
from posloyalty.services.book.book_faults import (
    BookDamaged,
    BookError,
    BookExists,
    ChainDamaged,
    DiskFault,
    DiskFull,
    KeyMissing,
    NetworkPlace,
    NoBook,
    ReadOnlyPlace,
    WrongKey,
)
from posloyalty.services.till import Till
from posloyalty.storage.drive import linux_mounts, network_kind
from posloyalty.wording import LANGUAGES, Words
from tests.faults.shop import make_shop, reopen


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed shop; tests work on copies."""
    folder = tmp_path_factory.mktemp("made") / "book"
    till, _created = make_shop(folder)
    till.close()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "book"))


def sell(till: Till) -> bytes:
    operator: Operator = till.people.all()[0]
    basket = till.check_out.open_basket().add(till.catalogue.search("")[0])
    quote = till.check_out.quote(basket)
    cash = take_cash(
        quote.payable_minor,
        (),
        given_minor=quote.payable_minor,
        rounding=till.shop.details().cash,
    )
    return till.check_out.complete(basket, quote, (cash,), operator).id


def whole_folder(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_copied_folder_opens_and_sells(folder: Path) -> None:
    till = reopen(folder)
    sale_id = sell(till)
    till.close()
    till = reopen(folder)
    assert till.history.sale(sale_id) is not None
    till.close()


@pytest.mark.parametrize("left", [0, 1, 100, 4096, 5000, 40_000])
def test_a_truncated_book_is_called_damaged(folder: Path, left: int) -> None:
    with (folder / "till.book").open("r+b") as file:
        file.truncate(left)
    with pytest.raises(BookDamaged):
        reopen(folder)
    assert (folder / "till.book").stat().st_size == left


@pytest.mark.parametrize("place", [0, 20, 3000, 5000, 9000, 14_000])
def test_a_flipped_byte_is_found_at_the_latest_by_the_quick_check(folder: Path, place: int) -> None:
    data = bytearray((folder / "till.book").read_bytes())
    data[place] ^= 0x40
    (folder / "till.book").write_bytes(data)
    with pytest.raises(BookDamaged), contextlib.closing(reopen(folder)) as till:
        till.settle()


def test_a_file_that_never_was_a_book_is_called_damaged(folder: Path) -> None:
    (folder / "till.book").write_bytes(b"this is not a book " * 1000)
    with pytest.raises(BookDamaged):
        reopen(folder)


def test_another_books_key_is_called_a_wrong_key(folder: Path) -> None:
    (folder / "till.key").write_text("ab" * 32)
    with pytest.raises(WrongKey):
        reopen(folder)


@pytest.mark.parametrize("text", ["", "nonsense", "ab" * 31])
def test_an_unreadable_key_file_is_called_a_wrong_key(folder: Path, text: str) -> None:
    (folder / "till.key").write_text(text)
    with pytest.raises(WrongKey):
        reopen(folder)


def test_a_lost_key_says_that_the_recovery_code_is_needed(folder: Path) -> None:
    (folder / "till.key").unlink()
    with pytest.raises(KeyMissing):
        reopen(folder)


def test_a_folder_without_a_book_says_so_and_stays_empty(tmp_path: Path) -> None:
    with pytest.raises(NoBook):
        reopen(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_second_first_run_in_the_same_folder_is_refused(folder: Path) -> None:
    before = whole_folder(folder)
    with pytest.raises(BookExists):
        make_shop(folder)
    assert whole_folder(folder) == before


def test_a_full_disk_refuses_the_sale_whole_and_selling_goes_on_when_there_is_room(
    folder: Path,
) -> None:
    till = reopen(folder)
    sold = sell(till)
    limit_pages(till, extra=1)
    room = sell_until_full(till)
    sold = room[-1] if room else sold
    assert till.verify.verify().holds
    assert till.history.sale(sold) is not None
    limit_pages(till, extra=10_000)
    again = sell(till)
    assert till.history.sale(again) is not None
    till.close()
    till = reopen(folder)
    assert till.verify.verify().holds
    till.close()


def sell_until_full(till: Till) -> list[bytes]:
    sold: list[bytes] = []
    with pytest.raises(DiskFull):
        sold.extend(sell(till) for _ in range(100))
    return sold


def limit_pages(till: Till, *, extra: int) -> None:
    with till.book.write() as unit:
        ask = unit.connection.exec_driver_sql  # type: ignore[attr-defined]
        pages = ask("PRAGMA page_count").scalar()
        ask(f"PRAGMA max_page_count = {pages + extra}")


@pytest.mark.parametrize(("left", "fault"), [(4096, DiskFull), (1 << 30, DiskFault)])
def test_a_book_that_finds_no_room_at_its_opening_names_a_full_disk(
    folder: Path, left: int, fault: type[BookError], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What SQLite cannot make beside a book that nobody has open is an I/O error by its code."""
    with monkeypatch.context() as full, files_no_larger_than(4096):
        full.setattr("posloyalty.storage.driver.free_bytes", lambda _folder: left)
        with pytest.raises(fault):
            reopen(folder)
    till = reopen(folder)
    sell(till)
    till.close()


def test_a_disk_that_fails_while_writing_is_not_written_to_again(folder: Path) -> None:
    """A write beyond the file size limit fails like a broken disk: with an I/O error."""
    till = reopen(folder)
    sold = sell(till)
    with files_no_larger_than(4096), pytest.raises(DiskFault):
        sell(till)
    with pytest.raises(DiskFault):
        sell(till)
    assert till.history.sale(sold) is not None
    till.close()
    till = reopen(folder)
    assert till.history.sale(sold) is not None
    assert till.verify.verify().holds
    sell(till)
    till.close()


@contextlib.contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_read_only_folder_is_named_before_anything_is_opened(made: Path) -> None:
    with readable_only(made) as folder, pytest.raises(ReadOnlyPlace) as refused:
        reopen(folder)
    assert str(folder) in refused.value.facts["place"]


def test_a_first_run_in_a_read_only_folder_leaves_nothing(made: Path) -> None:
    with readable_only(made) as folder:
        with pytest.raises(ReadOnlyPlace):
            make_shop(folder / "new")
        assert not (folder / "new").exists()


CAP_DAC_OVERRIDE = 1
CAPABILITIES_VERSION_3 = 0x20080522


@contextlib.contextmanager
def permissions_that_count() -> Iterator[None]:
    """Let the modes of files bind root too, by giving up CAP_DAC_OVERRIDE (capabilities(7)).

    Becoming somebody else would do it as well, but that somebody may not be able to read a
    checkout in root's own home.
    """
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION_3, 0)
    # Twice effective, permitted, inheritable: first the low 32 capabilities, then the high ones.
    had, left = (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()
    assert libc.capget(header, had) == 0
    left[:] = had[:]
    left[0] &= ~(1 << CAP_DAC_OVERRIDE)
    assert libc.capset(header, left) == 0
    try:
        yield
    finally:
        assert libc.capset(header, had) == 0


@contextlib.contextmanager
def readable_only(made: Path) -> Iterator[Path]:
    """A copy of a shop that the process may read and not write, even when root runs the tests."""
    outer = Path(tempfile.mkdtemp())
    folder = Path(shutil.copytree(made, outer / "book"))
    for path in (outer, folder):
        path.chmod(0o555)
    for path in folder.iterdir():
        path.chmod(0o444)
    try:
        with permissions_that_count():
            yield folder
    finally:
        for path in (outer, folder):
            path.chmod(0o755)
        shutil.rmtree(outer)


def test_a_row_changed_behind_the_tills_back_keeps_the_book_shut(folder: Path) -> None:
    till = reopen(folder)
    sell(till)
    with till.book.write() as unit:
        change = unit.connection.exec_driver_sql  # type: ignore[attr-defined]
        change("DROP TRIGGER journal_event_no_update")
        change("UPDATE journal_event SET body = x'7b7d' WHERE seq = 4")
        unit.commit()
    till.close()
    with pytest.raises(ChainDamaged):
        reopen(folder)


@contextlib.contextmanager
def locked_by_somebody_else(folder: Path) -> Iterator[None]:
    """Another program has the book to itself for writing, as a backup or a virus scanner may."""
    other = sqlcipher.connect(str(folder / "till.book"), isolation_level=None)
    other.execute(f"PRAGMA key = \"x'{(folder / 'till.key').read_text().strip()}'\"")
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


def test_fault_65_a_sale_waits_until_another_program_lets_go_of_the_book(folder: Path) -> None:
    till = reopen(folder)
    with ThreadPoolExecutor(1) as lane:
        with locked_by_somebody_else(folder):
            sold = lane.submit(sell, till)
            # A sale that does not wait has failed by then; one that does is not through.
            wait([sold], timeout=0.5)
            assert not sold.done()
        assert till.history.sale(sold.result()) is not None
    assert till.verify.verify().holds
    till.close()


MOUNTS = """\
22 1 254:1 / / rw,relatime - ext4 /dev/vda1 rw
40 22 0:35 / /mnt/shop\\040share rw - cifs //server/share rw
41 22 0:36 / /mnt/nfs rw shared:9 - nfs4 server:/export rw
42 41 0:37 / /mnt/nfs/local rw - tmpfs tmpfs rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/shop", None),
        ("/mnt/shop share/book", "cifs"),
        ("/mnt/shop share", "cifs"),
        ("/mnt/nfs/till", "nfs4"),
        ("/mnt/nfs/local/book", None),
        ("/mnt/nfsx", None),
    ],
)
def test_a_network_drive_is_recognised_by_its_mount(folder: str, kind: str | None) -> None:
    from posloyalty.storage.drive import NETWORK_KINDS, kind_among

    assert kind_among(linux_mounts(MOUNTS), Path(folder)) == kind
    assert kind is None or kind in NETWORK_KINDS


def test_a_book_on_a_network_drive_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert network_kind(folder) is None
    monkeypatch.setattr("posloyalty.storage.drive.network_kind", lambda _folder: "nfs4")
    with pytest.raises(NetworkPlace):
        reopen(folder)


def faults() -> list[type[BookError]]:
    return BookError.__subclasses__()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fault", faults())
def test_every_fault_has_words_in_every_language(fault: type[BookError], language: str) -> None:
    words = Words(language)
    assert words.has(fault.code)
    facts = dict.fromkeys(
        ("place", "pid", "found", "known", "detail", "seq", "expected", "kind"), "x"
    )
    assert words(fault.code, **facts)
