"""A day that was closed before its sales were sent, and a clock that steps while one is rung."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from posloyalty.domain.engine.meters import PURCHASES
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.headoffice.store.tables import JOURNAL_EVENT
from posloyalty.services.office.send_journal import Sending
from posloyalty.sync import events
from posloyalty.sync.risk_policy import RiskPolicy
from tests.fakes.time import SetClock
from tests.headoffice.a_chain import MEMBER, Chain, Placed
from tests.headoffice.a_kept_chain import chain_after, talked
from tests.headoffice.policies import adopt_policy
from tests.services.counter import paid


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with chain_after(talked, tmp_path, url=database_url) as found:
        yield found


def by_day(entries: tuple[MeterEntry, ...]) -> dict[date, int]:
    """How often the member bought, by day."""
    found: dict[date, int] = {}
    for one in entries:
        if one.meter == PURCHASES:
            found[one.day] = found.get(one.day, 0) + one.amount
    return found


def days_sold(chain: Chain) -> list[date]:
    """The business days of the sales at head office, as they were rung."""
    with chain.office.database.read() as connection:
        bodies = connection.execute(select(JOURNAL_EVENT.c.body).order_by(JOURNAL_EVENT.c.seq))
        found = [events.decode(bytes(body)) for body in bodies.scalars()]
    return [date.fromisoformat(one.day) for one in found if isinstance(one, events.Sale)]


def at_office(chain: Chain) -> dict[date, int]:
    with chain.office.database.write() as connection:
        return by_day(tuple(chain.office.head_office(connection).fold(MEMBER).meters))


def at_till(till: Placed) -> dict[date, int]:
    with till.shop.till.book.read() as reader:
        return by_day(reader.ledger.meters(MEMBER, date.min))


def closed(till: Placed) -> str:
    """The shift ends with exactly what is due; gives the Z's event."""
    shifts, manager = till.shop.till.shifts, till.shop.manager
    shifts.count(((1, shifts.report().due_minor),), manager)
    return shifts.close(manager).close.id.hex()


def test_fault_41_sales_that_come_after_their_z_belong_to_their_day(chain: Chain) -> None:
    one, other = chain.tills
    shifts, manager = one.shop.till.shifts, one.shop.manager
    first = shifts.open(0, manager).day
    one.way.network.troubles = ["no line"] * 999
    one.counter.sell()
    chain.clock.pass_time(timedelta(hours=20))  # past midnight, still the same shift
    one.counter.sell()
    z = closed(one)
    second = shifts.open(0, manager).day
    assert second > first
    one.counter.sell()
    assert one.talk().sending is Sending.OFFLINE
    assert at_office(chain) == {}
    chain.clock.pass_time(timedelta(days=3))
    one.way.network.troubles.clear()
    chain.talk()
    assert days_sold(chain) == [first, first, second]
    # What rules count goes by the calendar, and everybody counts the same.
    counted = {first: 1, second: 2}
    assert [at_till(one), at_till(other), at_office(chain)] == [counted] * 3
    # The Z is what was printed, whatever came when.
    with one.shop.till.book.read() as reader:
        printed = reader.journal.by_event_id(bytes.fromhex(z))
    with chain.office.database.read() as connection:
        asked = select(JOURNAL_EVENT.c.body).where(JOURNAL_EVENT.c.event_id == bytes.fromhex(z))
        (kept,) = connection.execute(asked).scalars().all()
    assert printed is not None
    assert bytes(kept) == printed.body
    assert isinstance(events.decode(bytes(kept)), events.ShiftClosed)
    assert one.shop.till.verify.verify().holds


@dataclass
class Stepped:
    """The machine's clock, whose wall was set; what passes is counted as before."""

    clock: SetClock
    step: timedelta

    def now(self) -> datetime:
        return self.clock.now() + self.step

    def monotonic_ms(self) -> int:
        return self.clock.monotonic_ms()


STEPS = [timedelta(hours=-3), timedelta(hours=3), timedelta(days=-40), timedelta(minutes=9)]


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_fault_22_a_clock_that_steps_while_a_sale_is_rung_changes_nothing_of_it(
    chain: Chain, step: timedelta
) -> None:
    one, other = chain.tills
    adopt_policy(chain.office.administration, RiskPolicy(floor_minor=0))
    one.counter.sell()
    chain.talk()
    before = one.shop.till.clock.now()
    basket = one.counter.basket(points=1_000)
    one.reserve(basket)
    quote = one.counter.quote(basket)
    one.shop.till.clock._clock = Stepped(chain.clock, step)
    chain.clock.pass_time(timedelta(seconds=5))
    # What is lent is still held, the quote still stands, and the sale is not dated back.
    sale = one.counter.pay(basket, quote, paid(quote))
    assert sale.redeemed_minor == 1_000
    assert sale.at >= before
    one.way.sending.retry()
    chain.talk()
    chain.clock.pass_time(timedelta(minutes=6))
    chain.talk()
    assert one.way.sending.status().waiting == 0
    assert other.counter.points() == one.counter.points() == 2_000 + sale.payable_minor - 1_000
