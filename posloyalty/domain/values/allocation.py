"""Spreading an integer total over lines so that the shares sum to it exactly.

Largest remainder (Hamilton's method): every line gets the floor of its exact share, the units left
over go one by one to the largest remainders. Ties go by key (product id, then line content), never
by position, so that the order of scanning changes nothing. A negative total mirrors the positive
one: what was given is taken back line by line.
"""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar


class Orderable(Protocol):
    """Anything with a total order, such as a tuple of product id and line content."""

    def __lt__(self, other: Any, /) -> bool: ...


Key = TypeVar("Key", bound=Orderable)


class NothingToAllocateTo(ValueError):
    """A total that is not zero met weights that are all zero."""

    def __init__(self, total: int) -> None:
        super().__init__(f"{total} cannot be spread over no weight")
        self.total = total


def allocate(total: int, weights: Sequence[int], keys: Sequence[Key]) -> tuple[int, ...]:
    """Shares of `total` in proportion to `weights`, in the order of `weights`.

    Weights are at least zero; a zero weight gets nothing. Raises `ValueError` for a negative
    weight or differing lengths, `NothingToAllocateTo` when there is no weight for the total.
    """
    if len(weights) != len(keys):
        raise ValueError("one key for each weight")
    if weights and min(weights) < 0:
        raise ValueError("a weight is negative")
    if total == 0:
        return (0,) * len(weights)
    whole = sum(weights)
    if whole == 0:
        raise NothingToAllocateTo(total)
    if total < 0:
        return tuple(-share for share in allocate(-total, weights, keys))
    exact = [total * weight for weight in weights]
    over = [part % whole for part in exact]
    left = sum(over) // whole  # the floors leave whole units: what is over adds up to them
    if not left:
        return tuple([part // whole for part in exact])
    ranked = sorted(over)
    least = ranked[-left]
    if ranked[-left - 1] < least:  # nobody ties for the last unit: keys decide nothing
        pairs = zip(exact, over, strict=True)
        return tuple([part // whole + (rest >= least) for part, rest in pairs])
    shares = [part // whole for part in exact]
    # Lines that tie in remainder, key and weight are interchangeable: their position cannot matter.
    order = sorted([(-over[i], keys[i], -weights[i], i) for i in range(len(weights))])
    for one in order[:left]:
        shares[one[3]] += 1
    return tuple(shares)
