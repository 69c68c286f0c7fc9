"""What a member who buys often costs a till that hears of their next sale, and a reservation.

Ours is what head office does, by the processor of its own process and without HTTP, about a member
of many purchases; the reference is the same about one of few. Both tills know every purchase that
came before. What PostgreSQL's own process takes is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.values.calendar import format_instant
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.running.opening import OpenOffice, opened_office
from posloyalty.sync import events
from posloyalty.sync.consequence_event import counted, posts
from posloyalty.sync.leases import Asset, AssetKind
from tests.benchmarks.entry import Entry
from tests.benchmarks.ingest import postgresql
from tests.benchmarks.options import Options
from tests.benchmarks.two_tills import BATCH, TwoTills
from tests.fakes.time import SeededChance, SetClock
from tests.sync.examples import EXAMPLES, HLC
from tests.sync.fleet import LEDGER
from tests.sync.small_rules import PROGRAMME, SmallRules

FEW = 20
STEPS = (200, 2_000, 20_000)
TIMES = 15
WARM = 3
LIMIT = 2.0
_MEMBER = b"buys-often------"
_POINTS = 10


class Counter(TwoTills):
    """A member buys at one till; the other knows them, and of all their purchases."""

    asset = Asset(AssetKind.POINTS, LEDGER, _MEMBER)

    def __init__(self, office: OpenOffice, clock: SetClock, *, stores: bool = True) -> None:
        super().__init__(office, clock, stores=stores)
        self.tell(self.sells, [self._joins()])
        self.tell(self.hears, [self._meets()])

    def sell(self, sales: int) -> None:
        """As a till does, both ask until there is nothing more to hear."""
        while sales:
            part = min(BATCH, sales)
            sales -= part
            super().sell(part)
            self.ask()

    def hear_one(self) -> None:
        """Likewise."""
        super().hear_one()
        self.ask()

    def ask(self) -> None:
        """Both tills ask, and there is nothing to hear."""
        for till in (self.sells, self.hears):
            with self.office.database.write() as connection:
                head_office = self.office.head_office(connection, rules=self.rules())
                assert not head_office.answer(till.id, self.clock.now()).tellings

    def rules(self) -> SmallRules:
        """Points for what is bought."""
        return SmallRules()

    def _joins(self) -> events.Event:
        return events.MemberCreate(
            id=derive_id("often joins").hex(),
            at=format_instant(self.clock.now()),
            hlc=HLC,
            member=_MEMBER.hex(),
            joined=self.clock.now().date().isoformat(),
            store="S1",
            source="benchmark",
        )

    def _meets(self) -> events.Event:
        return events.MemberMet(
            id=derive_id("often met").hex(),
            at=format_instant(self.clock.now()),
            hlc=HLC,
            members=(_MEMBER.hex(),),
        )

    def sale(self, number: int) -> tuple[events.Sale, events.Heard]:
        """A purchase that earns points and counts, and how the other till heard of it."""
        sale = EXAMPLES["sale"]
        assert isinstance(sale, events.Sale)
        at = self.clock.now() - timedelta(days=30) + timedelta(seconds=number)
        plan = EventPlan(
            event_id=derive_id("often", number), at=at, day=at.date(), programme_id=PROGRAMME.id
        )
        earning = plan.postings_of(_MEMBER)
        earning.earn(LEDGER, _POINTS, usable_from=plan.day, last_day=None)
        plan.count("purchases", _MEMBER, 1)
        plan.count("spend", _MEMBER, 1_000)
        does = plan.consequences()
        made = msgspec.structs.replace(
            sale,
            id=plan.event_id.hex(),
            at=format_instant(at),
            hlc=(HLC[0] + 7_919 * number, 0),
            member=_MEMBER.hex(),
            day=plan.day.isoformat(),
            post=posts(does.transfers),
            tiers=(),
            rights=(),
            meters=counted(does.meters, member_id=_MEMBER, at=at),
        )
        heard = events.Heard(
            id=made.id,
            at=made.at,
            hlc=made.hlc,
            what="sale",
            src=self.sells.id.hex(),
            post=made.post,
            meters=counted(does.meters, member_id=None, at=at),
        )
        return made, heard


def measure(options: Options) -> Iterator[Entry]:
    """Both databases."""
    yield from _measured(options.folder / "often", "", "SQLite")
    with postgresql() as url:
        yield from _measured(options.folder / "often-pg", url, "PostgreSQL")


def _measured(folder: Path, url: str, name: str) -> Iterator[Entry]:
    whats = ("an answer with one purchase", "a reservation")
    with _counter(folder, url) as counter:
        counter.sell(FEW)
        few = counter.costs(times=TIMES, warm=WARM)
        for many in STEPS:
            counter.sell(many - counter.sold)
            for what, mine, theirs in zip(
                whats, counter.costs(times=TIMES, warm=WARM), few, strict=True
            ):
                yield Entry(
                    name=f"{what} of a member of {many:,}, beside one of {FEW}, {name}",
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
