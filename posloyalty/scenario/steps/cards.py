"""`step = "card"`: something is done to a gift card: it is frozen, thawed, or replaced by another.

step = "card"
act = "freeze"                # or "unfreeze", "replace" with `by = "1002"`
card = "1001"
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step


class CardAct(StrEnum):
    """What is done."""

    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    REPLACE = "replace"


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


@step("card")
def read_card(block: Block) -> Card:
    """Read the act and the card."""
    act = block.choice("act", CardAct)
    by = block.text("by") if act is CardAct.REPLACE else ""
    return Card(act, block.text("card"), by)
