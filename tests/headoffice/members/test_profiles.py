"""Profiles at head office: merged as tills tell them, told by a cursor that steps over nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.profile_tables import (
    PROFILE,
    PROFILE_AHEAD,
    PROFILE_IDENTIFIER,
    PROFILE_PLACE,
)
from posloyalty.sync.profiles.record import TILLS_MAX, Answers, ProfileRecord, Said, later
from posloyalty.sync.wire.packing import unpacked
from posloyalty.sync.wire.profiles import (
    FEED,
    TELL,
    TOLD_MAX,
    FeedAsk,
    FeedGiven,
    Item,
    ProfilesTold,
    Stream,
)
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_till import ATill

TILL_A, TILL_B = "0a" * 16, "0b" * 16
NOW_MS = 1_795_000_000_000


def member(number: int) -> str:
    return f"{number:032x}"


def record(number: int, *, store: str = "S1", ms: int = 1, **fields: str) -> ProfileRecord:
    told = {name: Said((value,), (ms, 0), TILL_A) for name, value in fields.items()}
    return ProfileRecord(member=member(number), joined="2026-01-01", store=store, fields=told)


def tell(office: OpenOffice, till: ATill, *records: ProfileRecord) -> int:
    """How many said something new."""
    body = msgspec.json.encode(ProfilesTold(records=records))
    found = till.ask(office, TELL, body, packs=True)
    assert found.status == 200, found.said
    return int(found.said["new"])


def asked(office: OpenOffice, till: ATill, ask: FeedAsk) -> FeedGiven:
    found = till.ask(office, FEED, msgspec.json.encode(ask))
    assert found.status == 200, found.said
    return msgspec.json.decode(unpacked(found.body, most_bytes=9_999_999), type=FeedGiven)


def all_of(
    office: OpenOffice, till: ATill, *, home: str = "S1", most: int = 500
) -> tuple[list[tuple[str, Item]], FeedAsk]:
    """(stream, item) of everything there is, and the ask behind it."""
    ask, found = FeedAsk(home=home, most=most), []
    for _ in range(200):
        given = asked(office, till, ask)
        found += [(given.stream, item) for item in given.items]
        ask = msgspec.structs.replace(ask, **{given.stream: given.next})
        if not given.more:
            return found, ask
    raise AssertionError("the feed has no end")


@contextmanager
def feed(office: OpenOffice) -> Iterator[ProfileFeed]:
    with office.database.write() as connection:
        now_s = int(office.clock.now().timestamp())
        yield ProfileFeed(connection, life_name=office.office.life_name, now_s=now_s)


# What comes up goes down


def test_what_one_till_tells_comes_down_as_it_was_told(office: OpenOffice, till: ATill) -> None:
    told = record(1, name="Ada", phone="111")
    assert tell(office, till, told) == 1
    found, _ = all_of(office, till)
    assert found == [("store", Item(k=member(1), record=told))]


def test_what_is_told_again_is_not_told_on(office: OpenOffice, till: ATill) -> None:
    tell(office, till, record(1, name="Ada"))
    _, ask = all_of(office, till)
    assert tell(office, till, record(1, name="Ada")) == 0
    given = asked(office, till, ask)
    assert (given.items, given.more) == ((), False)


def test_two_tills_changes_of_two_fields_are_both_kept(office: OpenOffice, till: ATill) -> None:
    tell(office, till, record(1, name="Ada", phone="111"))
    tell(office, till, record(1, ms=5, name="Ada L"))
    tell(office, till, record(1, ms=4, phone="222"))
    ((_, item),), _ = all_of(office, till)
    assert item.record is not None
    assert (item.record.values("name"), item.record.values("phone")) == (("Ada L",), ("222",))


DAY_MS = 86_400_000


def names_of(office: OpenOffice, till: ATill) -> tuple[str, ...]:
    ((_, item),), _ = all_of(office, till)
    assert item.record is not None
    return item.record.values("name")


def edited(given: ProfileRecord, name: str, *, at_ms: int) -> ProfileRecord:
    """The record once its name was changed at till B by who knew it."""
    mark = later(given.fields["name"].mark, (at_ms, 0))
    fields = {**given.fields, "name": Said((name,), mark, TILL_B)}
    return msgspec.structs.replace(given, fields=fields)


def heard(office: OpenOffice, till: ATill) -> ProfileRecord:
    ((_, item),), _ = all_of(office, till)
    assert item.record is not None
    return item.record


def test_a_word_of_a_clock_ahead_told_again_does_not_beat_what_was_said_since(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    now_ms = int(office.clock.now().timestamp() * 1000)
    ahead = record(1, ms=now_ms + DAY_MS, name="Ahead")
    tell(office, till, ahead)
    tell(office, till, edited(heard(office, till), "Since", at_ms=now_ms + 60_000))
    assert names_of(office, till) == ("Since",)
    for wait in (timedelta(), timedelta(hours=1), timedelta(days=2)):
        clock.pass_time(wait)
        _, ask = all_of(office, till)
        tell(office, till, ahead)
        assert names_of(office, till) == ("Since",), wait
        # Its till takes its own word for the latest, so it hears of the other one once more.
        assert len(asked(office, till, ask).items) == 1


def test_of_two_clocks_ahead_who_knew_of_the_other_has_the_last_word(
    office: OpenOffice, till: ATill
) -> None:
    """Both tell within one second of head office's, so both count as said then."""
    now_ms = int(office.clock.now().timestamp() * 1000)
    first = msgspec.structs.replace(
        record(1), fields={"name": Said(("First",), (now_ms + DAY_MS, 0), TILL_B)}
    )
    second = record(1, ms=now_ms + 2 * DAY_MS, name="Second")
    tell(office, till, first)
    tell(office, till, second)
    assert names_of(office, till) == ("Second",)
    tell(office, till, first)
    assert names_of(office, till) == ("Second",)


