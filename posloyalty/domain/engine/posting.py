"""What a paid sale does to a member: transfers, tier levels and meters, planned from a quote.

The steps are in a fixed order: what ran out before the sale is booked as expired, then points are
redeemed, then earned, each debt repaid from what is earned first. Nothing is decided here; the
quote has decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from posloyalty.domain.engine.consequences import NO_CONSEQUENCES, Consequences, EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.quote import AppliedRedemption, Earning
from posloyalty.domain.engine.tiers import met_by_sale
from posloyalty.domain.ledger.transfer import Lot
from posloyalty.domain.programme.definition import Programme

PURCHASES = "purchases"
SPEND = "spend"


@dataclass(frozen=True, slots=True)
class SalePostings:
    """What a sale does, and the member's state after it; None where nobody is attached."""

    does: Consequences
    after: MemberState | None

    @property
    def lots(self) -> tuple[Lot, ...]:
        """The member's lots after the sale."""
        return () if self.after is None else self.after.lots

    @property
    def debts(self) -> tuple[tuple[str, int], ...]:
        """The member's debts after the sale."""
        return () if self.after is None else self.after.debts


NOTHING = SalePostings(NO_CONSEQUENCES, None)


def plan_sale(
    programme: Programme,
    state: MemberState,
    *,
    event_id: bytes,
    at: datetime,
    day: date,
    redemptions: Sequence[AppliedRedemption],
    earnings: Sequence[Earning],
    spend_minor: int,
    meets: bool,
) -> SalePostings:
    """The postings of a sale on a day of the programme's zone.

    `spend_minor` is what was paid for goods that earn. `meets` is whether the sale counts for tiers
    and meters at all: not for a member who may not earn. Raises `SpendRefusal` when the lots no
    longer hold what the quote spends.
    """
    plan = EventPlan(event_id=event_id, at=at, day=day, programme_id=programme.id)
    postings = plan.postings(state)
    for wallet in programme.wallets:
        postings.expire(programme.ledger(wallet.id))
    for redemption in redemptions:
        postings.redeem(programme.ledger(redemption.wallet), redemption.points)
    for earning in earnings:
        postings.earn(
            programme.ledger(earning.wallet),
            earning.points,
            usable_from=earning.usable_from,
            last_day=earning.last_day,
        )
    if meets:
        _count(plan, programme, state, earnings, spend_minor)
        earned = {earning.wallet: earning.points for earning in earnings}
        for scheme in programme.tier_schemes:
            ledger = programme.ledger(scheme.wallet)
            met = met_by_sale(scheme, ledger, state, earned.get(scheme.wallet, 0), day)
            if met is not None:
                plan.meet(state.member_id, met)
    return SalePostings(plan.consequences(), plan.after(state))


def earned_meter(ledger: str) -> str:
    """The meter of points earned in a ledger, whatever became of them."""
    return f"earned/{ledger}"


def _count(
    plan: EventPlan,
    programme: Programme,
    state: MemberState,
    earnings: Sequence[Earning],
    spend_minor: int,
) -> None:
    plan.count(PURCHASES, state.member_id, 1)
    plan.count(SPEND, state.member_id, spend_minor)
    for earning in earnings:
        meter = earned_meter(programme.ledger(earning.wallet))
        plan.count(meter, state.member_id, earning.points)
