"""What a long campaign costs a till that hears of its next sale, and one that asks for its budget.

Ours is what head office does, by the processor of its own process and without HTTP, in a campaign
of many sales; the reference is the same in one of few: what was given long ago must cost nothing
again. Both tills know every sale that came before, as tills do in the course of a day. What
PostgreSQL's own process takes is not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from time import process_time

import msgspec

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.limit import LimitUnit, use_meter
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.running.opening import OpenOffice, opened_office
from posloyalty.sync import events
from posloyalty.sync.leases import Lease
from posloyalty.sync.office.deciding import budget_asset
from posloyalty.sync.office.head_office import HeadOffice
from tests.benchmarks.entry import Entry
from tests.benchmarks.ingest import postgresql
from tests.benchmarks.options import Options
from tests.domain.engine.made import rules
from tests.fakes.time import SHANGHAI, SeededChance, SetClock
from tests.headoffice.a_till import ATill
from tests.sync.examples import EXAMPLES, HLC
from tests.sync.small_programme import small_programme
from tests.sync.small_rules import SmallRules

FEW = 200
MANY = 20_000
TIMES = 15
WARM = 3
BATCH = 500
LIMIT = 2.0
_PROGRAMME = rules(small_programme(mugs=10**9), earn="")
_ASSET = budget_asset(_PROGRAMME.id, _PROGRAMME.of(Campaign)[0], LimitUnit.COUNT)
_METER = _PROGRAMME.meter(use_meter("rule:a-mug", LimitUnit.COUNT))


class Rules(SmallRules):
    """A programme with a campaign that gives a thousand million mugs."""

    def programme(self, at: datetime) -> Programme | None:
        """The programme."""
        return _PROGRAMME


class Counter:
    """A till that sells in the campaign, and one that knows of all that it sold."""

    def __init__(self, office: OpenOffice, clock: SetClock) -> None:
        self.office = office
        self.sells, self.hears = ATill(clock, number=1), ATill(clock, number=2)
        self.sold = self.asked = 0
        office.administration.add_store("S1", "Main Street")
        for till in (self.sells, self.hears):
            till.join(office, office.administration.new_code("S1"), till_code=f"T{till.number}")

    def sell(self, sales: int) -> None:
        """So many sales more, of which the other till has heard."""
        while sales:
            part = min(BATCH, sales)
            sales -= part
            for number in range(self.sold, self.sold + part):
                for till, one in zip((self.sells, self.hears), _sale(number), strict=True):
                    till.add(events.encode(one), event_id=bytes.fromhex(one.id))
            self.sold += part
            for till in (self.sells, self.hears):
                last = len(till.journal)
                assert till.push_densely(self.office, last - part + 1, last).status == 200
            while self.office.follow():
                pass

    def sell_one(self) -> None:
        """One sale of which the other till has yet to hear."""
        one, _ = _sale(self.sold)
        self.sells.add(events.encode(one), event_id=bytes.fromhex(one.id))
        assert self.sells.push(self.office, len(self.sells.journal), len(self.sells.journal)).said

    def hear_one(self) -> None:
        """The other till hears of it."""
        _, heard = _sale(self.sold)
        self.hears.add(events.encode(heard), event_id=bytes.fromhex(heard.id))
        assert self.hears.push(self.office, len(self.hears.journal), len(self.hears.journal)).said
        self.sold += 1

    def answer(self, head_office: HeadOffice) -> None:
        """What the other till is told: the one sale."""
        found = head_office.answer(self.hears.id, self.office.clock.now())
        assert len(found.tellings) == 1

    def reserve(self, head_office: HeadOffice) -> None:
        """A sale wants a piece of the budget; its lease is no part of the other till's answers."""
        self.asked += 1
        found = head_office.reserve(
            derive_id("campaign", self.asked),
            self.sells.id,
            _ASSET,
            1,
            at=self.office.clock.now(),
            zone=SHANGHAI,
        )
        assert isinstance(found, Lease)

    def by_processor(self, act: Callable[[HeadOffice], None]) -> float:
        """Milliseconds of one transaction."""
        began = process_time()
        with self.office.database.write() as connection:
            act(self.office.head_office(connection, rules=Rules()))
        return 1e3 * (process_time() - began)

    def costs(self) -> tuple[float, float]:
        """The middle cost of an answer that tells one sale, and of a reservation."""
        answers, reserves = [], []
        for _ in range(TIMES + WARM):
            self.sell_one()
            answers.append(self.by_processor(self.answer))
            reserves.append(self.by_processor(self.reserve))
            self.hear_one()
        return median(answers[WARM:]), median(reserves[WARM:])


def measure(options: Options) -> Iterator[Entry]:
    """Both databases."""
    yield from _measured(options.folder / "campaign", "", "SQLite")
    with postgresql() as url:
        yield from _measured(options.folder / "campaign-pg", url, "PostgreSQL")


def _measured(folder: Path, url: str, name: str) -> Iterator[Entry]:
    with _counter(folder, url) as counter:
        counter.sell(FEW)
        few = counter.costs()
        counter.sell(MANY - counter.sold)
        many = counter.costs()
    whats = ("an answer with one sale", "a reservation")
    for what, mine, theirs in zip(whats, many, few, strict=True):
        yield Entry(
            name=f"{what} in a campaign of {MANY:,} sales, beside one of {FEW}, {name}",
            ours=mine,
            reference=theirs,
            limit=LIMIT,
            note="the processor's time of head office's process, one transaction",
        )


@contextmanager
def _counter(folder: Path, url: str) -> Iterator[Counter]:
    clock = SetClock()
    with opened_office(folder, url, clock=clock, chance=SeededChance(1)) as office:
        yield Counter(office, clock)


def _sale(number: int) -> tuple[events.Sale, events.Heard]:
    """A sale of nobody's in the campaign, and how the other till heard of it."""
    sale = EXAMPLES["sale"]
    assert isinstance(sale, events.Sale)
    count = events.Count(m=_METER, d=sale.day, n=1, owner=_ASSET.owner.hex())
    made = msgspec.structs.replace(
        sale,
        id=derive_id("campaign sale", number).hex(),
        hlc=(HLC[0] + 7_919 * number, 0),
        member=msgspec.UNSET,
        post=(),
        tiers=(),
        rights=(),
        meters=(count,),
    )
    heard = events.Heard(
        id=made.id, at=made.at, hlc=made.hlc, what="sale", src=(1).to_bytes(16, "big").hex(),
        meters=(count,),
    )  # fmt: skip
    return made, heard
