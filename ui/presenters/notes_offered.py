"""Which amounts of cash people are likely to hand over: the next round sums above what is asked.

Shape: `notes_offered(asked_minor, currency)` gives at most four sums, rising, each above the asked
one; the exact sum has its own key. Denominations are those in circulation, by ISO 4217 code, from
the issuing banks' pages; a currency that is not listed gets 5, 10, 20, 50 and 100 units.
"""

from __future__ import annotations

from typing import Final

from posloyalty.domain.values.money import Currency

OFFERED_MOST: Final = 4

# Notes (and large coins) in whole units, as far as people pay with them at a counter.
UNITS: Final = {
    "CNY": (5, 10, 50, 100),
    "TWD": (50, 100, 500, 1000),
    "HKD": (20, 50, 100, 500),
    "MOP": (20, 50, 100, 500),
    "JPY": (500, 1000, 5000, 10000),
    "KRW": (1000, 5000, 10000, 50000),
    "USD": (5, 10, 20, 50, 100),
    "EUR": (5, 10, 20, 50, 100),
    "GBP": (5, 10, 20, 50),
    "SGD": (5, 10, 50, 100),
    "MYR": (5, 10, 50, 100),
    "THB": (20, 100, 500, 1000),
    "AUD": (5, 10, 20, 50, 100),
    "CAD": (5, 10, 20, 50, 100),
    "KWD": (1, 5, 10, 20),
}
UNITS_ELSEWHERE: Final = (5, 10, 20, 50, 100)


def notes_offered(asked_minor: int, currency: Currency) -> tuple[int, ...]:
    """The sums to offer for what is asked, in minor units."""
    if asked_minor <= 0:
        return ()
    minor = 10**currency.exponent
    units = UNITS.get(currency.code, UNITS_ELSEWHERE)
    sums = {(asked_minor // (unit * minor) + 1) * unit * minor for unit in units}
    return tuple(sorted(sums)[:OFFERED_MOST])
