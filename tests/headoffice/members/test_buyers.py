"""A store's members are those at home there and those who bought there in the last 24 months.

Tills push sales to the real desk; the feed, the roll and the news of a store are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec
import pytest

from posloyalty.headoffice.members import buyers, profile_news, rolls, sheets, store_members
from posloyalty.headoffice.members.buyers import KEPT_DAYS, NOTED_DAYS
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.statements import IN_ORDER, ask, ask_one, on_postgresql
from posloyalty.headoffice.store.upgrade import REVISIONS
from posloyalty.headoffice.tills import keeping
from posloyalty.sync import events
from posloyalty.sync.profiles.record import ProfileRecord
from posloyalty.sync.wire.packing import unpacked
from posloyalty.sync.wire.profiles import FEED, FeedAsk, FeedGiven
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.members.test_rolls import assert_in_order, member, on_it, record
from tests.headoffice.members.test_rolls import made as made_roll
from tests.headoffice.store.test_quicker_intake import brought_to
from tests.sync.examples import EXAMPLES

ADA, BEA, COY = range(3)
DAY = timedelta(days=1)


class Street(NamedTuple):
    """Head office with two stores of a till each; Ada is at home in the first, Bea and Coy in the
    second, and all of that is in the feed.
    """

    office: OpenOffice
    one: ATill
    other: ATill


@pytest.fixture
def street(office: OpenOffice, till: ATill, clock: SetClock) -> Street:
    office.administration.add_store("S2", "Side Street")
    other = ATill(clock, 2)
    assert other.join(office, office.administration.new_code("S2")).status == 201
    with feed(office) as write:
        write.take([record(ADA, name="Ada"), *(record(n, store="S2") for n in (BEA, COY))])
    return Street(office, till, other)


@contextmanager
def feed(office: OpenOffice) -> Iterator[ProfileFeed]:
    with office.database.write() as connection:
        now_s = int(office.clock.now().timestamp())
        yield ProfileFeed(connection, life_name=office.office.life_name, now_s=now_s)


def sells(at: ATill, *members: int, office: OpenOffice, ago: timedelta = timedelta()) -> None:
    """The till rings a sale for each, and sends them."""
    first = len(at.journal) + 1
    for one in members:
        write_sale(at, member(one).hex(), ago)
    assert at.push(office, first, len(at.journal)).status == 200


def write_sale(at: ATill, who: str, ago: timedelta = timedelta()) -> None:
    sale = EXAMPLES["sale"]
    assert isinstance(sale, events.Sale)
    event_id = at.chance.token_bytes(16)
    made = msgspec.structs.replace(
        sale,
        id=event_id.hex(),
        at=(at.clock.now() - ago).isoformat(timespec="milliseconds"),
        member=who,
        post=(),
        rights=(),
        tiers=(),
        meters=(),
    )
    at.add(events.encode(made), event_id=event_id)


def work(office: OpenOffice) -> None:
    """The lane does all there is to do."""
    while office.buyers.step():
        pass


def bought(street: Street, *members: int, ago: timedelta = timedelta()) -> None:
    """The first store's till sells, and the lane follows."""
    sells(street.one, *members, office=street.office, ago=ago)
    work(street.office)


def told(street: Street, ask: FeedAsk) -> tuple[dict[str, list[int]], FeedAsk]:
    """The numbers of the members that each part tells of, and the ask behind it."""
    found: dict[str, list[int]] = {}
    while True:
        with feed(street.office) as read:
            given = read.page(ask)
        for item in given.items:
            found.setdefault(given.stream, []).append(bytes.fromhex(item.k)[0] - 1)
        ask = msgspec.structs.replace(ask, **{given.stream: given.next})
        if not given.more:
            return found, ask


def all_told(street: Street, home: str = "S1") -> dict[str, list[int]]:
    return told(street, FeedAsk(home=home, most=1))[0]


def rows(office: OpenOffice) -> list[tuple[str, int]]:
    """(store, member) of everybody who is noted."""
    with office.database.read() as connection:
        found = ask_one(connection, "SELECT store, member_id FROM store_buyer ORDER BY 1, 2", ())
    return [(store, bytes(one)[0] - 1) for store, one in found]


# Whom a store's part of the feed tells of


def test_whoever_bought_at_a_store_is_told_there_first_and_once(street: Street) -> None:
    assert all_told(street) == {"store": [ADA], "rest": [BEA, COY]}
    bought(street, BEA)
    assert all_told(street) == {"store": [ADA, BEA], "rest": [COY]}
    assert all_told(street, "S2") == {"store": [BEA, COY], "rest": [ADA]}


