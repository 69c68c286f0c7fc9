"""The roll beside a book: loaded sheet by sheet, cut off anywhere, asked meanwhile."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from threading import Event

import msgspec
import pytest

from posloyalty.domain.members.member import IdentifierKind
from posloyalty.services.ports.roll import RollFault
from posloyalty.storage.look_up import name_words
from posloyalty.storage.look_up.cache import LookUpCache
from posloyalty.storage.look_up.kept_roll import KeptRoll
from posloyalty.storage.look_up.roll_making import RollMaking
from posloyalty.sync.profiles.record import ProfileRecord, Said
from posloyalty.sync.wire.packing import packed
from posloyalty.sync.wire.profiles import Item
from posloyalty.sync.wire.roll import (
    Finds,
    Members,
    RollGiven,
    SheetNote,
    finds_of,
    members_of,
    roll_name,
    written_sheet,
)
from tests.fakes.book import FACTS, KEY, Rig, add_member, made_book

NAMES = ("王小雨", "Anna Lopez", "李雪", "王敏", "Bea Bloom", "张伟")
PER_SHEET = 2
CURSOR = "0a" * 16 + ":9"
TILL = "0b" * 16


def member(number: int) -> bytes:
    return (number + 1).to_bytes(2, "big") * 8


def phone(number: int) -> str:
    return f"1380000{number:04d}"


def item(number: int, **more: tuple[str, ...]) -> Item:
    told = {"name": (NAMES[number % len(NAMES)],), "phone": (phone(number),), **more}
    fields = {name: Said(values, (1, 0), TILL) for name, values in told.items()}
    store = FACTS.store_code if number % 2 else "S9"
    return Item(
        k=member(number).hex(),
        record=ProfileRecord(
            member=member(number).hex(), joined="2026-01-01", store=store, fields=fields
        ),
    )


def sheet(items: list[Item], *, words_as: int = name_words.WORDS_AS) -> bytes:
    """A sheet as head office packs one; by a release that makes words otherwise, with its own."""
    records = [one.record for one in items if one.record is not None]
    finds = Finds(
        words_as=words_as,
        found=[
            (
                one.member,
                one.values("name")[0],
                one.values("card")[0] if one.values("card") else None,
                one.values("phone")[0],
                one.store,
            )
            for one in records
        ],
        others=[
            (at, "email", value) for at, one in enumerate(records) for value in one.values("email")
        ],
        words=[
            " ".join(name_words.name_words(one.values("name")[0]))
            if words_as == name_words.WORDS_AS
            else "nobody"
            for one in records
        ],
    )
    return written_sheet(
        finds, Members(items=[msgspec.Raw(msgspec.json.encode(one)) for one in items])
    )


def sheets(count: int = 6, **more: int) -> list[bytes]:
    items = [item(n) for n in range(count)]
    return [sheet(items[at : at + PER_SHEET], **more) for at in range(0, count, PER_SHEET)]


def listed(made: list[bytes], cursor: str = CURSOR) -> RollGiven:
    names = [sha256(one).hexdigest() for one in made]
    notes = tuple(
        SheetNote(one, len(body), PER_SHEET) for one, body in zip(names, made, strict=True)
    )
    return RollGiven(roll=roll_name(cursor, names), cursor=cursor, sheets=notes)


def kept(folder: Path) -> KeptRoll:
    return KeptRoll(path=folder / "roll.book", key=KEY, home_store=FACTS.store_code)


def load(roll: KeptRoll, made: list[bytes], *, store: str = "") -> None:
    have = roll.begin(listed(made), store=store)
    while have < len(made):
        have = roll.add(made[have : have + 1])
    while roll.arrange():
        pass
    roll.put_in_place()


@pytest.fixture
def roll(tmp_path: Path) -> Iterator[KeptRoll]:
    found = kept(tmp_path)
    yield found
    found.close()


def whom(roll: KeptRoll, text: str) -> list[str]:
    return [one.name for one in roll.ask(lambda file: file.by_name(text, 9), [])]


def test_there_is_nobody_without_a_roll(roll: KeptRoll) -> None:
    assert (roll.held, roll.count, roll.item(member(0))) == (None, 0, None)
    assert roll.by_identifier(IdentifierKind.PHONE, phone(0)) == ()


def test_members_of_a_roll_are_found_by_all_that_finds_members(roll: KeptRoll) -> None:
    made = sheets(4)
    made.append(sheet([item(4, card=("K4",), email=("bea@bloom.example",)), item(5)]))
    load(roll, made)
    for kind, value in (
        (IdentifierKind.PHONE, phone(4)),
        (IdentifierKind.CARD, "K4"),
        (IdentifierKind.EMAIL, "bea@bloom.example"),
    ):
        assert roll.by_identifier(kind, value) == (member(4),), kind
    for typed in ("bea", "bloom", "bb", "beabl"):
        assert whom(roll, typed) == ["Bea Bloom"], typed
    assert sorted(whom(roll, "wang")) == ["王小雨", "王敏"]
    found = roll.ask(lambda file: file.by_last_digits("0004", 9), [])
    assert [(one.member_id, one.home) for one in found] == [(member(4), False)]
    assert roll.ask(lambda file: file.by_id(member(5)), None).home  # type: ignore[union-attr]


def test_all_that_head_office_told_of_a_member_is_there(roll: KeptRoll) -> None:
    load(roll, sheets())
    assert [roll.item(member(n)) for n in range(6)] == [item(n) for n in range(6)]
    assert roll.item(member(6)) is None


def test_words_of_another_release_are_made_anew(roll: KeptRoll) -> None:
    load(roll, sheets(words_as=name_words.WORDS_AS + 1))
    assert whom(roll, "wxy") == ["王小雨"]
    assert whom(roll, "nobody") == []


def test_the_roll_in_place_answers_while_another_one_is_loaded(roll: KeptRoll) -> None:
    load(roll, sheets(2), store="S1")
    roll.begin(listed(sheets(6)), store="")
    roll.add(sheets(6)[:2])
    assert roll.held is not None
    assert (roll.held.store, roll.count) == ("S1", 2)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_load_that_was_cut_off_goes_on_at_its_next_sheet(tmp_path: Path, cut: int) -> None:
    made, roll = sheets(), kept(tmp_path)
    roll.begin(listed(made), store="")
    roll.add(made[:cut])
    settled(roll)
    copied = tmp_path / "as it lay on the disk"
    copied.mkdir()
    for one in tmp_path.glob("roll.book*"):
        shutil.copy(one, copied)
    roll.close()
    again = kept(copied)
    assert again.held is None
    assert again.begin(listed(made), store="") == cut
    load(again, made)
    assert again.count == 6
    assert again.item(member(5)) == item(5)
    again.close()


def test_a_load_that_was_cut_off_inside_a_sheet_has_nothing_of_it(roll: KeptRoll) -> None:
    made = sheets()
    roll.begin(listed(made), store="")
    roll.add(made[:1])
    roll.add([made[1], packed(b"{}")])
    with pytest.raises(RollFault):  # of what was put in meanwhile
        roll.arrange()
    assert roll.begin(listed(made), store="") == 1
    load(roll, made)
    assert roll.count == 6


def test_words_lie_in_a_piece_for_each_transaction_until_they_are_put_together(
    roll: KeptRoll,
) -> None:
    made = sheets(40)
    roll.begin(listed(made), store="")
    for one in made:
        roll.add([one])
    assert (pieces(roll), merging(roll)) == (20, {"automerge": 0, "crisismerge": 1999})
    while roll.arrange():
        pass
    assert (pieces(roll), merging(roll)) == (1, {"automerge": 4, "crisismerge": 16})
    roll.put_in_place()
    assert len(whom(roll, "anna")) == 7
    # From then on a piece that somebody leaves is merged as is usual.
    for number in range(0, 38, 2):
        roll.strike([member(number)])
    asked = "SELECT count(DISTINCT segid) FROM member_words_idx"
    assert roll.ask(lambda file: file._connection.execute(asked).fetchone()[0], 0) < 10
    assert len(whom(roll, "anna")) == 7


def pieces(roll: KeptRoll) -> int:
    """In how many pieces the words of a roll lie that is being loaded."""
    asked = "SELECT count(DISTINCT segid) FROM member_words_idx"
    found: int = settled(roll)._connection.execute(asked).fetchone()[0]
    return found


def merging(roll: KeptRoll) -> dict[str, int]:
    """When pieces of words are merged in a roll that is being loaded."""
    asked = "SELECT k, v FROM member_words_config WHERE k IN ('automerge', 'crisismerge')"
    return dict(settled(roll)._connection.execute(asked))


def settled(roll: KeptRoll) -> RollMaking:
    """The roll that is being loaded, once everything is put in."""
    assert roll._making is not None
    roll._making.settle()
    return roll._making._making


def test_the_next_sheets_are_asked_for_while_those_that_came_are_put_in(
    roll: KeptRoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, put_in, may = sheets(), list[int](), Event()
    add = RollMaking.add

    def slowly(making: RollMaking, some: Sequence[bytes]) -> int:
        assert may.wait(30)
        put_in.append(len(some))
        return add(making, some)

    monkeypatch.setattr(RollMaking, "add", slowly)
    roll.begin(listed(made), store="")
    assert (roll.add(made[:2]), put_in) == (2, [])
    may.set()
    assert roll.add(made[2:]) == 3
    assert put_in[0] == 2  # the first ones before the next ones
    while roll.arrange():
        assert put_in == [2, 1]
    assert roll.put_in_place().members == 6
    assert [roll.item(member(n)) for n in range(6)] == [item(n) for n in range(6)]


def test_what_could_not_be_put_in_is_told_by_whatever_comes_next(roll: KeptRoll) -> None:
    made, broken = sheets(), packed(b"{}")
    for then in (lambda: roll.add(made[2:]), roll.arrange, roll.put_in_place):
        roll.begin(listed(made), store="")
        roll.add([broken])
        with pytest.raises(RollFault):
            then()
        roll.discard()
    assert roll.begin(listed(made), store="") == 0
    roll.add([broken])
    roll.close()  # nobody wants to know any more


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Zoë Ångström", "zoe ang"),
        ("Łukasz Żak", "łuk"),
        ("Ирина Жукова", "жук"),
        ("Straße Öz", "straße"),
        ("山田 太郎", "太郎"),
        ("O’Neil-Smith 3rd", "smith 3"),
    ],
)
def test_names_of_every_script_are_found_as_they_are_typed(
    roll: KeptRoll, name: str, typed: str
) -> None:
    load(roll, [sheet([item(0, name=(name,)), item(1)])])
    assert whom(roll, typed) == whom(roll, name) == [name]


def test_another_roll_begins_anew(roll: KeptRoll) -> None:
    roll.begin(listed(sheets()), store="")
    roll.add(sheets()[:2])
    assert roll.begin(listed(sheets(), cursor="0a" * 16 + ":10"), store="") == 0


def test_a_file_that_is_damaged_is_let_go_and_nobody_is_found(tmp_path: Path) -> None:
    roll = kept(tmp_path)
    load(roll, sheets())
    roll.close()
    path = tmp_path / "roll.book"
    path.write_bytes(path.read_bytes()[:5000] + b"x" * 500)
    again = kept(tmp_path)
    assert again.held is None
    assert not path.exists()
    load(again, sheets())
    assert again.count == 6
    again.close()


def test_whoever_is_struck_off_is_found_by_nothing_and_stands_on_no_sheet(
    roll: KeptRoll, tmp_path: Path
) -> None:
    load(roll, [sheet([item(0), item(4, email=("bea@bloom.example",))])])
    assert b"bea" in words_in_file(roll)
    roll.strike([member(4), member(9)])
    assert b"bea" not in words_in_file(roll)
    assert (roll.count, roll.item(member(4)), whom(roll, "bea")) == (1, None, [])
    assert roll.by_identifier(IdentifierKind.EMAIL, "bea@bloom.example") == ()
    assert roll.item(member(0)) == item(0)
    ((body,),) = roll.ask(lambda file: file._connection.execute("SELECT body FROM sheet"), ())
    assert b"Bea" not in msgspec.json.encode(finds_of(body)) + b"".join(members_of(body).items)
    roll.close()
    assert kept(tmp_path).item(member(0)) == item(0)


def words_in_file(roll: KeptRoll) -> bytes:
    """What lies in the index of words, whether it is still found or not."""
    asked = "SELECT block FROM member_words_data"
    return b"".join(row[0] for row in roll.ask(lambda file: file._connection.execute(asked), ()))


# Beside the book


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with made_book(tmp_path / "book") as made:
        yield made


def test_members_of_book_and_roll_are_found_together_and_the_books_word_counts(
    rig: Rig, roll: KeptRoll
) -> None:
    add_member(rig, "王大明", "13900000001")
    cache = LookUpCache(
        book=rig.book,
        path=rig.place.look_up,
        key=KEY,
        home_store=FACTS.store_code,
        roll=roll,
    )
    cache.open()
    load(roll, sheets())
    assert cache.count == 7
    assert {one.name for one in cache.by_name("wang", 9)} == {"王大明", "王小雨", "王敏"}
    # A whole name comes first, wherever it stands.
    assert cache.by_name("王敏", 9)[0].name == "王敏"
    assert [one.name for one in cache.by_phone_start("1390", 9)] == ["王大明"]
    assert {one.name for one in cache.by_last_digits("0001", 9)} == {"王大明", "Anna Lopez"}
    assert len(cache.by_name("wang", 2)) == 2
    cache.close()


# Killed


_LOADS = """
import sys
from pathlib import Path
from tests.storage.look_up.test_roll import kept, listed, sheets
made = sheets(400)
roll = kept(Path(sys.argv[1]))
have = roll.begin(listed(made), store="")
while have < len(made):
    have = roll.add(made[have : have + 1])
    print(have, flush=True)
"""


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("after", [1, 60, 150])
def test_a_till_that_is_killed_while_it_loads_goes_on_where_it_was(
    tmp_path: Path, after: int
) -> None:
    loading = subprocess.Popen(
        [sys.executable, "-c", _LOADS, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert loading.stdout is not None
    for _ in range(after):
        told = int(loading.stdout.readline())
    loading.send_signal(signal.SIGKILL)
    loading.wait()
    loading.stdout.close()
    made, roll = sheets(400), kept(tmp_path)
    have = roll.begin(listed(made), store="")
    assert told - 1 <= have <= len(made)  # the last one was being put in
    load(roll, made)
    assert roll.count == 400
    assert all(roll.item(member(n)) == item(n) for n in range(0, 400, 37))
    roll.close()