def test_cards_withdrawn_by_a_clock_ahead_are_withdrawn_once(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    now_s = int(office.clock.now().timestamp())
    told = msgspec.structs.replace(record(1, name="Ada"), revoked=now_s + 86_400)
    tell(office, till, told)
    assert heard(office, till).revoked == now_s + 300
    clock.pass_time(timedelta(hours=1))
    tell(office, till, told)
    assert heard(office, till).revoked == now_s + 300  # a card of since then is good


def test_nothing_is_kept_of_the_words_of_who_is_erased(office: OpenOffice, till: ATill) -> None:
    ahead = record(1, ms=int(office.clock.now().timestamp() * 1000) + DAY_MS, name="Ahead")
    tell(office, till, ahead)
    with office.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(PROFILE_AHEAD)).scalar() == 1
    with feed(office) as open_feed:
        open_feed.erase(bytes.fromhex(member(1)))
    tell(office, till, ahead)
    with office.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(PROFILE_AHEAD)).scalar() == 0


def test_what_would_grow_beyond_what_anybody_can_read_changes_nothing(
    office: OpenOffice, till: ATill
) -> None:
    def refused(first: int, many: int) -> ProfileRecord:
        marks = {f"{n:032x}": (1, 0) for n in range(first, first + many)}
        consents = {"news/sms": Answers(refused=marks)}
        return msgspec.structs.replace(record(1, name="Ada"), consents=consents)

    assert tell(office, till, refused(0, TILLS_MAX)) == 1
    assert tell(office, till, refused(TILLS_MAX, 1)) == 0
    ((_, item),), _ = all_of(office, till)
    assert item.record == refused(0, TILLS_MAX)


def test_a_member_who_changed_often_is_told_once(office: OpenOffice, till: ATill) -> None:
    for ms in range(1, 9):
        tell(office, till, record(1, ms=ms, name=f"Ada {ms}"))
    found, _ = all_of(office, till)
    assert [item.record.values("name") for _, item in found if item.record] == [("Ada 8",)]


