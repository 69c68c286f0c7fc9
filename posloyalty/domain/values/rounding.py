"""Named roundings over exact integer division.

`divide(numerator, denominator, rounding)` is the only place in the domain where a quotient becomes
an integer, so that every loss of a fraction has a name. Pure integers, any size, any sign.
"""

from enum import StrEnum


class Rounding(StrEnum):
    """How a quotient that is not whole becomes an integer."""

    FLOOR = "floor"  # towards minus infinity
    CEILING = "ceiling"  # towards plus infinity
    DOWN = "down"  # towards zero
    UP = "up"  # away from zero
    HALF_UP = "half_up"  # nearest; a tie goes away from zero
    HALF_EVEN = "half_even"  # nearest; a tie goes to the even neighbour
    HALF_DOWN = "half_down"  # nearest; a tie goes towards zero


# Members of an enumeration are looked up in Python each time they are named.
FLOOR = Rounding.FLOOR
CEILING = Rounding.CEILING
DOWN = Rounding.DOWN
UP = Rounding.UP
HALF_UP = Rounding.HALF_UP
HALF_DOWN = Rounding.HALF_DOWN


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Divide two integers exactly and round the quotient as named.

    Raises `ZeroDivisionError` for a zero denominator.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    floor, remainder = divmod(numerator, denominator)
    if remainder == 0:
        return floor
    if rounding is HALF_UP and numerator > 0:  # nearly all that is ever asked
        return floor + (remainder * 2 >= denominator)
    if rounding is FLOOR:
        return floor
    if rounding is CEILING:
        return floor + 1
    toward_zero = floor if numerator > 0 else floor + 1
    away_from_zero = floor + 1 if numerator > 0 else floor
    if rounding is DOWN:
        return toward_zero
    if rounding is UP:
        return away_from_zero
    if remainder * 2 != denominator:
        return floor + 1 if remainder * 2 > denominator else floor
    return _break_tie(floor, toward_zero, away_from_zero, rounding)


def _break_tie(floor: int, toward_zero: int, away_from_zero: int, rounding: Rounding) -> int:
    if rounding is HALF_UP:
        return away_from_zero
    if rounding is HALF_DOWN:
        return toward_zero
    return floor if floor % 2 == 0 else floor + 1
