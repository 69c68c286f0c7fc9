"""What the cashier takes off by hand: a line's price, a discount of a line or of the whole basket.

Shape: a `PriceByHand` stands on its line and remembers the shelf price; a `DiscountByHand` stands
in the basket. Each carries its reason and, where the cashier alone might not, who approved it.
`needs_of` says what authority a basket takes, measured against the shelf prices, so that a lower
price and a discount on top of it count together.

A percentage is rounded half up on what is left, once, like every discount.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.authority import WHOLE, Need
from posloyalty.domain.shop.operator import Right
from posloyalty.domain.values.quantity import price_times_quantity
from posloyalty.domain.values.rounding import Rounding, divide

if TYPE_CHECKING:
    from posloyalty.domain.shop.basket import Basket, BasketLine

SOURCE: Final = "by-hand"
WHOLE_BASKET: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceByHand:
    """Another price than the shelf's: `shelf_minor` a unit is what the catalogue says."""

    shelf_minor: int
    reason: str = ""
    approved_by: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountByHand:
    """So much off a line, or off the basket (`line` 0): a percentage or an amount, not both.

    `hundredths` of a percent, or `amount_minor`. `name` is what stands on the receipt.
    """

    line: int = WHOLE_BASKET
    hundredths: int = 0
    amount_minor: int = 0
    name: str = ""
    reason: str = ""
    approved_by: bytes | None = None

    @property
    def offer_id(self) -> str:
        """The name under which its shares stand in quotes and sales; no programme has it."""
        return f"{SOURCE}:{self.line}"

    def off(self, left_minor: int) -> int:
        """What it takes off an amount; never more than that."""
        if not self.hundredths:
            return min(self.amount_minor, left_minor)
        off = divide(left_minor * self.hundredths, WHOLE, Rounding.HALF_UP)
        return min(off, left_minor)


@dataclass(frozen=True, slots=True)
class Taken:
    """Something by hand that needs authority: what for, what it takes, and who approved it."""

    line: int
    need: Need
    approved_by: bytes | None


def needs_of(basket: Basket) -> Iterator[Taken]:
    """What each line, and the basket as a whole, takes of authority; nothing where nothing was
    changed by hand.
    """
    discounts = {one.line: one for one in basket.discounts}
    shelf_all = off_all = 0
    for line in basket.lines:
        shelf = shelf_minor(line)
        discount = discounts.get(line.number)
        off = shelf - line.gross_minor
        off += 0 if discount is None else discount.off(line.gross_minor)
        shelf_all += shelf
        off_all += off
        if line.by_hand is not None or discount is not None:
            right = Right.CHANGE_PRICE if discount is None else Right.DISCOUNT
            approved = line.by_hand.approved_by if line.by_hand is not None else None
            if discount is not None:
                approved = discount.approved_by
            yield Taken(line.number, Need.discount(off, shelf, right=right), approved)
    whole = discounts.get(WHOLE_BASKET)
    if whole is not None:
        off_all += whole.off(max(0, shelf_all - off_all))
        yield Taken(WHOLE_BASKET, Need.discount(off_all, shelf_all), whole.approved_by)


def need_of(basket: Basket, line: int) -> Need | None:
    """What a line, or the basket (0), takes of authority; None where nothing was changed there."""
    return next((one.need for one in needs_of(basket) if one.line == line), None)


def shelf_minor(line: BasketLine) -> int:
    """What a line would come to at the shelf's price."""
    if line.by_hand is None:
        return line.gross_minor
    return price_times_quantity(line.by_hand.shelf_minor, line.quantity_milli, Rounding.HALF_UP)