def test_whoever_is_at_home_there_is_told_once_however_often_they_buy(street: Street) -> None:
    _, ask = told(street, FeedAsk(home="S1"))
    bought(street, ADA, ADA)
    assert told(street, ask)[0] == {}
    assert all_told(street) == {"store": [ADA], "rest": [BEA, COY]}


def test_a_till_that_knows_all_hears_once_more_of_who_buys_there_first(street: Street) -> None:
    _, ask = told(street, FeedAsk(home="S1"))
    bought(street, BEA)
    found, ask = told(street, ask)
    assert found == {"store": [BEA]}
    bought(street, BEA)
    assert told(street, ask)[0] == {}


def test_what_changes_of_a_buyer_is_told_in_the_stores_part_alone(street: Street) -> None:
    bought(street, BEA)
    _, ask = told(street, FeedAsk(home="S1"))
    with feed(street.office) as write:
        write.take([record(BEA, store="S2", ms=9, name="Beatrice")])
    assert told(street, ask)[0] == {"store": [BEA]}


def test_a_sale_that_comes_before_the_profile_makes_a_buyer_all_the_same(street: Street) -> None:
    bought(street, 7)
    assert all_told(street) == {"store": [ADA], "rest": [BEA, COY]}
    with feed(street.office) as write:
        write.take([record(7, store="S2", name="Gil")])
    assert all_told(street) == {"store": [ADA, 7], "rest": [BEA, COY]}


def test_nobody_is_lost_to_a_till_that_is_in_the_middle_of_the_others(street: Street) -> None:
    """It has heard Bea among the others and not Coy yet, when Coy buys at its store."""
    _, ask = told(street, FeedAsk(home="S1", without_rest=True))
    ask = msgspec.structs.replace(ask, without_rest=False, most=1)
    with feed(street.office) as read:
        page = read.page(ask)
    assert [one.k for one in page.items] == [member(BEA).hex()]
    bought(street, COY)
    assert told(street, msgspec.structs.replace(ask, rest=page.next))[0] == {"store": [COY]}


