"""`[[draw]]`: prizes by lot, with entries that are counted, and a lot that anybody can check.

    [[draw]]
    id = "spring-draw"
    name = "Spring draw"
    within = { from = 2026-03-01, through = 2026-03-31 }
    each_spend = "100.00"         # an entry for every so much of a sale
    least_spend = "300.00"        # from a sale of so much on
    odds = { en = "Three winners among all entries" }
    terms = "https://example.org/draw-2026"
    market = "cn"                 # its bound of a prize, see `programme/market.py`
    late_hours = 72
    prize = [{ id = "phone", name = "Phone", value = "4000.00", count = 1 }]

Rules may give entries too: `gives = { entry = "spring-draw" }`. Without terms and odds in words no
draw is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.gives import COUNT_MOST, gift
from posloyalty.domain.programme.kinds.challenge import TheseDays, read_within
from posloyalty.domain.programme.market import Market, read_market
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.identifiers import derive_id

DRAW: Final = "draw"
ENTRY: Final = "entry"
PRIZE: Final = "prize"
COMMIT: Final = "draw_commit"
SEED: Final = "seed"
ENTRIES_MOST: Final = 1000
LATE_HOURS: Final = 72
LATE_MOST: Final = 24 * 31


@dataclass(frozen=True, slots=True)
class DrawPrize:
    """So many prizes of one kind; the value in minor units."""

    id: str
    names: Names
    value_minor: int
    count: int


@dataclass(frozen=True, slots=True)
class GiveEntry:
    """`count` entries of a draw."""

    draw: str
    count: int

    @property
    def right(self) -> tuple[str, str]:
        """The kind and id of the rights that are issued."""
        return ENTRY, self.draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A draw. `each_minor` None gives no entries for sales; one member wins once (`once_each`)."""

    id: str
    names: Names
    days: TheseDays
    each_minor: int | None
    least_minor: int
    most_entries: int
    odds: Names
    terms: str
    late_hours: int
    once_each: bool
    prizes: tuple[DrawPrize, ...]

    def code(self, programme_id: str) -> str:
        """The code under which every entry is found."""
        return derive_id(DRAW, programme_id, self.id).hex()

    def gathers(self, programme_id: str, what: str, evidence: Mapping[str, str]) -> tuple[str, ...]:
        """Every entry; and, by the seed that is shown, the promise that was made of it."""
        if what != self.id:
            return ()
        seed = evidence.get(SEED, "")
        return (self.code(programme_id), *((commitment(seed),) if seed else ()))

    def counts_since(self, what: str, evidence: Mapping[str, str]) -> date | None:
        """Whether it was drawn already is counted on its last day."""
        return self.days.last if what == self.id else None


def commitment(seed: str) -> str:
    """What is published before the draw: the SHA-256 of the seed's bytes, both in hexadecimal."""
    try:
        return sha256(bytes.fromhex(seed)).hexdigest()
    except ValueError:
        return ""


@gift(ENTRY)
def read_entry_gift(table: Section, key: str) -> GiveEntry:
    """`{ entry = "spring-draw", count = 2 }`."""
    return GiveEntry(table.refer(key, DRAW), table.whole("count", 1, least=1, most=COUNT_MOST))


@declares(DRAW, Draw, until=Until.ITS_OWN_END, spent=(PRIZE,))
def read_draw(section: Section) -> Draw:
    """One `[[draw]]`."""
    draw_id = section.text("id")
    days = read_within(section)
    if not isinstance(days, TheseDays):
        if "within" in section:
            section.found("within", "FIXED_DAYS")
        days = TheseDays(date.min, date.max)
    market = read_market(section)
    each = section.money("each_spend") if "each_spend" in section else None
    if "least_spend" in section and each is None:
        section.found("each_spend", "MISSING_KEY")
    read = Draw(
        id=draw_id,
        names=section.names("name", draw_id),
        days=days,
        each_minor=each,
        least_minor=section.money("least_spend", 0, least=0),
        most_entries=section.whole("most_entries", ENTRIES_MOST, least=1, most=ENTRIES_MOST),
        odds=_words(section, "odds"),
        terms=section.text("terms"),
        late_hours=section.whole("late_hours", LATE_HOURS, most=LATE_MOST),
        once_each=section.flag("once_each", default=True),
        prizes=tuple(_prize(one, market) for one in section.sections("prize", some=True)),
    )
    ids = [one.id for one in read.prizes]
    if len(set(ids)) < len(ids):
        section.found("prize", "NAMED_TWICE")
    section.close(("each_spend", "market"))
    return read


def _words(section: Section, key: str) -> Names:
    if key not in section:
        section.text(key)
        return Names("")
    return section.names(key, "")


def _prize(table: Section, market: Market | None) -> DrawPrize:
    prize_id = table.text("id")
    value = table.money("value")
    most = None if market is None else market.top_prize_most
    if most is not None and value > most:
        exponent = table.reading.currency.exponent
        table.found(
            "value", "PRIZE_TOO_LARGE", most=format_fixed(most, decimals=exponent, grouping=False)
        )
    read = DrawPrize(
        id=prize_id,
        names=table.names("name", prize_id),
        value_minor=value,
        count=table.whole("count", 1, least=1, most=COUNT_MOST),
    )
    table.close()
    return read
