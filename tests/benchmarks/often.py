"""What a member who buys often costs a till that hears of their next sale, and a reservation.

Ours is what head office does, by the processor of its own process and without HTTP, about a member
of many purchases; the reference is the same about one of few. Both tills know every purchase that
came before. What PostgreSQL's own process takes is not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import process_time

import msgspec

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.values.calendar import format_instant
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.running.opening import OpenOffice, opened_office
from posloyalty.sync import events
from posloyalty.sync.consequence_event import counted, posts
from posloyalty.sync.leases import Asset, AssetKind, Lease
from posloyalty.sync.office.head_office import HeadOffice
from tests.benchmarks.entry import Entry
from tests.benchmarks.ingest import postgresql
from tests.benchmarks.options import Options
from tests.fakes.time import SHANGHAI, SeededChance, SetClock
from tests.headoffice.a_till import ATill
from tests.sync.examples import EXAMPLES, HLC
from tests.sync.fleet import LEDGER
from tests.sync.small_rules import PROGRAMME, SmallRules

FEW = 20
STEPS = (200, 2_000)
TIMES = 15
WARM = 3
BATCH = 500
LIMIT = 2.0
_MEMBER = b"buys-often------"
_POINTS = 10


class Counter:
    """A till at which a member buys, and one that knows of all purchases; their store S1 is made
    unless it is there.
    """

    def __init__(self, office: OpenOffice, clock: SetClock, *, stores: bool = True) -> None:
        self.office, self.clock = office, clock
        self.sells, self.hears = ATill(clock, number=1), ATill(clock, number=2)
        self.sold = self.asked = 0
        if stores:
            office.administration.add_store("S1", "Main Street")
        for till in (self.sells, self.hears):
            till.join(office, office.administration.new_code("S1"), till_code=f"T{till.number}")
        self._tell(self.sells, [self._joins()])
        self._tell(self.hears, [self._meets()])

    def sell(self, sales: int) -> None:
        """So many purchases more, of which the other till has heard."""
        while sales:
            part = min(BATCH, sales)
            sales -= part
            made = [self._sale(number) for number in range(self.sold, self.sold + part)]
            self.sold += part
            self._tell(self.sells, [one for one, _ in made])
            self._tell(self.hears, [heard for _, heard in made])
            while self.office.follow():
                pass

    def sell_one(self) -> None:
        """One purchase of which the other till has yet to hear."""
        self._tell(self.sells, [self._sale(self.sold)[0]])

    def hear_one(self) -> None:
        """The other till hears of it."""
        self._tell(self.hears, [self._sale(self.sold)[1]])
        self.sold += 1

    def answer(self, head_office: HeadOffice) -> None:
        """What the other till is told: the one purchase."""
        found = head_office.answer(self.hears.id, self.clock.now())
        assert len(found.tellings) == 1

    def reserve(self, head_office: HeadOffice) -> None:
        """A sale wants some of the points."""
        self.asked += 1
        found = head_office.reserve(
            derive_id("often", self.asked),
            self.sells.id,
            Asset(AssetKind.POINTS, LEDGER, _MEMBER),
            1,
            at=self.clock.now(),
            zone=SHANGHAI,
        )
        assert isinstance(found, Lease)

    def by_processor(self, act: Callable[[HeadOffice], None]) -> float:
        """Milliseconds of one transaction."""
        began = process_time()
        with self.office.database.write() as connection:
            act(self.office.head_office(connection, rules=SmallRules()))
        return 1e3 * (process_time() - began)

    def costs(self) -> tuple[float, float]:
        """The middle cost of an answer that tells one purchase, and of a reservation."""
        answers, reserves = [], []
        for _ in range(TIMES + WARM):
            self.sell_one()
            answers.append(self.by_processor(self.answer))
            reserves.append(self.by_processor(self.reserve))
            self.hear_one()
        return median(answers[WARM:]), median(reserves[WARM:])

    def _tell(self, till: ATill, told: Sequence[events.Event]) -> None:
        first = len(till.journal) + 1
        for one in told:
            till.add(events.encode(one), event_id=bytes.fromhex(one.id))
        assert till.push_densely(self.office, first, len(till.journal)).status == 200

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

    def _sale(self, number: int) -> tuple[events.Sale, events.Heard]:
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
        few = counter.costs()
        for many in STEPS:
            counter.sell(many - counter.sold)
            for what, mine, theirs in zip(whats, counter.costs(), few, strict=True):
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
