"""A full disk lets the sale end: the ballast goes, and whoever looks after the shop is told."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from posloyalty.front_door import unlock
from posloyalty.services.till import Till
from posloyalty.storage.ballast import BALLAST_BYTES, LOW_BYTES, SPARE_BYTES, Ballast
from posloyalty.storage.unit_of_work import DISK_LOW, SqlBook
from posloyalty.sync import events
from tests.faults.shop import make_shop, reopen
from tests.faults.test_disk import limit_pages, sell, sell_until_full

ROOMY = BALLAST_BYTES + SPARE_BYTES


@dataclass
class Disk:
    """A disk with so much room beside the ballast."""

    left: int = ROOMY
    asked: list[Path] = field(default_factory=list)

    def free(self, folder: Path) -> int:
        self.asked.append(folder)
        return self.left


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "book"
    till, _created = make_shop(folder)
    till.close()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "book"))


def on(till: Till, disk: Disk) -> Ballast:
    """The till's ballast, on a disk of the test's."""
    assert isinstance(till.book, SqlBook)
    till.book.ballast._free = disk.free
    return till.book.ballast


def notes(till: Till) -> list[str]:
    with till.book.read() as reader:
        found = [events.decode(one.body) for one in reader.journal.events()]
    return [one.code for one in found if isinstance(one, events.ErrorNote)]


def test_it_holds_its_blocks_and_is_laid_once(tmp_path: Path) -> None:
    disk = Disk()
    ballast = Ballast(tmp_path / "b", free=disk.free)
    assert (ballast.held, ballast.lay(), ballast.lay()) == (False, True, True)
    assert (tmp_path / "b").stat().st_blocks * 512 >= BALLAST_BYTES
    assert len(disk.asked) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_it_is_not_laid_where_it_would_be_what_fills_the_disk(tmp_path: Path) -> None:
    assert not Ballast(tmp_path / "b", free=lambda _: ROOMY - 1).lay()
    assert not (tmp_path / "b").exists()


def test_a_till_lays_it_when_it_is_asked_to_and_not_before(folder: Path) -> None:
    till = reopen(folder)
    on(till, Disk())
    till.settle()
    assert not (folder / "till.ballast").exists()
    assert till.hold_room()
    assert (folder / "till.ballast").stat().st_size == BALLAST_BYTES
    till.close()


def test_fault_9_a_disk_that_fills_up_lets_the_sale_end_and_says_so_once(folder: Path) -> None:
    till, disk = reopen(folder), Disk()
    ballast = on(till, disk)
    assert ballast.lay()
    sell(till)
    assert notes(till) == []
    disk.left = LOW_BYTES - 1
    sold = sell(till)
    assert till.history.sale(sold) is not None
    assert not (folder / "till.ballast").exists()
    assert notes(till) == [DISK_LOW]
    sell(till)
    assert notes(till) == [DISK_LOW]
    # Nobody made room: the next start says so, and does not take more.
    assert not till.hold_room()
    disk.left = ROOMY
    assert till.hold_room()
    assert till.verify.verify().holds
    till.close()


def test_it_goes_before_a_book_is_opened_and_the_next_sale_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program filled the disk overnight: without room a book is not even read."""
    disk = Disk()
    assert Ballast(folder / "till.ballast", free=disk.free).lay()
    disk.left = 0
    monkeypatch.setattr(Ballast.__init__, "__kwdefaults__", {"free": disk.free})
    held = unlock(folder, None)
    assert not (folder / "till.ballast").exists()
    held.lock.release()
    disk.left = BALLAST_BYTES
    till = reopen(folder)
    sell(till)
    sell(till)
    assert notes(till) == [DISK_LOW]
    till.close()


def test_a_sale_that_found_no_room_all_the_same_goes_through_the_next_time(folder: Path) -> None:
    till, disk = reopen(folder), Disk()
    ballast = on(till, disk)
    assert ballast.lay()
    limit_pages(till, extra=0)
    sell_until_full(till)
    assert not (folder / "till.ballast").exists()
    limit_pages(till, extra=1_000)  # the room that it had held
    assert till.history.sale(sell(till)) is not None
    till.close()


def test_what_is_not_committed_is_told_with_what_is(folder: Path) -> None:
    till, disk = reopen(folder), Disk()
    assert on(till, disk).lay()
    disk.left = 0
    with till.book.write():
        pass  # gone without a commit
    assert notes(till) == []
    sell(till)
    assert notes(till) == [DISK_LOW]
    till.close()


def test_a_folder_that_cannot_be_asked_holds_up_no_sale(folder: Path) -> None:
    till = reopen(folder)
    ballast = on(till, Disk())
    assert ballast.lay()

    def gone(_folder: Path) -> int:
        raise OSError("no such device")

    ballast._free = gone
    assert till.history.sale(sell(till)) is not None
    till.close()
