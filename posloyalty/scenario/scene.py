"""What a step gets to act on: the world, the till that it happens at, and who is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.finding import Path
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.held_basket import HeldBasket
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.payment import Payment
from posloyalty.domain.shop.sale import Sale
from posloyalty.scenario.placed_till import PlacedTill
from posloyalty.services.papers.receipt_code import receipt_code
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.till import Till

if TYPE_CHECKING:
    from posloyalty.scenario.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A step's place. `path` is the step's in the file, for differences of its own; `rung` is what
    is on the counter while it is paid.
    """

    world: World
    placed: PlacedTill
    operator: Operator
    path: Path
    rung: tuple[Basket, Quote] | None = None

    @property
    def till(self) -> Till:
        """The till's services."""
        return self.placed.till

    @property
    def programme(self) -> Programme:
        """The programme in effect at the till."""
        return self.placed.programme(self.world.at)

    def sale(self, step_id: str) -> Sale:
        """The sale that an earlier step rang. Refuses NO_SUCH_SALE where it rang none."""
        seen = self.world.seen.get(step_id)
        sale = None if seen is None else seen.of(Sale)
        if sale is None:
            raise ServiceRefusal("NO_SUCH_SALE")
        return sale

    def held(self, step_id: str) -> bytes:
        """The basket that an earlier step put aside. Refuses NOT_HELD where it put none."""
        seen = self.world.seen.get(step_id)
        held = None if seen is None else seen.of(HeldBasket)
        if held is None:
            raise ServiceRefusal("NOT_HELD")
        return held.basket.sale_id

    def payment(self, step_id: str) -> Payment:
        """The payment that an earlier step asked a terminal for, as it is known now.

        Refuses NO_SUCH_PAYMENT where it asked for none.
        """
        seen = self.world.seen.get(step_id)
        asked = None if seen is None else seen.of(Payment)
        with self.till.book.read() as reader:
            known = None if asked is None else reader.payments.by_id(asked.id)
        if known is None:
            raise ServiceRefusal("NO_SUCH_PAYMENT")
        return known

    def receipt_code(self, sale_id: bytes) -> str:
        """The code on a sale's receipt, as the till that rang it printed it.

        Refuses NO_SUCH_SALE where no till holds the sale.
        """
        for placed in self.world.tills.values():
            with placed.till.book.read() as reader:
                stored = reader.sales.by_id(sale_id)
                code = None if stored is None else receipt_code(reader, stored)
            if code is not None:
                return code
        raise ServiceRefusal("NO_SUCH_SALE")

    def somebody(self, name: str) -> Operator | None:
        """Who stands by, by the name in the file; nobody for an empty one."""
        return self.placed.operators[name] if name else None

    def member_id(self, name: str) -> bytes:
        """A member's id. Refuses NO_SUCH_MEMBER where their sign-up was refused or comes later."""
        try:
            return self.world.members[name]
        except KeyError:
            raise ServiceRefusal("NO_SUCH_MEMBER") from None
