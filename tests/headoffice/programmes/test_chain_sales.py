"""What a try-out at head office rings, and what a stop may still cost, out of real journals."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import msgspec
import pytest

import resources
from posloyalty.headoffice.programmes.chain_sales import past_of_chain
from posloyalty.headoffice.programmes.stopping import dearest_days, richest_days
from posloyalty.headoffice.programmes.try_outs import TryOuts
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.statements import join
from posloyalty.headoffice.store.tables import JOURNAL_EVENT
from posloyalty.services.programmes.past_sales import count_sales, sales_of_book
from posloyalty.services.programmes.try_out import PastSale
from posloyalty.sync import events
from posloyalty.sync.journal import StoredEvent
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.services.a_shop import new_shop

DAWN_CLUB = resources.read("programmes/dawn-club.toml")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[StoredEvent], list[PastSale]]:
    """A demo shop's journal, and its sales as its own book tells them."""
    with new_shop(tmp_path_factory.mktemp("demo"), programme=None) as shop:
        shop.till.demo.fill(shop.manager, "en", members=12)
        with shop.till.book.read() as reader:
            assert count_sales(reader) > 0
            return list(reader.journal.events()), list(sales_of_book(reader))


@pytest.fixture
def chain(office: OpenOffice, demo: tuple[list[StoredEvent], list[PastSale]]) -> OpenOffice:
    """An office that has the journal from two tills."""
    for number in (1, 2):
        till = ATill(SetClock(), number=number)
        till.join(office, office.administration.new_code("S1"))
        now_s = int(office.clock.now().timestamp())
        rows = [
            (till.id, one.epoch, one.seq, one.event_id, one.body, one.hash, now_s)
            for one in demo[0]
        ]
        with office.database.write() as connection:
            office.database.put(connection, JOURNAL_EVENT, rows)
    return office


def test_the_chains_past_sales_are_those_of_its_tills_in_the_order_of_time(
    chain: OpenOffice, demo: tuple[list[StoredEvent], list[PastSale]]
) -> None:
    with chain.database.read() as connection:
        past = past_of_chain(connection, most=1_000)
        few = past_of_chain(connection, most=10)
    found = list(past.sales)
    assert len(found) == past.total == 2 * len(demo[1])
    assert [one.at for one in found] == sorted(one.at for one in found)
    # Twice the same journal, so each sale twice, with the same goods and amounts.
    told = {one.key: sum(line.gross_minor for line in one.lines) for one in demo[1]}
    assert Counter(one.key for one in found) == dict.fromkeys(told, 2)
    assert all(sum(line.gross_minor for line in one.lines) == told[one.key] for one in found)
    newest = sorted(one.at for one in demo[1])[-5:]
    assert sorted({one.at for one in few.sales}) == sorted(set(newest))
    assert past.tax_classes


def test_who_bought_is_a_member_since_the_day_that_journals_tell(
    chain: OpenOffice, demo: tuple[list[StoredEvent], list[PastSale]]
) -> None:
    buyers = sorted({one.member for one in demo[1] if one.member is not None})
    days = {who: date(2020, 2, 3) + timedelta(days=n) for n, who in enumerate(buyers[1:])}
    assert days
    with chain.database.write() as connection:
        join(connection, [(bytes.fromhex(who), day.isoformat()) for who, day in days.items()])
    with chain.database.read() as connection:
        found = list(past_of_chain(connection, most=1_000).sales)
    assert {one.member for one in found} >= set(buyers)
    assert all(one.joined_on == days.get(one.member or "") for one in found)


def test_a_try_out_reports_in_every_language(chain: OpenOffice) -> None:
    programme = chain.publishing.keep(DAWN_CLUB, by="Ann")
    work = TryOuts(chain.database, chain.clock)
    work.ask(programme.hash, by="Ann")
    assert work._lane is not None
    work._lane.shutdown()  # waits for what is under way
    told = {language: work.of(programme.hash, language) for language in ("en", "zh_CN")}
    assert all(one is not None and one.state == "done" for one in told.values())
    english, chinese = (one.lines for one in told.values() if one is not None)
    assert len(english) == len(chinese) > 2
    assert english != chinese


def test_a_try_out_that_is_cut_short_says_so(chain: OpenOffice) -> None:
    programme = chain.publishing.keep(DAWN_CLUB, by="Ann")
    work = TryOuts(chain.database, chain.clock)
    work._closing.set()
    work.ask(programme.hash, by="Ann")
    work.close()
    row = work.of(programme.hash, "en")
    assert row is None or row.state in ("stopped", "waiting")


def test_an_offers_dearest_day_is_that_of_the_sales(
    office: OpenOffice, demo: tuple[list[StoredEvent], list[PastSale]]
) -> None:
    """Every sale of the demo shop is told anew with 1.00 off its first line."""
    till, days = ATill(SetClock()), Counter[str]()
    till.join(office, office.administration.new_code("S1"))
    for one in demo[0]:
        event = events.decode(one.body)
        if isinstance(event, events.Sale):
            first = msgspec.structs.replace(event.lines[0], offers=(("happy", 100),))
            event = msgspec.structs.replace(event, lines=(first, *event.lines[1:]))
            days[event.day] += 100
            till.add(events.encode(event), event_id=one.event_id)
    till.push(office, 1, min(500, len(till.journal)))
    assert max(days.values()) > 100
    with office.database.read() as connection:
        found = dearest_days(connection, "happy", office.clock.now(), [till.id])
        none = dearest_days(connection, "sad", office.clock.now(), [till.id])
        later = dearest_days(
            connection, "happy", office.clock.now() + timedelta(days=29), [till.id]
        )
    assert found == {till.id: max(days.values())}
    assert none == later == {till.id: 0}


def test_of_another_rule_the_richest_day_of_all_points_is_told(
    office: OpenOffice, demo: tuple[list[StoredEvent], list[PastSale]]
) -> None:
    till, days = ATill(SetClock()), Counter[tuple[str, str]]()
    till.join(office, office.administration.new_code("S1"))
    for one in demo[0]:
        event = events.decode(one.body)
        if isinstance(event, events.Sale):
            till.add(one.body, event_id=one.event_id)
            for points in event.points:
                days[f"{event.pi}/{points.wallet}", event.day] += points.earned
    till.push(office, 1, min(500, len(till.journal)))
    ledger = next(iter(days))[0]
    each = [gave for (one, _day), gave in days.items() if one == ledger]
    assert 0 < max(each) < sum(each)
    now = office.clock.now()
    with office.database.read() as connection:
        found = richest_days(connection, now, [till.id])
        later = richest_days(connection, now + timedelta(days=29), [till.id])
    assert dict(found[till.id])[ledger] == max(each)
    assert later == {till.id: ()}
