"""What a paid sale does to a member: transfers, lots and tier levels, planned from a quote.

The steps are in a fixed order: what ran out before the sale is booked as expired, then points are
redeemed, then earned, each debt repaid from what is earned first. Nothing is decided here; the
quote has decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.member_state import MemberState, TierHolding
from posloyalty.domain.engine.quote import AppliedRedemption, Earning
from posloyalty.domain.engine.tiers import met_by_sale
from posloyalty.domain.ledger.postings import EventPostings
from posloyalty.domain.ledger.transfer import Lot, Transfer
from posloyalty.domain.programme.definition import Programme


@dataclass(frozen=True, slots=True)
class SalePostings:
    """The transfers of a sale, the lots and debts after it, and the levels that it meets."""

    transfers: tuple[Transfer, ...]
    lots: tuple[Lot, ...]
    debts: tuple[tuple[str, int], ...]
    met: tuple[TierHolding, ...]


NOTHING = SalePostings((), (), (), ())


def plan_sale(
    programme: Programme,
    state: MemberState,
    *,
    event_id: bytes,
    day: date,
    redemptions: Sequence[AppliedRedemption],
    earnings: Sequence[Earning],
    meets: bool,
) -> SalePostings:
    """The postings of a sale on a day of the programme's zone.

    `meets` is whether the sale counts for tiers at all: not for a member who may not earn. Raises
    `SpendRefusal` when the lots no longer hold what the quote spends.
    """
    postings = EventPostings(
        event_id=event_id,
        member_id=state.member_id,
        day=day,
        lots=state.lots,
        debts=state.debts,
    )
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
    earned = {earning.wallet: earning.points for earning in earnings}
    met = [
        met_by_sale(
            scheme, programme.ledger(scheme.wallet), state, earned.get(scheme.wallet, 0), day
        )
        for scheme in programme.tier_schemes
        if meets
    ]
    ledgers = [programme.ledger(wallet.id) for wallet in programme.wallets]
    return SalePostings(
        transfers=postings.transfers,
        lots=postings.lots,
        debts=tuple((ledger, postings.debt(ledger)) for ledger in ledgers if postings.debt(ledger)),
        met=tuple(holding for holding in met if holding is not None),
    )
