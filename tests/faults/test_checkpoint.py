"""A power cut while the write-ahead log is folded into the book.

The log is not begun anew before all of it has reached the book, so a cut on the way leaves the
whole log and a book in which some of its pages have arrived, in any order, the last of them in
part. Such a folder is made here, page by page, from one as it lies on the disk after some sales
(https://sqlite.org/fileformat2.html, "The Write-Ahead Log"; SQLCipher encrypts pages, not frames).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest

from posloyalty.services.book.book_faults import BookError
from tests.faults.shop import make_shop, reopen
from tests.faults.test_disk import sell

HEADER, FRAME, SECTOR = 32, 24, 512
CUTS = 12
SALES = 6


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[bytes]]:
    """A folder as it lies on the disk after some sales that nothing has folded in yet."""
    folder = tmp_path_factory.mktemp("made")
    till, _created = make_shop(folder / "book")
    till.close()  # this folds everything in
    till = reopen(folder / "book")
    sold = [sell(till) for _ in range(SALES)]
    shutil.copytree(folder / "book", folder / "lies")
    till.close()
    return folder / "lies", sold


def frames(log: Path) -> list[tuple[int, bytes]]:
    """(page, its bytes) of the log, in the order in which they were written."""
    data = log.read_bytes()
    size = int.from_bytes(data[8:12], "big")
    salt = data[16:24]
    found = []
    for at in range(HEADER, len(data) - FRAME - size + 1, FRAME + size):
        if data[at + 8 : at + 16] != salt:
            break  # left over from an earlier round
        page = int.from_bytes(data[at : at + 4], "big")
        found.append((page, data[at + FRAME : at + FRAME + size]))
    return found


def cut_off(folder: Path, random: Random) -> int:
    """Fold in what a checkpoint had before the cut; returns how many pages of how many."""
    newest = dict(frames(folder / "till.book-wal"))
    pages = sorted(newest)
    # In the order of pages, as a checkpoint goes, or as the disk had them when the power went.
    if random.randrange(2):
        random.shuffle(pages)
    arrived = random.randrange(len(pages) + 1)
    with (folder / "till.book").open("r+b") as book:
        for place, page in enumerate(pages[:arrived]):
            content = newest[page]
            if place == arrived - 1:
                content = content[: SECTOR * random.randrange(1, len(content) // SECTOR)]
            book.seek((page - 1) * len(newest[page]))
            book.write(content)
    return arrived


def test_the_log_holds_what_the_sales_wrote(made: tuple[Path, list[bytes]]) -> None:
    assert len({page for page, _ in frames(made[0] / "till.book-wal")}) > SALES


@pytest.mark.long(sample=3)
@pytest.mark.parametrize("seed", range(CUTS))
def test_fault_7_a_cut_on_the_way_loses_no_sale(
    made: tuple[Path, list[bytes]], tmp_path: Path, seed: int
) -> None:
    lies, sold = made
    folder = Path(shutil.copytree(lies, tmp_path / "book"))
    # What shares the log's index was in memory, and is gone.
    (folder / "till.book-shm").unlink(missing_ok=True)
    arrived = cut_off(folder, Random(seed))
    till = reopen(folder)
    till.settle()  # the quick check
    assert [till.history.sale(one) is not None for one in sold] == [True] * SALES, arrived
    assert till.verify.verify().holds
    assert till.history.sale(sell(till)) is not None
    till.close()


def test_without_its_log_such_a_book_would_be_damaged_or_lack_sales(
    made: tuple[Path, list[bytes]], tmp_path: Path
) -> None:
    """The cuts above are real ones: it is the log that makes them good."""
    lies, sold = made
    good = 0
    for seed in range(CUTS):
        folder = Path(shutil.copytree(lies, tmp_path / f"{seed}"))
        cut_off(folder, Random(seed))
        (folder / "till.book-wal").unlink()
        (folder / "till.book-shm").unlink(missing_ok=True)
        try:
            till = reopen(folder)
        except BookError:
            continue
        try:
            till.settle()
            good += all(till.history.sale(one) is not None for one in sold)
        except BookError:
            pass
        finally:
            till.close()
    assert good == 0
