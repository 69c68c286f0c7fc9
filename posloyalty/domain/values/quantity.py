"""Quantities in thousandths: 1 piece is 1000, 0.437 kg is 437.

One scale for pieces, weights and lengths, so that a basket line has one integer for "how much".
"""

from posloyalty.domain.values.fixed_point import BadNumber, format_fixed, parse_fixed
from posloyalty.domain.values.rounding import Rounding, divide

DECIMALS = 3
ONE_MILLI: int = 10**DECIMALS


class BadQuantity(BadNumber):
    """A typed quantity that cannot be read; see `reason`."""


def parse_quantity(text: str) -> int:
    """Read "2", "0.437" or "1,200" into thousandths; raises `BadQuantity`."""
    try:
        return parse_fixed(text, decimals=DECIMALS)
    except BadNumber as fault:
        raise BadQuantity(fault.reason, text=text, decimals_max=DECIMALS) from None


def format_quantity(quantity_milli: int, *, grouping: bool = False) -> str:
    """Write a quantity with no more decimals than it needs: "2", "0.437"."""
    text = format_fixed(quantity_milli, decimals=DECIMALS, grouping=grouping)
    return text.rstrip("0").rstrip(".")


def price_times_quantity(price_minor: int, quantity_milli: int, rounding: Rounding) -> int:
    """The price of a quantity, in minor units: 39.80 x 0.437 is 17.3926, half-up 17.39."""
    return divide(price_minor * quantity_milli, ONE_MILLI, rounding)
