"""Taking something back in pieces, so that the pieces sum exactly to the whole.

Shape: the smallest units of a whole lie in one fixed order over its parts; whoever takes the first
`count` of them back, and later the first `count + more`, has taken the same as in one go. The unit
number i (from 1) of a part of size p stands at (2i - 1) / (2p), which is Webster's method: at every
count the parts are in proportion, no part ever shrinks as the count grows, and at the end each part
is whole. Repeated rounding of each piece promises none of the three.
"""

from __future__ import annotations

from collections.abc import Sequence

from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding, divide


class BeyondTheWhole(ValueError):
    """More units were asked for than the parts hold together, or fewer than none."""


def first_units(count: int, parts: Sequence[int]) -> tuple[int, ...]:
    """How the first `count` units fall on parts of these sizes; an earlier part wins a tie.

    Raises `BeyondTheWhole`, and `ValueError` for a negative part.
    """
    whole = sum(parts)
    if any(part < 0 for part in parts):
        raise ValueError("a part is negative")
    if not 0 <= count <= whole:
        raise BeyondTheWhole(f"{count} of {whole}")
    if count == 0:
        return (0,) * len(parts)
    shares = [divide(count * part, whole, Rounding.HALF_UP) for part in parts]
    over = sum(shares) - count
    # Rounding took every unit up to one place of the order; the rest is a step or two from there.
    for _ in range(over):
        last = max((Ratio(2 * shares[j] - 1, parts[j]), j) for j in _taken(shares))
        shares[last[1]] -= 1
    for _ in range(-over):
        left = [j for j, part in enumerate(parts) if shares[j] < part]
        following = min((Ratio(2 * shares[j] + 1, parts[j]), j) for j in left)
        shares[following[1]] += 1
    return tuple(shares)


def so_far(amount: int, count: int, whole: int) -> int:
    """What of an amount the first `count` of `whole` bear: half-up, all of it at the end.

    The difference between two counts is what the piece between them bears.
    """
    if not 0 <= count <= whole:
        raise BeyondTheWhole(f"{count} of {whole}")
    return amount if count == whole else divide(amount * count, whole, Rounding.HALF_UP)


def _taken(shares: Sequence[int]) -> list[int]:
    return [j for j, share in enumerate(shares) if share]
