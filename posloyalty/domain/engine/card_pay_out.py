"""What paying out a gift card does: its money is gone, its bonus void, the card given back.

What was paid for goes back to where it was issued from, as when a card's sale is returned; nothing
of it was redeemed. What ran out is owed still, so such a card is moved to a new one first.
"""

from __future__ import annotations

from datetime import date

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.stored_value import StoredCard, postings_of
from posloyalty.domain.ledger.transfer import LotUse, TransferCode


def ran_out(card: StoredCard, day: date) -> int:
    """What was paid for and can no longer be used, in minor units."""
    return card.held() - card.principal(day)


def plan_pay_out(plan: EventPlan, card: StoredCard) -> None:
    """Take everything off a card and close it."""
    postings = postings_of(plan, card)
    for lot in sorted(card.lots, key=lambda one: one.id):
        if lot.remaining:
            uses = (LotUse(lot.id, lot.remaining),)
            postings.move_out(lot.account.ledger, uses, code=TransferCode.REVERSE_EARN)
    if not card.right.cancelled:
        plan.cancel(card.right)
