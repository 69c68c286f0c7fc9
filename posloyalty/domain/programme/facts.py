"""What conditions may look at: the instant, the goods and the member, frozen before evaluation.

Offers run on the store's clock; a rule with `clock = "business_day"` sees the business day instead
of the calendar's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time

from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.members.member import Birthday
from posloyalty.domain.programme.period import Period
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.basket import BasketLine
from posloyalty.domain.shop.place import NOWHERE, Place
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.quick_init import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFacts:
    """The member as conditions see them; `ranks` holds the level's rank by scheme, 0 for none.

    `day` is the programme's, by which `meters` and `joined_on` are dated. `key` names them to
    experiments; `segments` are those that they are in, each with the day of the snapshot, `picks`
    the offers picked for them that are shown, `plans` the paid memberships that they have, `clubs`
    those that they belong to.
    """

    birthday: Birthday | None
    purchases: int
    ranks: Mapping[str, int]
    member_id: bytes = b""
    day: date = date.min
    joined_on: date = date.min
    meters: tuple[MeterEntry, ...] = ()
    key: str = ""
    segments: Mapping[str, date] = field(default_factory=dict)
    picks: frozenset[str] = frozenset()
    plans: frozenset[str] = frozenset()
    clubs: frozenset[str] = frozenset()

    def counted(self, meter: str, period: Period) -> int:
        """What one of the member's meters comes to in a period, before this sale."""
        since = period.since(self.day)
        return sum(
            entry.amount
            for entry in self.meters
            if entry.meter == meter
            and entry.owner == self.member_id
            and (since is None or entry.day >= since)
        )

    def spent(self, period: Period) -> int:
        """What was paid for goods that earn, in a period before this sale."""
        return self.counted("spend", period)


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`day` and `hour` are the store's; `member` is None for nobody, or one who may not earn.
    `language` is that of the names in reasons. `marks` are the activities that count in this sale,
    `marks_spent` those that were marked and are used up; `campaigns` are those that give nothing,
    with the reasons. `tenders` are the kinds that pay, empty while nobody has said; `place` is
    where it is sold.
    """

    day: date
    business_day: date
    hour: time
    lines: tuple[BasketLine, ...]
    member: MemberFacts | None
    language: str = ""
    marks: frozenset[str] = frozenset()
    marks_spent: frozenset[str] = frozenset()
    campaigns: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    tenders: frozenset[TenderKind] = frozenset()
    place: Place = NOWHERE

    def at_rank(self, scheme: str, rank: int) -> Facts:
        """The same facts for a member who holds another rank."""
        if self.member is None:
            return self
        ranks = {**self.member.ranks, scheme: rank}
        return replace(self, member=replace(self.member, ranks=ranks))

    def paid_by(self, kind: TenderKind) -> Facts:
        """The same facts for a sale that one kind of payment pays."""
        return replace(self, tenders=frozenset((kind,)))

    def by_business_day(self) -> Facts:
        """The same facts for a rule whose clock is the business day."""
        return self if self.day == self.business_day else replace(self, day=self.business_day)
