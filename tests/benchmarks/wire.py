"""How many bytes of a journal travel, with ids as a till draws them.

The shop is the demo's, with its programme and members; its sales are rung through the check-out by
a till with the system's clock and ids, every one a member's, of one to five articles. What is
counted is the body of a push, signature and place of the stretch included. The reference of a sale
alone is the form that any release since LZMA2 reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import thread_time

from posloyalty.bootstrap import create_till
from posloyalty.services.office.sources import Sources
from posloyalty.services.right_of_way import RightOfWay
from posloyalty.services.shop.demo_shop import demo_answers
from posloyalty.services.till import Till
from posloyalty.sync.journal import StoredEvent, genesis_predecessor
from posloyalty.sync.wire.batch import (
    BYTES_MAX,
    Outgoing,
    outgoing,
    read_plain,
)
from posloyalty.sync.wire.packing import densely_packed, densely_unpacked
from posloyalty.sync.wire.short.stretch import (
    EVENTS_SAID_MAX,
    Source,
    read_short,
    write_short,
)
from tests.benchmarks.busy_shop import FLOAT_MINOR, ring, sells
from tests.benchmarks.entry import Entry
from tests.benchmarks.large_shop import system_parts
from tests.benchmarks.options import Options
from tests.fakes.time import SeededChance

MEMBERS = 40
SALES = 300
STRETCH = 44
BYTES_MOST = 150
ALONE_MOST = 0.25
TIMES = 20


def measure(options: Options) -> Iterator[Entry]:
    """Sales in stretches and alone, and a day of every kind."""
    till = _shop(options.folder / "wire")
    try:
        with till.book.read() as reader:
            facts, day = reader.facts, list(reader.journal.events())
        genesis = genesis_predecessor(facts.till_id, facts.certificate)
        sources = Sources(till.book, RightOfWay())
        yield from _entries(_Way(facts.till_id, genesis, day), sources)
    finally:
        till.close()


def _shop(folder: Path) -> Till:
    till, created = create_till(
        folder / "till",
        demo_answers("zh_CN", folder=str(folder / "printed")),
        keyring=None,
        **system_parts(),
    )
    till.demo.fill(created.manager, "zh_CN", members=MEMBERS)
    till.shifts.open(FLOAT_MINOR, created.manager)
    with till.book.read() as reader:
        goods = [one for one in reader.catalogue.products() if sells(one)]
        found = [reader.members.by_foreign_id(f"D{n + 1:05d}") for n in range(MEMBERS)]
    members = [one for one in found if one is not None]
    for number in range(SALES):
        ring(till, number + number // 2 + 1, goods, members, created.manager)
    return till


@dataclass(frozen=True)
class _Way:
    """How events of one journal travel."""

    till_id: bytes
    genesis: bytes
    day: Sequence[StoredEvent]

    def stretch(self, events: Sequence[StoredEvent]) -> Outgoing:
        """Consecutive events as they go out."""
        before = events[0].seq - 1
        return outgoing(
            events,
            till_id=self.till_id,
            previous=self.day[before - 1].hash if before else self.genesis,
            signature=SeededChance(7).token_bytes(64),
            waiting=0,
        )

    def dense(self, events: Sequence[StoredEvent]) -> bytes:
        """Packed as they are."""
        plain = self.stretch(events).plain()
        assert plain is not None
        return densely_packed(plain)

    def short(self, events: Sequence[StoredEvent], leans: Sequence[Source] = ()) -> bytes:
        """Said in short."""
        short = write_short(self.stretch(events).spoken(), leans)
        assert short is not None
        return short

    def whole(self, events: Sequence[StoredEvent]) -> bytes:
        """As a till of this release sends them where there is nothing before."""
        return self.dense(events) if len(events) > EVENTS_SAID_MAX else self.short(events)

    def read_us(self, events: Sequence[StoredEvent], leans: Sequence[Source]) -> str:
        """What reading costs head office's processor, in short and packed as they are."""
        short, dense = self.short(events, leans), self.dense(events)
        there = [one.body for one in leans]
        began = thread_time()
        for _ in range(TIMES):
            read_short(short, till_id=self.till_id, sources=lambda _epoch, _seqs: there)
        between = thread_time()
        for _ in range(TIMES):
            read_plain(densely_unpacked(dense, most_bytes=BYTES_MAX)).hashes()
        ended = thread_time()
        each = 1e6 / TIMES / len(events)
        return (
            f"read by head office in {(between - began) * each:.0f} µs of a processor a sale,"
            f" packed in {(ended - between) * each:.0f}"
        )


def _entries(way: _Way, sources: Sources) -> Iterator[Entry]:
    day, sales = way.day, way.day[-SALES:]
    assert all(one.kind == "sale" and b'"member":' in one.body for one in sales)
    last = sales[-STRETCH:]
    yield from _together(way, last, sources.of(last))
    yield _alone(way, last, sources)
    before = day[: len(day) - SALES]
    stretches = [("an event of a shop's first day, all kinds in one stretch", before)]
    # As few as are packed as they are, twice as many, and as many as are rung here.
    for backlog in (sales[-EVENTS_SAID_MAX - 1 :], sales[-2 * EVENTS_SAID_MAX - 1 :], sales):
        many = f"a member's sale, {len(backlog)} in a stretch, too many to be said in short"
        stretches.append((many, backlog))
    for name, sent in stretches:
        yield Entry(
            name=name,
            ours=len(way.whole(sent)) / len(sent),
            limit=BYTES_MOST,
            unit="bytes",
            note="the limit is that of a backlog, which goes up by 500",
        )


def _together(
    way: _Way, sales: Sequence[StoredEvent], sources: Sequence[Source]
) -> Iterator[Entry]:
    raw = sum(len(one.body) for one in sales) / len(sales)
    dense = len(way.dense(sales)) / len(sales)
    for name, leans in (
        (f"a member's sale on its way up, {len(sales)} in a stretch, leaning on nothing", ()),
        ("the same, leaning on what was sold before", sources),
    ):
        yield Entry(
            name=name,
            ours=len(way.short(sales, leans)) / len(sales),
            limit=BYTES_MOST,
            unit="bytes",
            note=f"{raw:.0f} bytes each before, {dense:.0f} packed as they are;"
            f" {len(leans)} events leant on; {way.read_us(sales, leans)}",
        )


def _alone(way: _Way, sales: Sequence[StoredEvent], sources: Sources) -> Entry:
    short, leant = 0, 0
    leans: Sequence[Source] = ()
    for one in sales:
        leans = sources.of([one])
        short, leant = short + len(way.short([one], leans)), leant + len(leans)
    return Entry(
        name="a member's sale that goes up alone, beside packed as it is",
        ours=short / len(sales),
        reference=sum(len(way.dense([one])) for one in sales) / len(sales),
        limit=ALONE_MOST,
        unit="bytes",
        note=f"96 bytes of each are the hash before and the signature; {leant / len(sales):.1f}"
        f" events leant on; {way.read_us(sales[-1:], leans)}",
    )
