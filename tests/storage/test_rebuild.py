"""A damaged book made anew (SYNC 15, 10): what can be read is there, and nothing is made up.

Damage is a flipped byte in chosen pages of a real, encrypted book. SQLCipher reports each on
standard error.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from posloyalty.bootstrap.rebuilding import rebuild_book
from posloyalty.services.book.book_faults import BookDamaged
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.office.push_later import lines_of
from posloyalty.services.till import Till
from posloyalty.storage.columns import METADATA
from posloyalty.storage.keys.key_store import KeyStore
from posloyalty.storage.later_book import later_book
from posloyalty.storage.place import BookPlace
from posloyalty.storage.rebuild import Rebuilt
from posloyalty.storage.rebuilt_rows import OWN
from posloyalty.storage.salvage import Salvage
from posloyalty.storage.tables import APPEND_ONLY, JOURNAL_EVENT
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journal_lines import BadLines, LinedEvent, end_line, read_lines
from posloyalty.sync.wire.batch import head_statement
from tests.fakes.time import SetClock
from tests.faults.shop import MEMBER_PHONE, make_shop, reopen
from tests.faults.test_disk import sell
from tests.headoffice.a_chain import Counter, made_till

PAGE = 4096
SALES = 40
SUMS = {"account", "lot", "tier_holding", "held_right"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed shop that sold, made a copy, and sold again; tests work on copies."""
    folder = tmp_path_factory.mktemp("made") / "book"
    till, _created = make_shop(folder)
    for _ in range(SALES):
        sell(till)
    till.back_up.now()
    for _ in range(SALES // 4):
        sell(till)
    till.close()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "book"))


@pytest.fixture
def alone(folder: Path) -> Path:
    """The same without any copy."""
    shutil.rmtree(folder / "backups")
    return folder


def key_of(folder: Path) -> bytes:
    return KeyStore(None).find(BookPlace.at(folder))[0]


def journal(folder: Path) -> list[StoredEvent]:
    with later_book(BookPlace.at(folder), key_of(folder)) as book:
        return book.events(after_seq=0, limit=10_000)


def lines(folder: Path) -> list[bytes]:
    with later_book(BookPlace.at(folder), key_of(folder)) as book:
        return list(lines_of(book))


def root_of(folder: Path, table: str) -> int:
    """The number of a table's first page, from 1; a small table has no other."""
    connection = sqlcipher.connect(str(folder / "till.book"))
    connection.execute(f"PRAGMA key = \"x'{key_of(folder).hex()}'\"")
    found = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,))
    page = int(found.fetchone()[0])
    connection.close()
    return page


def damage(folder: Path, page: int) -> None:
    with (folder / "till.book").open("r+b") as file:
        file.seek((page - 1) * PAGE + 100)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 0x40]))


