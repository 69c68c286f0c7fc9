"""What a voucher or a reward takes off: written as in `[[offer]]`, or `free` pieces.

    free = { up_to = "10.00" }    # or {}: whatever it costs

    shop_cost = "4.20"            # what one use costs the shop, where it is not what it takes off

`free` is about one piece of the goods of `on`, the dearest of which is taken; what a piece costs
beyond `up_to` the customer pays. Of weighed goods a piece is a kilogram.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from posloyalty.domain.programme.effect import EFFECTS, EachEffect, Effect, Scope
from posloyalty.domain.programme.effects.gift import Gift
from posloyalty.domain.programme.offer import Offer, PercentBase, read_terms_of
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import SHOP_COST, Section
from posloyalty.domain.values.quantity import ONE_MILLI
from posloyalty.domain.values.rounding import Rounding, divide

FREE: Final = "free"


@dataclass(frozen=True, slots=True)
class FreePiece(EachEffect):
    """One piece for nothing, up to `up_to_minor` of its price; None without bound."""

    up_to_minor: int | None

    @property
    def most_minor(self) -> int | None:
        """The bound."""
        return self.up_to_minor

    def each(self, amount_minor: int, quantity_milli: int) -> int:
        """The price of one piece of a line, or of all of it where that is less."""
        piece = min(quantity_milli, ONE_MILLI)
        price = divide(amount_minor * piece, quantity_milli, Rounding.HALF_UP)
        return price if self.up_to_minor is None else min(price, self.up_to_minor)

    def explanation(self) -> Reason:
        """FREE_PIECE, or FREE_UP_TO with the bound."""
        if self.up_to_minor is None:
            return Reason("FREE_PIECE")
        return reason("FREE_UP_TO", most_minor=self.up_to_minor)


def read_terms(section: Section) -> Offer | None:
    """The terms in a voucher's or reward's own table; about the whole sale unless `scope` says."""
    free = FREE in section
    shop_cost = read_shop_cost(section)
    scope = Scope.LINE if free else Scope.ORDER
    terms = read_terms_of(section, scope=scope, effects={**EFFECTS, FREE: _read_free})
    if terms is None:
        return None
    if shop_cost is not None:
        if isinstance(terms.effect, Gift):
            section.found(SHOP_COST, "COST_OF_THE_GIFT")
        terms = replace(terms, shop_cost_minor=shop_cost)
    if not free:
        return terms
    # A second piece of a line is worth what it cost, not what the first one left of the line.
    return replace(terms, scope=Scope.LINE, base=PercentBase.INITIAL)


def read_shop_cost(section: Section) -> int | None:
    """What one use costs the shop, in minor units; None where the file does not say."""
    return section.money(SHOP_COST, least=0) if SHOP_COST in section else None


def _read_free(section: Section, key: str, scope: Scope) -> Effect:
    if scope is not Scope.LINE:
        section.found("scope", "FREE_IS_ONE_PIECE")
    table = section.section(key)
    if table is None:
        return FreePiece(None)
    up_to = table.money("up_to") if "up_to" in table else None
    table.close(("up_to",))
    return FreePiece(up_to)
