"""Goods on the counter, with whom they are for and what is wanted of them, as steps say it alike.

Shape: a `Rung` rings its lines into an open basket; `read_rung` reads the keys that `sale`,
`quote`, `hold` and `exchange` share.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from posloyalty.domain.shop.basket import Basket
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.sold_line import SoldLine, read_lines, scan
from posloyalty.scenario.wish import WISHES, Wish

CARD: Final = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """What is scanned, for whom, and what customer and cashier want of it."""

    lines: tuple[SoldLine, ...]
    member: str
    proof: str
    wishes: tuple[Wish, ...]

    def basket(
        self, opened: Basket, scene: Scene, lines: Iterable[SoldLine] | None = None
    ) -> Basket:
        """The basket with everything rung; `lines` in place of its own, in another order."""
        basket = opened
        for line in self.lines if lines is None else lines:
            basket = scan(line, basket, scene)
        if self.member:
            basket = basket.for_member(scene.member_id(self.member), proof=self.proof)
        for wish in self.wishes:
            basket = wish(basket, scene)
        return basket


def read_rung(block: Block, *, some: bool = True) -> Rung:
    """Read it; `some` asks for at least one line."""
    return Rung(
        lines=read_lines(block) if some or "lines" in block else (),
        member=block.refer("member", "member", ""),
        proof=block.text("proof", CARD),
        wishes=tuple(WISHES[key](block, key) for key in WISHES if key in block),
    )