def leaf_of_journal(folder: Path, *, upto: int = SALES) -> int:
    """A page that holds events behind the twentieth and before a place, and nothing else."""
    before = {one.seq for one in journal(folder)}
    data = (folder / "till.book").read_bytes()
    for page in range(len(data) // PAGE, 1, -1):
        damage(folder, page)
        left = readable(folder)
        damage(folder, page)  # the same bit once more: as it was
        if left and min(before - left, default=0) > 20 and max(before - left) < upto:
            return page
    raise AssertionError("no such page")


def readable(folder: Path) -> set[int]:
    try:
        return {row[0] for row in Salvage(folder / "till.book", key_of(folder)).rows(JOURNAL_EVENT)}
    except BookDamaged:
        return set()


def rebuilt(folder: Path, file: list[bytes] | None = None) -> Rebuilt:
    return rebuild_book(
        folder,
        clock=SetClock(),
        keyring=None,
        file=None if file is None else iter(file),
    )


def opened(folder: Path) -> Iterator[Till]:
    till = reopen(folder)
    try:
        till.settle()  # the quick check of every page
        yield till
    finally:
        till.close()


def test_every_table_is_made_from_the_journal_or_taken_over() -> None:
    own = {table.name for table in OWN}
    projected = (set(APPEND_ONLY) | SUMS) - {"consent", "journal_event"}
    assert own | projected | {"journal_event", "outbox"} == set(METADATA.tables)
    assert not own & projected


def test_tables_that_others_refer_to_are_taken_over_before_them() -> None:
    order = [table.name for table in OWN]
    for table in OWN:
        for key in table.foreign_keys:
            parent = key.column.table.name
            if parent in order:
                assert order.index(parent) < order.index(table.name), (parent, table.name)


@pytest.mark.long(sample=5)
@pytest.mark.parametrize(
    ("table", "missing"),
    [
        ("sale", ()),
        ("sale_line", ()),
        ("sale_tender", ()),
        ("transfer", ()),
        ("account", ()),
        ("audit_entry", ()),
        ("outbox", ()),
        ("meter_entry", ()),
        ("product", ("goods",)),
        ("operator", ("people",)),
        ("identifier", ("members",)),
        ("programme", ("programmes",)),
        ("print_job", ("under_way",)),
    ],
)
def test_fault_10_a_damaged_page_of_a_table_leaves_the_journal_and_all_that_follows_from_it(
    folder: Path, table: str, missing: tuple[str, ...]
) -> None:
    before = journal(folder)
    damage(folder, root_of(folder, table))
    came_to = rebuilt(folder)
    assert (came_to.events, came_to.lost_from, came_to.missing) == (len(before), 0, missing)
    assert journal(folder) == before
    if "people" in missing or "programmes" in missing:
        return
    for till in opened(folder):
        assert till.verify.verify().holds


def test_fault_10_members_whose_records_are_gone_are_there_again_as_far_as_the_journal_tells(
    folder: Path,
) -> None:
    damage(folder, root_of(folder, "member"))
    assert rebuilt(folder).missing == ("members",)
    for till in opened(folder):
        member_id = till.members.by_phone(MEMBER_PHONE)
        assert member_id is not None
        assert till.verify.verify().holds


def test_fault_10_events_that_cannot_be_read_come_from_a_copy_of_the_book(folder: Path) -> None:
    before = journal(folder)
    damage(folder, leaf_of_journal(folder))
    came_to = rebuilt(folder)
    assert (came_to.events, came_to.lost_from, came_to.missing) == (len(before), 0, ())
    assert 0 < came_to.found < SALES
    assert journal(folder) == before
    for till in opened(folder):
        assert till.verify.verify().holds


def test_fault_10_events_that_cannot_be_read_come_from_a_file_of_the_tills_journal(
    alone: Path,
) -> None:
    before, file = journal(alone), lines(alone)
    damage(alone, leaf_of_journal(alone))
    came_to = rebuilt(alone, file)
    assert (came_to.events, came_to.lost_from) == (len(before), 0)
    assert came_to.found > 0
    assert journal(alone) == before


def test_fault_11_a_gap_that_nobody_can_fill_is_told_and_declared_and_the_till_goes_on(
    alone: Path,
) -> None:
    before = journal(alone)
    damage(alone, leaf_of_journal(alone))
    came_to = rebuilt(alone)
    kept = came_to.events
    assert 20 < kept < SALES
    assert (came_to.lost_from, came_to.lost_to) == (kept + 1, len(before))
    assert 0 < came_to.cut_off < len(before) - kept
    assert journal(alone) == before[:kept]
    for till in opened(alone):
        sell(till)
    anchor, note, *_ = journal(alone)[kept:]
    assert (anchor.kind, anchor.epoch) == ("epoch_anchor", 2)
    assert f'["found","{kept}"],["seen","{len(before)}"]' in note.body.decode("utf-8")
    assert journal(alone)[-1].epoch == 2


def test_fault_10_a_file_that_turns_up_later_still_fills_the_gap(alone: Path) -> None:
    before, file = journal(alone), lines(alone)
    damage(alone, leaf_of_journal(alone))
    lost = rebuilt(alone)
    # Head office has not everything either: what lies far behind the gap is in the damaged book.
    last_known = lost.lost_from + (lost.lost_to - lost.lost_from - lost.cut_off) + 1
    assert last_known < len(before) - 5
    assert rebuilt(alone, signed_until(alone, file, last_known)).events == len(before)
    assert journal(alone) == before


def signed_until(folder: Path, file: list[bytes], last: int) -> list[bytes]:
    """The same file as it would have been written at an earlier event."""
    one = journal_of_lines(file, folder)[last - 1]
    with later_book(BookPlace.at(folder), key_of(folder)) as book:
        said = head_statement(till_id=book.till_id, epoch=one.epoch, seq=one.seq, head=one.hash)
        signature = SigningKey.generate(book.seed).sign(said)
    end = end_line(epoch=one.epoch, seq=one.seq, hashed=one.hash, signature=signature)
    return [*file[: 1 + last], end]


def journal_of_lines(file: list[bytes], folder: Path) -> list[StoredEvent]:
    with later_book(BookPlace.at(folder), key_of(folder)) as book:
        till_id = book.till_id
    return [
        StoredEvent(
            seq=one.seq,
            epoch=one.epoch,
            event_id=one.event_id,
            kind="",
            at="",
            body=one.body,
            hash=one.hash,
        )
        for one in read_lines(file, till_id=till_id)
        if isinstance(one, LinedEvent)
    ]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: [file[0].replace(b'"till":"', b'"till":"00'), *file[1:]],
        lambda file: file[:-1],
        lambda file: [*file[:-1], file[-1].replace(b'"signature":"', b'"signature":"00')],
        lambda file: [*file[:-2], file[-1]],
        lambda _file: [b"no journal\n"],
    ],
    ids=["another till's", "cut off", "signed by nobody", "without its last event", "nonsense"],
)
def test_a_file_that_is_not_this_tills_whole_journal_changes_nothing(
    alone: Path, spoil: Callable[[list[bytes]], list[bytes]]
) -> None:
    file = lines(alone)
    before = (alone / "till.book").read_bytes()
    with pytest.raises(BadLines):
        rebuilt(alone, spoil(file))
    assert (alone / "till.book").read_bytes() == before
    assert not (alone / "rebuilding").exists()


