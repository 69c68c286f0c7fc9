"""Which amounts of cash people are likely to hand over: the next round sums above what is asked.

Shape: `notes_offered(asked_minor, currency)` gives at most four sums, rising, each above the asked
one; the exact sum has its own key. What people hand over stands in the market profiles; a currency
that no profile knows gets 5, 10, 20, 50 and 100 units.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from posloyalty.domain.values.money import Currency
from posloyalty.services.shop.markets import shipped_markets

OFFERED_MOST: Final = 4
UNITS_ELSEWHERE: Final = (5, 10, 20, 50, 100)


def notes_offered(asked_minor: int, currency: Currency) -> tuple[int, ...]:
    """The sums to offer for what is asked, in minor units."""
    if asked_minor <= 0:
        return ()
    sums = {(asked_minor // piece + 1) * piece for piece in _pieces(currency)}
    return tuple(sorted(sums)[:OFFERED_MOST])


@cache
def _pieces(currency: Currency) -> tuple[int, ...]:
    known = shipped_markets().cash_money(currency.code)
    if known is not None:
        return known.offered
    return tuple(unit * 10**currency.exponent for unit in UNITS_ELSEWHERE)
