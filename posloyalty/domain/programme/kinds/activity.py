"""`[[activity]]`: something that a member does, which somebody at the till records.

    [[activity]]
    id = "trial-event"
    name = "Trial event"
    engages = "social"            # one of the seven kinds of engagement
    points = 50
    limit = [{ most = 1, per = "days", days = 30 }]

    [[activity]]
    id = "recycling"
    points = 2
    for_each = 100                # grams: what the quantity counts is the shop's business
    most_quantity = 5000
    evidence = [{ id = "bin", name = "Bin number" }]
    role = "supervisor"
    cooldown_minutes = 60

One without evidence that a cashier may record can also be marked on a sale: `mark = "own-cup"` is
then a condition that the sale's rules may ask for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme.condition import AllOf, read_when
from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.limit import Limit, LimitPer, LimitUnit, read_limit
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.shop.operator import Role

MARK: Final = "mark"
QUANTITY_MOST: Final = 1_000_000
COOLDOWN_MOST: Final = 7 * 24 * 60
MINUTES_A_DAY: Final = 24 * 60


class Engagement(StrEnum):
    """What kind of bond an activity is a sign of."""

    FUNCTIONAL = "functional"
    EMOTIONAL = "emotional"
    SOCIAL = "social"
    COGNITIVE = "cognitive"
    ADVOCACY = "advocacy"
    CREATIVE = "creative"
    HABITUAL = "habitual"


@dataclass(frozen=True, slots=True)
class EvidenceField:
    """Something that must be filled in: the key in the journal, the name on the screen."""

    id: str
    names: Names


@dataclass(frozen=True, slots=True)
class ActivityLimit:
    """A limit, and for whom it is."""

    limit: Limit
    when: AllOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """An activity: `points` (minor units of `wallet`) for each `for_each` of the quantity."""

    id: str
    names: Names
    wallet: str
    points: int
    for_each: int
    most_quantity: int
    evidence: tuple[EvidenceField, ...]
    role: Role
    limited: tuple[ActivityLimit, ...]
    cooldown_minutes: int
    when: AllOf
    engages: Engagement | None

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Every limit, whoever it is for."""
        return tuple(one.limit for one in self.limited)

    @property
    def markable(self) -> bool:
        """Whether it can be marked on a sale: nothing to fill in, no authority to ask for."""
        return not self.evidence and self.role is Role.CASHIER

    @property
    def answers_to(self) -> tuple[str, ...]:
        """A condition may name one that can be marked."""
        return (MARK,) if self.markable else ()

    @property
    def counts_whole_life(self) -> bool:
        """Whether a limit is for ever."""
        return any(limit.per is LimitPer.LIFETIME for limit in self.limits)

    def looks_back_to(self, day: date) -> date:
        """As far as its limits and the time between two of them reach."""
        cooling_days = -(-self.cooldown_minutes // MINUTES_A_DAY)
        starts = [limit.since(day) for limit in self.limits]
        known = [start for start in starts if start is not None]
        return min([*known, day - timedelta(days=cooling_days)])

    def giving_nothing(self) -> Activity:
        """The same where nobody earns any more."""
        return replace(self, points=0)


@declares("activity", Activity, until=Until.ITS_OWN_END)
def read_activity(section: Section) -> Activity:
    """One `[[activity]]`."""
    activity_id = section.text("id")
    wallet = section.wallet() if "points" in section or "wallet" in section else ""
    read = Activity(
        id=activity_id,
        names=section.names("name", activity_id),
        wallet=wallet,
        points=section.points("points", wallet) if "points" in section else 0,
        for_each=section.whole("for_each", 1, least=1, most=QUANTITY_MOST),
        most_quantity=section.whole("most_quantity", QUANTITY_MOST, least=1, most=QUANTITY_MOST),
        evidence=tuple(_field(one) for one in section.sections("evidence")),
        role=section.choice("role", Role, Role.CASHIER),
        limited=tuple(_limited(one, section, wallet) for one in section.sections("limit")),
        cooldown_minutes=section.whole("cooldown_minutes", 0, most=COOLDOWN_MOST),
        when=read_when(section),
        engages=section.choice("engages", Engagement) if "engages" in section else None,
    )
    if "points" in section and read.points < 1:
        section.found("points", "NOT_ABOVE_ZERO")
    if "wallet" in section and "points" not in section:
        section.found("points", "MISSING_KEY")
    ids = [one.id for one in read.evidence]
    if len(set(ids)) < len(ids):
        section.found("evidence", "NAMED_TWICE")
    section.close(("when", "engages", "points", "wallet"))
    return read


def _field(table: Section) -> EvidenceField:
    field_id = table.text("id")
    read = EvidenceField(field_id, table.names("name", field_id))
    table.close()
    return read


def _limited(table: Section, section: Section, wallet: str) -> ActivityLimit:
    when = read_when(table)
    limit = read_limit(table, scale=section.reading.scales.get(wallet, 0))
    if limit.unit is LimitUnit.MONEY or (limit.unit is LimitUnit.POINTS and not wallet):
        table.found("most_money" if limit.unit is LimitUnit.MONEY else "most_points", "COUNT_ONLY")
    return ActivityLimit(limit, when)
