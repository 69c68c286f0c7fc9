"""What a long campaign costs a till that hears of its next sale, and one that asks for its budget.

Ours is what head office does, by the processor of its own process and without HTTP, in a campaign
of many sales; the reference is the same in one of few: what was given long ago must cost nothing
again. Both tills know every sale that came before, as tills do in the course of a day. What
PostgreSQL's own process takes is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.limit import LimitUnit, use_meter
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.running.opening import opened_office
from posloyalty.sync import events
from posloyalty.sync.office.deciding import budget_asset
from tests.benchmarks.entry import Entry
from tests.benchmarks.ingest import postgresql
from tests.benchmarks.options import Options
from tests.benchmarks.two_tills import TwoTills
from tests.domain.engine.made import rules
from tests.fakes.time import SeededChance, SetClock
from tests.sync.examples import EXAMPLES, HLC
from tests.sync.small_programme import small_programme
from tests.sync.small_rules import SmallRules

FEW = 200
MANY = 20_000
TIMES = 15
WARM = 3
LIMIT = 2.0
_PROGRAMME = rules(small_programme(mugs=10**9), earn="")
_ASSET = budget_asset(_PROGRAMME.id, _PROGRAMME.of(Campaign)[0], LimitUnit.COUNT)
_METER = _PROGRAMME.meter(use_meter("rule:a-mug", LimitUnit.COUNT))


class Rules(SmallRules):
    """A programme with a campaign that gives a thousand million mugs."""

    def programme(self, at: datetime) -> Programme | None:
        """The programme."""
        return _PROGRAMME


class Counter(TwoTills):
    """One till sells in the campaign; the other knows of all that it sold."""

    asset = _ASSET

    def rules(self) -> Rules:
        """The campaign."""
        return Rules()

    def sale(self, number: int) -> tuple[events.Sale, events.Heard]:
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


def measure(options: Options) -> Iterator[Entry]:
    """Both databases."""
    yield from _measured(options.folder / "campaign", "", "SQLite")
    with postgresql() as url:
        yield from _measured(options.folder / "campaign-pg", url, "PostgreSQL")


def _measured(folder: Path, url: str, name: str) -> Iterator[Entry]:
    with _counter(folder, url) as counter:
        counter.sell(FEW)
        few = counter.costs(times=TIMES, warm=WARM)
        counter.sell(MANY - counter.sold)
        many = counter.costs(times=TIMES, warm=WARM)
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
