"""`step = "card"`: something is done to a gift card: it is frozen, thawed, replaced, or paid out.

step = "card"
act = "freeze"                # or "unfreeze", "replace" with `by = "1002"`
card = "1001"

act = "pay_out"               # what is left goes out
way = "cash"                  # or "account"
seen = "id_card"              # what was shown, where the market asks
approved_by = "chen"          # who stands by
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from posloyalty.domain.shop.pay_out import Document, PaidOut, PayOutWay
from posloyalty.scenario.block import Block
from posloyalty.scenario.printed import Printed
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, Step, step


class CardAct(StrEnum):
    """What is done."""

    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    REPLACE = "replace"
    PAY_OUT = "pay_out"


@dataclass(frozen=True, slots=True)
class Card:
    """Which act on which card; `by` is the new card's code."""

    act: CardAct
    card: str
    by: str
    member: str = ""

    def run(self, scene: Scene) -> Outcome:
        """Do it as the till does."""
        cards = scene.till.gift_cards
        match self.act:
            case CardAct.FREEZE:
                cards.freeze(self.card, scene.operator)
            case CardAct.UNFREEZE:
                cards.unfreeze(self.card, scene.operator)
            case CardAct.REPLACE:
                cards.replace(self.card, self.by, scene.operator)
        return NOTHING_SEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOut:
    """What is left on a card is paid out; `approver` is the name of who stands by."""

    card: str
    way: PayOutWay
    seen: str
    approver: str
    member: str = ""

    def run(self, scene: Scene) -> Outcome:
        """Look what would go, and book it."""
        pay_outs = scene.till.pay_outs
        offer = pay_outs.offer(self.card)
        pay_out_id = pay_outs.new_id()
        paid = pay_outs.complete(
            pay_out_id,
            self.card,
            self.way,
            scene.operator,
            amount_minor=offer.amount_minor,
            seen=self.seen,
            approver=scene.somebody(self.approver),
        )
        slip = Printed(partial(scene.till.receipts.receipt, pay_out_id, copy=False))
        return Outcome((paid, slip))


@step("card", gives=(PaidOut, Printed))
def read_card(block: Block) -> Step:
    """Read the act and the card."""
    act, card = block.choice("act", CardAct), block.text("card")
    if act is CardAct.PAY_OUT:
        return PayOut(
            card=card,
            way=block.choice("way", PayOutWay),
            seen=block.choice("seen", Document).value if "seen" in block else "",
            approver=block.refer("approved_by", "operator", ""),
        )
    return Card(act, card, block.text("by") if act is CardAct.REPLACE else "")
