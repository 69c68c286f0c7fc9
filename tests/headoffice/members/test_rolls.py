"""Rolls at head office: made once, served whole, and never with anybody who is no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection

from posloyalty.headoffice.members import rolls, sheets, store_members
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.profile_tables import PROFILE
from posloyalty.headoffice.store.statements import ask, ask_one, on_postgresql, put
from posloyalty.storage.look_up import roll_words
from posloyalty.storage.look_up.roll_file import WORDS_FORM
from posloyalty.storage.look_up.roll_words import RollWords
from posloyalty.sync.profiles.record import ProfileRecord, Said
from posloyalty.sync.wire.packing import unpacked
from posloyalty.sync.wire.profiles import FEED, FeedAsk, FeedGiven, Item
from posloyalty.sync.wire.roll import (
    OTHER_ROLL,
    ROLL,
    SHEETS,
    RollAsk,
    RollGiven,
    SheetsAsk,
    finds_of,
    is_whole,
    members_of,
    pages_of,
    sheets_of,
)
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill

TILL = "0a" * 16
STORES = ("S1", "S2", "S1", "S3", "S1")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two members make a roll, two a sheet, and four are packed at once."""
    for module, name, value in (
        (rolls, "STORE_LEAST", 2),
        (rolls, "CHAIN_LEAST", 2),
        (rolls, "PIECE", 4),
        (rolls, "_CHANGED_LEAST", 3),
        (sheets, "SHEET_MEMBERS", 2),
    ):
        monkeypatch.setattr(module, name, value)


@pytest.fixture
def filled(office: OpenOffice) -> OpenOffice:
    with feed(office) as write:
        write.take([record(n, store=store, name="王小雨") for n, store in enumerate(STORES)])
    return office


def member(number: int) -> bytes:
    return bytes([number + 1]) * 16


def record(number: int, *, store: str = "S1", ms: int = 1, **fields: str) -> ProfileRecord:
    told = {name: Said((value,), (ms, 0), TILL) for name, value in fields.items()}
    return ProfileRecord(member=member(number).hex(), joined="2026-01-01", store=store, fields=told)


@contextmanager
def feed(office: OpenOffice) -> Iterator[ProfileFeed]:
    with office.database.write() as connection:
        now_s = int(office.clock.now().timestamp())
        yield ProfileFeed(connection, life_name=office.office.life_name, now_s=now_s)


def crowd(office: OpenOffice, count: int) -> None:
    """So many more members at once, whom no database has counted yet."""
    rows = [
        (sha256(str(n).encode()).digest()[:16], "S1", "member", n, 1, b"{}", None, "", 0)
        for n in range(100, 100 + count)
    ]
    with office.database.write() as connection:
        put(connection, PROFILE, rows)


def plan_of(connection: Connection, wording: str, values: tuple[Any, ...]) -> str:
    """How the database would read the rows of a statement, as the transaction stands."""
    explain = "EXPLAIN" if on_postgresql(connection) else "EXPLAIN QUERY PLAN"
    return str(ask_one(connection, f"{explain} {wording}", values))


def assert_in_order(connection: Connection, wording: str, values: tuple[Any, ...]) -> None:
    """As the transaction stands, the database reads the rows of a statement as they come."""
    plan = plan_of(connection, wording, values)
    assert "Index Scan" in plan or "USING INDEX" in plan, plan
    assert "Sort" not in plan, plan
    assert "TEMP B-TREE" not in plan, plan


def given(office: OpenOffice, till: ATill, store: str = "") -> RollGiven:
    found = till.ask(office, ROLL, msgspec.json.encode(RollAsk(store=store, home="S9")))
    assert found.status == 200, found.said
    body = found.body
    plain = unpacked(body, most_bytes=999_999) if body[:1] == b"\x1f" else body
    return msgspec.json.decode(plain, type=RollGiven)


def make(office: OpenOffice) -> None:
    while office.rolls.step():
        pass


def made(office: OpenOffice, till: ATill, store: str = "") -> RollGiven:
    assert given(office, till, store).after_s > 0
    make(office)
    return given(office, till, store)


def sheets_at(office: OpenOffice, till: ATill, roll: RollGiven, **more: int) -> list[bytes]:
    found = till.ask(office, SHEETS, msgspec.json.encode(SheetsAsk(roll=roll.roll, **more)))
    assert found.status == 200, found.said
    return list(sheets_of(found.body, roll.all[more["first"] :]))


def items_of(sheet: bytes) -> list[Item]:
    return [msgspec.json.decode(one, type=Item) for one in members_of(sheet).items]


def on_it(office: OpenOffice, till: ATill, roll: RollGiven) -> list[bytes]:
    found = sheets_at(office, till, roll, first=0, size=700_000)[: len(roll.sheets)]
    assert [len(items_of(one)) for one in found] == [one.members for one in roll.sheets]
    return [bytes.fromhex(item.k) for sheet in found for item in items_of(sheet)]


