"""`{ kind = "gift_card", card = "1001", amount = "50.00" }`: stored value pays.

Without `amount`, as much as is due and on the card.
"""

from __future__ import annotations

from posloyalty.scenario.block import Block
from posloyalty.scenario.payment import Payment, pays


@pays("gift_card")
def read_gift_card(block: Block) -> Payment:
    """Read the card's code and the amount."""
    card = block.text("card")
    amount = block.money("amount") if "amount" in block else None
    return lambda payable, tenders, scene: scene.till.gift_cards.tender(
        card, payable, tenders, amount_minor=amount
    )