def test_a_rebuilding_that_is_cut_off_while_the_files_change_places_begins_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = journal(folder)
    damage(folder, root_of(folder, "sale"))
    with monkeypatch.context() as cut:

        def power_goes(self: Path, target: Path) -> Path:
            raise KeyboardInterrupt

        cut.setattr(Path, "replace", power_goes)
        with pytest.raises(KeyboardInterrupt):
            rebuilt(folder)
    (folder / "till.book").write_bytes(b"half of something")
    assert rebuilt(folder).events == len(before)
    assert journal(folder) == before
    assert len(list((folder / "damaged").iterdir())) == 1


def test_a_book_whose_first_page_is_gone_says_so_and_stays(folder: Path) -> None:
    damage(folder, 1)
    before = (folder / "till.book").read_bytes()
    with pytest.raises(BookDamaged):
        rebuilt(folder)
    assert (folder / "till.book").read_bytes() == before


def test_rows_of_zeros_are_not_taken_for_what_was_there(folder: Path) -> None:
    """SQLite gives zeros for the second page of a long row, goes on, and fails later or never."""
    for till in opened(folder):
        with till.book.write() as unit:
            unit.settings.put({"a.long": "x" * 3 * PAGE, "b.short": "y"})
            unit.commit()
    for page in range((folder / "till.book").stat().st_size // PAGE, 1, -1):
        damage(folder, page)
        if "\0\0\0\0" in read_plainly(folder, "a.long"):
            break
        damage(folder, page)
    else:
        raise AssertionError("no page of that row")
    assert rebuilt(folder).missing == ("settings",)
    assert read_plainly(folder, "a.long") == ""
    assert read_plainly(folder, "b.short") == "y"


def read_plainly(folder: Path, name: str) -> str:
    connection = sqlcipher.connect(str(folder / "till.book"))
    try:
        connection.execute(f"PRAGMA key = \"x'{key_of(folder).hex()}'\"")
        row = connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return "" if row is None else str(row[0])
    except sqlcipher.DatabaseError:
        return ""
    finally:
        connection.close()


def test_fault_11_a_gap_is_declared_where_no_note_beside_the_book_says_how_far_it_had_come(
    alone: Path,
) -> None:
    events = len(journal(alone))
    damage(alone, leaf_of_journal(alone))
    (alone / "till.witness").unlink()
    kept = rebuilt(alone).events
    assert rebuilt(alone).lost_to == events  # and it is still known the next time
    for till in opened(alone):
        sell(till)
    assert journal(alone)[kept].kind == "epoch_anchor"


def test_what_remains_of_points_that_were_spent_is_what_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "till"
    with made_till(folder, 1, SetClock()) as shop:
        counter = Counter(shop.till, shop.manager)
        for points in (0, 0, 300, 500):
            counter.sell(points=points)
        left = counter.points()
    damage(folder, root_of(folder, "lot"))
    assert rebuilt(folder).missing == ()
    for till in opened(folder):
        assert Counter(till, till.people.all()[0]).points() == left
        assert till.verify.verify().holds


def test_an_event_that_was_changed_by_hand_is_not_taken_but_found_in_a_copy(folder: Path) -> None:
    before = journal(folder)
    connection = sqlcipher.connect(str(folder / "till.book"))
    connection.execute(f"PRAGMA key = \"x'{key_of(folder).hex()}'\"")
    connection.execute("DROP TRIGGER journal_event_no_update")
    forged = before[24].body.replace(b'"n":', b'"n":9', 1)
    connection.execute("UPDATE journal_event SET body = ? WHERE seq = 25", (forged,))
    connection.commit()
    connection.close()
    came_to = rebuilt(folder)
    assert (came_to.events, came_to.found, came_to.lost_from) == (len(before), 1, 0)
    assert journal(folder) == before