def test_pages_of_a_feed_that_nobody_counted_are_not_sorted_out_of_all_that_follow(
    filled: OpenOffice,
) -> None:
    crowd(filled, 3_000)
    making = rolls._Making(number=1, store="", through=9, until_s=0, words=RollWords())
    with filled.database.read() as connection:
        page = rolls._next_members(connection, making)
        assert [bytes(row[1]) for row in page] == [member(number) for number in range(rolls.PIECE)]
        assert_in_order(connection, rolls._MEMBERS, (0, 9_999, 4))
    with filled.database.read() as connection:
        page = ProfileFeed(connection, life_name="1", now_s=0).page(FeedAsk(home="S1", most=2))
        assert [one.k for one in page.items] == [member(0).hex(), member(2).hex()]
        for part in (store_members._AT_HOME, store_members._BUYERS):
            assert_in_order(connection, f"{part} ORDER BY n LIMIT ?", ("S1", 0, 9_999, 3))


def test_few_members_come_by_the_feed(office: OpenOffice, till: ATill) -> None:
    with feed(office) as write:
        write.take([record(0, name="Ada")])
    assert given(office, till) == given(office, till, "S1") == RollGiven()


def test_a_roll_of_the_chain_holds_everybody_once(filled: OpenOffice, till: ATill) -> None:
    roll = made(filled, till)
    assert is_whole(roll)
    assert [one.members for one in roll.sheets] == [2, 2, 1]
    assert sorted(on_it(filled, till, roll)) == [member(n) for n in range(5)]


def test_a_roll_of_a_store_holds_its_members_alone(filled: OpenOffice, till: ATill) -> None:
    assert on_it(filled, till, made(filled, till, "S1")) == [member(n) for n in (0, 2, 4)]


def test_a_sheet_says_of_a_member_what_the_feed_says_and_what_finds_them(
    filled: OpenOffice, till: ATill
) -> None:
    with feed(filled) as write:
        write.take([record(7, store="S2", name="王敏", card="K1", phone="139", email="a@b.c")])
        write.take([record(8, store="S2", ms=5, name="Ada", card="K1", phone="139")])
    roll = made(filled, till)
    asked = till.ask(filled, FEED, msgspec.json.encode(FeedAsk(home="S2")))
    told = msgspec.json.decode(unpacked(asked.body, most_bytes=999_999), type=FeedGiven)
    whole = sheets_at(filled, till, roll, first=0, size=700_000)[: len(roll.sheets)]
    items = [item for sheet in whole for item in items_of(sheet)]
    assert [item for item in items if item.record and item.record.store == "S2"] == list(told.items)
    finds = [finds_of(sheet) for sheet in whole]
    found = {one[0]: one[1:] for part in finds for one in part.found}
    assert found[member(7).hex()] == ("王敏", "K1", "139", "S2")
    # Whoever said later that the card is theirs is not found by it.
    assert found[member(8).hex()] == ("Ada", None, "139", "S2")
    assert [one for part in finds for one in part.others] == [(1, "email", "a@b.c")]
    words = {
        one[0]: said for part in finds for one, said in zip(part.found, part.words, strict=True)
    }
    assert words[member(7).hex()].split() == ["王敏", "敏", "wangmin", "min", "wm"]


def test_sheets_come_from_a_place_on_and_in_about_so_many_bytes(
    filled: OpenOffice, till: ATill
) -> None:
    roll = made(filled, till)
    for first, size, count in ((0, 1, 1), (1, 1, 1), (0, 700_000, 3), (2, 700_000, 1), (3, 9, 1)):
        assert len(sheets_at(filled, till, roll, first=first, size=size)) == count


def test_words_come_arranged_behind_the_members(filled: OpenOffice, till: ATill) -> None:
    roll = made(filled, till)
    assert (roll.words_form, [one.members for one in roll.sheets]) == (WORDS_FORM, [2, 2, 1])
    (pages,) = map(pages_of, sheets_at(filled, till, roll, first=len(roll.sheets)))
    assert b"wangxiaoyu" in b"".join(block for _, block in pages.data)
    again = given(filled, till)
    assert (again.words, again.words_form) == (roll.words, WORDS_FORM)


