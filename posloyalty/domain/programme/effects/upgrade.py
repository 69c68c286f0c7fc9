"""`upgrade = { price = "28.00" }`: a larger size at the smaller one's price.

on = { product = ["LATTE-L"] }
upgrade = { price = "28.00", pieces = 1 }     # pieces in a sale, 1 without a word
"""

from __future__ import annotations

from posloyalty.domain.programme.effect import Effect, Scope, effect
from posloyalty.domain.programme.effects.items import PIECES_MAX, Items
from posloyalty.domain.programme.effects.picking import Take
from posloyalty.domain.programme.reduction import By, Reduction
from posloyalty.domain.programme.section import Section


@effect("upgrade", Scope.LINE)
def read_upgrade(section: Section, key: str, scope: Scope) -> Effect:
    """Read the smaller size's price; the goods of the offer are the larger size."""
    table = section.section(key)
    rounding = section.reading.rounding
    if table is None:
        return Items(Reduction(By.PRICE, rounding=rounding), 1, Take.DEAREST, "upgrade")
    price = table.money("price", least=0)
    most = table.whole("pieces", 1, least=1, most=PIECES_MAX)
    table.close()
    reduction = Reduction(By.PRICE, minor=price, rounding=rounding)
    return Items(reduction, most, Take.DEAREST, "upgrade")
