"""`step = "hold"`: the goods on the counter are put aside. `step = "restart"`: the till is switched
off and on again, between two acts.

A `sale` with `recalls` takes the basket up again.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.held_basket import HeldBasket
from posloyalty.scenario.block import Block
from posloyalty.scenario.rung import Rung, read_rung
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step


@dataclass(frozen=True, slots=True)
class Hold:
    """What lies on the counter, and what somebody calls it."""

    rung: Rung
    name: str

    @property
    def member(self) -> str:
        """Whose goods they are."""
        return self.rung.member

    def run(self, scene: Scene) -> Outcome:
        """Ring the goods, quote them, and put them aside."""
        check_out = scene.till.check_out
        basket = self.rung.basket(check_out.open_basket(), scene)
        quote = check_out.quote(basket, operator=scene.operator)
        held = scene.till.hold.hold(
            basket, scene.operator, total_minor=quote.payable_minor, name=self.name
        )
        return Outcome((quote, held))


@dataclass(frozen=True, slots=True)
class Restart:
    """The till's program ends and begins anew on the same book."""

    member: str = ""

    def run(self, scene: Scene) -> Outcome:
        """Close the book and open it."""
        scene.world.restart(scene.placed)
        return NOTHING_SEEN


@step("hold", gives=(Quote, HeldBasket))
def read_hold(block: Block) -> Hold:
    """Read the goods and the name."""
    return Hold(read_rung(block), block.text("name") if "name" in block else "")


@step("restart")
def read_restart(_block: Block) -> Restart:
    """Nothing more is said of it."""
    return Restart()