def test_the_roll_of_a_store_holds_its_buyers_and_that_of_the_chain_everybody_once(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("STORE_LEAST", "CHAIN_LEAST"):
        monkeypatch.setattr(rolls, name, 2)
    monkeypatch.setattr(sheets, "SHEET_MEMBERS", 2)
    bought(street, COY)
    found = on_it(street.office, street.one, made_roll(street.office, street.one, "S1"))
    assert found == [member(ADA), member(COY)]
    assert sorted(on_it(street.office, street.one, made_roll(street.office, street.one))) == [
        member(n) for n in (ADA, BEA, COY)
    ]


# Who waits is told


def has_news(street: Street, till: ATill) -> list[bool]:
    """As an answer to a push says, and as whoever waits is woken."""
    office = street.office
    with office.database.write() as connection:
        now_s = int(office.clock.now().timestamp())
        known = profile_news.tell_of_profiles(connection, till.id, now_s)
    return [known, till.id in office.desk.news(frozenset({till.id}))]


def heard_all(street: Street, *tills: ATill) -> None:
    for till, home in zip(tills, ("S1", "S2"), strict=False):
        ask = FeedAsk(home=home)
        for _ in range(9):
            answer = till.ask(street.office, FEED, msgspec.json.encode(ask))
            page = msgspec.json.decode(unpacked(answer.body, most_bytes=999_999), type=FeedGiven)
            ask = msgspec.structs.replace(ask, **{page.stream: page.next})


def woken(street: Street, till: ATill) -> bool:
    return till.id in street.office.desk.news(frozenset({till.id}))


def test_a_waiting_till_hears_at_once_of_what_changes_about_a_buyer_of_its_store(
    street: Street,
) -> None:
    bought(street, BEA)
    heard_all(street, street.one)
    assert has_news(street, street.one) == [False, False]
    with feed(street.office) as write:
        write.take([record(COY, store="S2", ms=9, name="Coy")])
    assert not woken(street, street.one)  # of another store: after the rest
    with feed(street.office) as write:
        write.take([record(BEA, store="S2", ms=9, name="Beatrice")])
    assert woken(street, street.one)
    assert has_news(street, street.one)[0]


def test_a_stores_other_tills_hear_within_a_second_of_who_bought_there_first(
    street: Street,
) -> None:
    heard_all(street, street.one, street.other)
    sells(street.one, BEA, office=street.office)
    assert not woken(street, street.one)
    work(street.office)
    assert woken(street, street.one)
    assert not woken(street, street.other)


def test_what_a_till_says_itself_leaves_a_buyer_of_whom_it_was_not_told_yet(
    street: Street,
) -> None:
    heard_all(street, street.one)
    bought(street, BEA)
    with street.office.database.write() as connection:
        now_s = int(street.office.clock.now().timestamp())
        own = ProfileFeed(connection, now_s=now_s, till_id=street.one.id)
        assert own.take([record(9, name="Own")]) == 1
    assert woken(street, street.one)


# How it is noted


def test_a_till_that_sells_to_whom_it_sold_to_writes_nothing_more_of_it(
    street: Street, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    note = buyers.run_for

    def counted(connection: Any, wording: str, found: Any, types: Any) -> None:
        if found and "INTO store_buyer" in wording:
            written.append(len(found))
        note(connection, wording, found, types)

    monkeypatch.setattr(buyers, "run_for", counted)
    sells(street.one, BEA, COY, BEA, office=street.office)
    assert written == [2]  # one statement for the batch, a row for each member
    sells(street.one, *[BEA, COY] * 20, office=street.office)
    assert written == [2]
    clock.pass_time((NOTED_DAYS + 1) * DAY)
    sells(street.one, BEA, office=street.office)
    assert written == [2, 1]


def test_a_push_that_is_undone_is_not_taken_for_noted(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sale(street.one, member(BEA).hex())
    monkeypatch.setattr(keeping, "run", _fails)
    with pytest.raises(RuntimeError, match="power"):
        street.one.push(street.office, 1, 1)
    monkeypatch.undo()
    assert rows(street.office) == []
    assert street.one.push(street.office, 1, 1).status == 200
    assert rows(street.office) == [("S1", BEA)]


def _fails(*_: object) -> None:
    raise RuntimeError("power")


def test_a_process_that_knows_too_many_begins_anew(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buyers, "REMEMBERED_MOST", 2)
    sells(street.one, ADA, BEA, COY, office=street.office)
    noted = street.office.buyers._noted
    assert noted == {"S1": {member(COY): noted["S1"][member(COY)]}}
    sells(street.one, ADA, BEA, COY, office=street.office)
    assert rows(street.office) == [("S1", ADA), ("S1", BEA), ("S1", COY)]


def test_one_member_under_two_spellings_of_the_id_is_one_row(street: Street) -> None:
    odd = "AB" * 16
    write_sale(street.one, odd)
    write_sale(street.one, odd.lower())
    assert street.one.push(street.office, 1, 2).status == 200
    assert len(rows(street.office)) == 1


def test_a_clock_that_is_ahead_keeps_nobody_for_longer(street: Street, clock: SetClock) -> None:
    bought(street, BEA, ago=-400 * DAY)
    clock.pass_time((KEPT_DAYS + NOTED_DAYS + 1) * DAY)
    work(street.office)
    assert rows(street.office) == []


# Who leaves


def test_after_24_months_and_the_days_that_a_note_stands_for_somebody_is_the_stores_no_more(
    street: Street, clock: SetClock
) -> None:
    bought(street, BEA)
    clock.pass_time((KEPT_DAYS + NOTED_DAYS) * DAY)
    work(street.office)
    assert all_told(street)["store"] == [ADA, BEA]
    clock.pass_time(DAY)
    work(street.office)
    assert all_told(street) == {"store": [ADA], "rest": [BEA, COY]}


def test_what_changed_while_somebody_was_a_buyer_is_told_though_they_are_none_any_more(
    street: Street, clock: SetClock
) -> None:
    bought(street, BEA)
    _, ask = told(street, FeedAsk(home="S1"))
    with feed(street.office) as write:
        write.take([record(BEA, store="S2", ms=9, name="Beatrice")])
    clock.pass_time((KEPT_DAYS + NOTED_DAYS + 1) * DAY)
    work(street.office)
    assert told(street, ask)[0] == {"rest": [BEA]}


def test_a_sale_of_three_years_ago_makes_nobody_a_buyer(street: Street) -> None:
    bought(street, BEA, ago=(KEPT_DAYS + 1) * DAY)
    bought(street, COY, ago=(KEPT_DAYS - 1) * DAY)
    assert rows(street.office) == [("S1", COY)]


def test_nothing_says_where_somebody_bought_who_was_erased(street: Street) -> None:
    bought(street, BEA, COY)
    with feed(street.office) as write:
        write.erase(member(BEA))
    assert rows(street.office) == [("S1", COY)]
    assert all_told(street) == {"erase": [BEA], "store": [ADA, COY]}


def test_a_sale_that_comes_after_the_erasure_brings_nobody_back(street: Street) -> None:
    with feed(street.office) as write:
        write.erase(member(BEA))
    sells(street.one, BEA, office=street.office)
    work(street.office)
    assert rows(street.office) == []


def test_whoever_stays_of_two_records_bought_where_the_other_one_did(street: Street) -> None:
    bought(street, BEA)
    _, ask = told(street, FeedAsk(home="S1"))
    with feed(street.office) as write:
        write.rename(member(BEA), member(COY))
    work(street.office)
    found, _ = told(street, ask)
    assert set(found["store"]) == {BEA, COY}
    assert all_told(street)["store"][0] == ADA
    assert set(all_told(street)["store"]) == {ADA, BEA, COY}


def test_a_sale_under_a_name_that_went_counts_for_who_stays(street: Street) -> None:
    with feed(street.office) as write:
        write.rename(member(BEA), member(COY))
    bought(street, BEA)
    assert ("S1", COY) in rows(street.office)


# What was there before


def forget(office: OpenOffice) -> None:
    """As the upgrade of a database that has journals leaves it: nothing is noted yet."""
    with office.database.write() as connection:
        for table in ("store_buyer", "buyers_due"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0027'")
        brought_to(connection, "0028")
        # What later steps made is still there.
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{REVISIONS[-1]}'")
    office.buyers._looked_back = False


def test_sales_of_before_are_looked_through_in_pieces_by_whichever_server(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buyers, "PIECE", 2)
    office = street.office
    sells(street.one, BEA, BEA, COY, BEA, BEA, office=office)
    sells(street.other, ADA, office=office)
    forget(office)
    one, other = (buyers.Buyers(office.database, office.clock) for _ in range(2))
    steps = 0
    while one.step() + other.step():
        steps += 1
    assert steps > 2
    assert rows(office) == [("S1", BEA), ("S1", COY), ("S2", ADA)]
    assert set(all_told(street)["store"]) == {ADA, BEA, COY}
    with office.database.read() as connection:
        assert ask_one(connection, "SELECT till_id FROM buyers_due", ()) == []


def test_a_server_that_is_slow_at_a_piece_moves_nobody_back(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buyers, "PIECE", 2)
    office = street.office
    sells(street.one, BEA, BEA, BEA, COY, COY, office=office)
    forget(office)
    one, other = (buyers.Buyers(office.database, office.clock) for _ in range(2))
    read = buyers._rows

    def meanwhile(*told: Any) -> Any:
        monkeypatch.setattr(buyers, "_rows", read)
        assert other._looked_through()
        assert other._looked_through()
        return read(*told)

    monkeypatch.setattr(buyers, "_rows", meanwhile)
    assert one._looked_through()
    with office.database.read() as connection:
        assert ask_one(connection, "SELECT seq FROM buyers_due", ()) == [(4,)]
    assert rows(office) == [("S1", BEA), ("S1", COY)]


def test_what_cannot_be_read_in_a_journal_stops_nobody(street: Street) -> None:
    office, till = street.office, street.one
    write_sale(till, "not hexadecimal")
    till.add(b'{"t":"sale"', event_id=till.chance.token_bytes(16))
    write_sale(till, member(BEA).hex())
    assert till.push(office, 1, 3).status == 200
    forget(office)
    work(office)
    assert rows(office) == [("S1", BEA)]


# How it is found


def test_a_stores_members_are_read_as_they_come_however_many_there_are(street: Street) -> None:
    office = street.office
    made: list[ProfileRecord] = [record(n, store="S2") for n in range(10, 250)]
    with feed(office) as write:
        write.take(made)
    sells(street.one, *range(10, 250), office=office)
    work(office)
    with office.database.read() as connection:
        if on_postgresql(connection):
            ask(connection, IN_ORDER)
        # A page is merged from these two, each of which is as long as a page at most.
        for part in (store_members._AT_HOME, store_members._BUYERS):
            assert_in_order(connection, f"{part} ORDER BY n LIMIT ?", ("S1", 0, 9_999, 4))
        found = store_members.next_of(connection, "S1", after=0, through=9_999, most=4)
    assert [one for _, one in found] == [member(n) for n in (ADA, 10, 11, 12)]