def test_a_clock_a_day_ahead_does_not_have_the_last_word_for_a_day(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    now_ms = int(clock.now().timestamp() * 1000)
    tell(office, till, record(1, ms=now_ms + 86_400_000, name="Ahead"))
    tell(office, till, record(1, ms=now_ms + 299_000, name="Too early"))
    tell(office, till, record(1, ms=now_ms + 300_001, name="Ahead as well"))
    ((_, item),), _ = all_of(office, till)
    assert item.record is not None
    # Both count as said five minutes from now, the one that came later behind the other.
    assert item.record.values("name") == ("Ahead as well",)
    assert item.record.fields["name"].mark == (now_ms // 1000 * 1000 + 300_000, 1)


# The order of the feed


def test_erased_members_come_first_then_those_of_the_store_then_all_others(
    office: OpenOffice, till: ATill
) -> None:
    stores = ["S2", "S1", "S2", "S1", "S3"]
    tell(office, till, *(record(n, store=store, name="x") for n, store in enumerate(stores)))
    with feed(office) as write:
        write.erase(bytes.fromhex(member(4)))
    found, _ = all_of(office, till, most=1)
    assert [(stream, int(item.k, 16)) for stream, item in found] == [
        ("erase", 4),
        ("store", 1),
        ("store", 3),
        ("rest", 0),
        ("rest", 2),
    ]


def test_a_cursor_goes_on_where_it_was_piece_by_piece(office: OpenOffice, till: ATill) -> None:
    for start in range(0, 230, TOLD_MAX):
        tell(office, till, *(record(n, name="x") for n in range(start, min(230, start + TOLD_MAX))))
    found, _ = all_of(office, till, most=40)
    assert [int(item.k, 16) for _, item in found] == list(range(230))


def test_a_long_page_is_cut_by_its_bytes(office: OpenOffice, till: ATill) -> None:
    fields = ("name", "note", "language", "email")
    for start in range(0, 500, 50):
        # Unlike one another: what packs too well is taken for a bomb.
        long = {n: SeededChance(n).token_bytes(250).hex() for n in range(start, start + 50)}
        tell(office, till, *(record(n, **dict.fromkeys(fields, long[n])) for n in long))
    given = asked(office, till, FeedAsk(home="S1"))
    assert 300 < len(given.items) < 500
    found, _ = all_of(office, till)
    assert len(found) == 500


def test_nobody_is_stepped_over_while_somebody_slower_writes(
    office: OpenOffice, database_url: str
) -> None:
    """The trap of sequences: the later number is there first, and the reader goes past the other.

    On SQLite there is one writer at a time; on PostgreSQL the row of the numbers makes it one.
    """
    inside, go_on = Event(), Event()

    def slow() -> None:
        with feed(office) as write:
            write.take([record(1, name="slow")])
            inside.set()
            go_on.wait(20)

    def quick() -> None:
        with feed(office) as write:
            write.take([record(2, name="quick")])

    first, second = Thread(target=slow), Thread(target=quick)
    first.start()
    assert inside.wait(20)
    second.start()
    second.join(0.3)
    ask = FeedAsk(home="S1")
    with office.database.read() as connection:
        now_s = int(office.clock.now().timestamp())
        read = ProfileFeed(connection, life_name=office.office.life_name, now_s=now_s)
        before = read.page(ask)
    go_on.set()
    first.join(20)
    second.join(20)
    with office.database.read() as connection:
        read = ProfileFeed(connection, life_name=office.office.life_name, now_s=now_s)
        after = read.page(msgspec.structs.replace(ask, **{before.stream: before.next}))
    heard = [int(one.k, 16) for one in (*before.items, *after.items)]
    assert sorted(heard) == [1, 2]


# Another life of the database


@pytest.mark.parametrize("stream", list(Stream))
def test_a_cursor_of_another_life_begins_again(
    office: OpenOffice, till: ATill, stream: Stream
) -> None:
    tell(office, till, record(1, name="Ada"))
    for cursor in (f"{'0' * 32}:1", f"{office.office.life_name}:99"):
        ask: dict[str, Any] = {"home": "S1", stream.value: cursor}
        found = till.ask(office, FEED, msgspec.json.encode(ask))
        assert (found.status, found.code) == (410, "RESYNC")


# Who says what is theirs


def test_who_says_later_that_a_phone_is_theirs_is_marked(office: OpenOffice, till: ATill) -> None:
    tell(office, till, record(1, ms=10, phone="111"))
    tell(office, till, record(2, ms=20, phone="111"))
    found, _ = all_of(office, till)
    assert {int(item.k, 16): item.taken for _, item in found} == {1: (), 2: ("phone",)}


def test_whoever_was_first_is_so_even_when_it_is_heard_last(
    office: OpenOffice, till: ATill
) -> None:
    tell(office, till, record(2, ms=20, phone="111", card="C"))
    _, ask = all_of(office, till)
    tell(office, till, record(1, ms=10, phone="111", card="C"))
    given = asked(office, till, ask)
    assert {int(item.k, 16): item.taken for item in given.items} == {1: (), 2: ("card", "phone")}


def test_a_phone_that_is_given_up_is_free_again(office: OpenOffice, till: ATill) -> None:
    tell(office, till, record(1, ms=10, phone="111"))
    tell(office, till, record(2, ms=20, phone="111"))
    tell(office, till, record(1, ms=30, phone="333"))
    found, _ = all_of(office, till)
    assert {int(item.k, 16): item.taken for _, item in found} == {1: (), 2: ()}


def test_a_phone_and_a_card_of_the_same_digits_are_two_things(
    office: OpenOffice, till: ATill
) -> None:
    tell(office, till, record(1, ms=10, phone="111"), record(2, ms=20, card="111"))
    found, _ = all_of(office, till)
    assert [item.taken for _, item in found] == [(), ()]


# Somebody who is no more


def test_nobody_who_was_erased_comes_back(office: OpenOffice, till: ATill) -> None:
    tell(office, till, record(1, ms=10, name="Ada", phone="111"))
    with feed(office) as write:
        write.erase(bytes.fromhex(member(1)))
    _, ask = all_of(office, till)
    assert tell(office, till, record(1, ms=99, name="Ada again")) == 0
    given = asked(office, till, ask)
    assert (given.stream, given.items) == ("erase", (Item(k=member(1)),))  # and is told again
    with office.database.read() as connection:
        assert connection.execute(select(PROFILE.c.body)).scalars().all() == [None]
        assert (
            connection.execute(select(func.count()).select_from(PROFILE_IDENTIFIER)).scalar() == 0
        )


def test_somebody_erased_before_anybody_told_of_them_stays_unknown(
    office: OpenOffice, till: ATill
) -> None:
    with feed(office) as write:
        write.erase(bytes.fromhex(member(1)))
    assert tell(office, till, record(1, name="Ada")) == 0
    found, _ = all_of(office, till)
    assert found == [("erase", Item(k=member(1)))]


def test_an_erased_members_phone_is_free_again(office: OpenOffice, till: ATill) -> None:
    tell(office, till, record(1, ms=10, phone="111"), record(2, ms=20, phone="111"))
    with feed(office) as write:
        write.erase(bytes.fromhex(member(1)))
    found, _ = all_of(office, till)
    assert {int(item.k, 16): item.taken for _, item in found} == {1: (), 2: ()}


def test_two_records_that_are_one_member_become_one(office: OpenOffice, till: ATill) -> None:
    tell(office, till, record(1, name="Ada", phone="111"), record(2, name="A", phone="222"))
    with feed(office) as write:
        write.rename(bytes.fromhex(member(2)), bytes.fromhex(member(1)))
    found = {int(item.k, 16): item for _, item in all_of(office, till)[0]}
    assert found[2] == Item(k=member(2), stays=member(1))
    stays = found[1].record
    assert stays is not None
    assert (stays.values("name"), stays.values("phone")) == (("Ada",), ("111", "222"))
    assert tell(office, till, record(2, ms=50, name="A")) == 0


# Bounds, and hostile tills


def sent(**changes: object) -> dict[str, Any]:
    return {"records": [msgspec.to_builtins(record(1, name="Ada")) | changes]}


HOSTILE: list[tuple[str, object]] = [
    ("nothing", {"records": []}),
    ("too many", {"records": [msgspec.to_builtins(record(1))] * (TOLD_MAX + 1)}),
    ("no id", sent(member="x")),
    ("a long value", sent(fields={"name": [["x" * 501], [1, 0], TILL_A]})),
    ("many values", sent(fields={"phone": [["1"] * 17, [1, 0], TILL_A]})),
    ("no text", sent(fields={"name": [["a\0b"], [1, 0], TILL_A]})),
    ("a mark beyond all time", sent(fields={"name": [["x"], [2**60, 0], TILL_A]})),
    ("a mark before all time", sent(fields={"name": [["x"], [-1, 0], TILL_A]})),
    ("no day", sent(joined="soon")),
    ("a store that is no text", sent(store="S\0")),
]


@pytest.mark.parametrize(("what", "body"), HOSTILE)
def test_what_is_out_of_bounds_is_refused(
    office: OpenOffice, till: ATill, what: str, body: object
) -> None:
    found = till.ask(office, TELL, msgspec.json.encode(body), packs=True)
    assert (found.status, found.code) == (400, "BAD_MESSAGE"), what


UNREADABLE: list[tuple[str, dict[str, Any]]] = [
    ("a day that is none", {"joined": "2026-99-99"}),
    ("a birthday that is none", {"fields": {"birthday": [["soon"], [1, 0], TILL_A]}}),
]


@pytest.mark.parametrize(("what", "changes"), UNREADABLE)
def test_what_no_till_can_read_is_left_out_and_blocks_nothing(
    office: OpenOffice, till: ATill, what: str, changes: dict[str, Any]
) -> None:
    body = sent(**changes)
    body["records"].append(msgspec.to_builtins(record(2, name="Bob")))
    found = till.ask(office, TELL, msgspec.json.encode(body), packs=True)
    assert (found.status, found.said["new"]) == (200, 1), what
    assert [int(item.k, 16) for _, item in all_of(office, till)[0]] == [2]


@pytest.mark.parametrize("ask", [{"most": 0}, {"most": 501}, {"rest": "x:1"}, {"rest": "1"}])
def test_a_page_has_bounds(office: OpenOffice, till: ATill, ask: dict[str, Any]) -> None:
    found = till.ask(office, FEED, msgspec.json.encode(ask))
    assert (found.status, found.code) == (400, "BAD_MESSAGE")


def test_a_stranger_hears_nothing(office: OpenOffice, till: ATill, clock: SetClock) -> None:
    tell(office, till, record(1, name="Ada"))
    stranger = ATill(clock, number=9)
    stranger.office, stranger.office_key = till.office, till.office_key
    assert stranger.ask(office, FEED, b"{}").code == "UNKNOWN_TILL"
    office.administration.revoke(till.id.hex())
    assert till.ask(office, FEED, b"{}").code == "REVOKED"


def test_numbers_are_drawn_only_for_what_changed(office: OpenOffice, till: ATill) -> None:
    tell(office, till, record(1, name="Ada"), record(2, name="Bob"))
    tell(office, till, record(1, name="Ada"))
    with office.database.read() as connection:
        assert connection.execute(select(PROFILE_PLACE.c.n)).scalar() == 2