@pytest.mark.parametrize("why", ["an earlier release made it", "no till knows this form"])
def test_a_roll_without_arranged_words_is_given_as_it_is(
    filled: OpenOffice, till: ATill, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    if why == "no till knows this form":
        monkeypatch.setattr(roll_words, "_FTS5", 5)
    roll = made(filled, till)
    if why == "an earlier release made it":
        with filled.database.write() as connection:
            ask(connection, ("DELETE FROM roll_sheet WHERE members = 0", ()))
            ask(connection, ("UPDATE roll SET words_form = ''", ()))
        roll = given(filled, till)
    assert (roll.words, roll.words_form, roll.all) == ((), "", roll.sheets)
    assert sorted(on_it(filled, till, roll)) == [member(n) for n in range(5)]


def test_what_changes_while_a_roll_is_made_comes_behind_its_cursor(
    filled: OpenOffice, till: ATill
) -> None:
    given(filled, till)
    assert filled.rolls.step()  # four of them are packed
    with feed(filled) as write:
        write.take([record(4, ms=9, name="later"), record(5, name="new")])
    make(filled)
    roll = given(filled, till)
    # The fifth has moved behind, so that the roll does not have them; nobody is lost.
    assert sorted(on_it(filled, till, roll)) == [member(n) for n in range(4)]
    asked = msgspec.json.encode(FeedAsk(home="S9", rest=roll.cursor))
    page = till.ask(filled, FEED, asked)
    told = msgspec.json.decode(unpacked(page.body, most_bytes=999_999), type=FeedGiven)
    assert [bytes.fromhex(item.k) for item in told.items] == [member(4), member(5)]


def test_whoever_is_erased_is_on_no_roll_from_then_on(filled: OpenOffice, till: ATill) -> None:
    roll = made(filled, till)
    with feed(filled) as write:
        write.erase(member(0))
    asked = msgspec.json.encode(SheetsAsk(roll=roll.roll, first=0))
    refused = till.ask(filled, SHEETS, asked)
    assert (refused.status, refused.said["code"]) == (410, OTHER_ROLL)
    assert member(0) not in on_it(filled, till, made(filled, till))


def test_whoever_is_erased_while_a_roll_is_made_is_not_on_it(
    filled: OpenOffice, till: ATill
) -> None:
    given(filled, till)
    assert filled.rolls.step()
    with feed(filled) as write:
        write.erase(member(0))
    make(filled)
    assert given(filled, till).after_s > 0  # what was begun is void
    make(filled)
    roll = given(filled, till)
    assert sorted(on_it(filled, till, roll)) == [member(n) for n in range(1, 5)]


def test_nothing_of_a_void_roll_is_left_in_the_database(filled: OpenOffice, till: ATill) -> None:
    made(filled, till)
    with feed(filled) as write:
        write.erase(member(0))
    make(filled)
    with filled.database.read() as connection:
        left = ask(connection, ("SELECT count(*) FROM roll_sheet", ()))
        rows = ask(connection, ("SELECT count(*) FROM roll", ()))
    assert (left, rows) == ([[(0,)]], [[(0,)]])


def test_a_roll_serves_until_much_has_changed_and_then_a_later_one(
    filled: OpenOffice, till: ATill
) -> None:
    roll = made(filled, till)
    for n in range(3):
        with feed(filled) as write:
            write.take([record(n, store=STORES[n], ms=9, name="again")])
    assert given(filled, till) == roll
    with feed(filled) as write:
        write.take([record(3, store="S3", ms=9, name="again")])
    later = made(filled, till)
    assert later.roll != roll.roll
    assert later.members == 5
    refused = till.ask(filled, SHEETS, msgspec.json.encode(SheetsAsk(roll=roll.roll, first=0)))
    assert refused.status == 410


def test_what_another_server_left_half_made_is_made_anew(
    filled: OpenOffice, till: ATill, clock: SetClock
) -> None:
    given(filled, till)
    assert filled.rolls.step()
    other = rolls.Rolls(filled.database, filled.office, filled.clock)
    assert not other.step()  # somebody sees to it
    clock.pass_time(timedelta(seconds=rolls.CLAIM_S + 1))
    while other.step():
        pass
    roll = given(filled, till)
    assert sorted(on_it(filled, till, roll)) == [member(n) for n in range(5)]
    filled.rolls.step()  # whoever was too slow notices, and adds nothing
    assert sorted(on_it(filled, till, given(filled, till))) == [member(n) for n in range(5)]


def test_a_till_that_waits_for_a_roll_hears_no_rest(filled: OpenOffice, till: ATill) -> None:
    asked = msgspec.json.encode(FeedAsk(home="S3", without_rest=True))
    page = till.ask(filled, FEED, asked)
    told = msgspec.json.decode(unpacked(page.body, most_bytes=999_999), type=FeedGiven)
    assert [bytes.fromhex(item.k) for item in told.items] == [member(3)]
    behind = msgspec.json.encode(FeedAsk(home="S3", store=told.next, without_rest=True))
    page = till.ask(filled, FEED, behind)
    told = msgspec.json.decode(unpacked(page.body, most_bytes=999_999), type=FeedGiven)
    # What it did not ask for it has not heard.
    assert (told.stream, told.items, told.more) == ("store", (), False)
