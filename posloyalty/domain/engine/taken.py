"""One candidate of a deal, with what it takes off."""

from __future__ import annotations

from typing import NamedTuple

from posloyalty.domain.engine.candidates import Candidate, Stage
from posloyalty.domain.engine.goods import Places
from posloyalty.domain.programme.reason import Reason, reason

# Members of an enumeration are looked up in Python each time they are named.
ORDER = Stage.ORDER


class Taken(NamedTuple):
    """`times` groups of pieces, `shares` by target, `before_minor` what the targets came to; of a
    gift `given` are the pieces of each place. `targets` are places in the basket, while those of a
    candidate may be places in its corner. `reasons` say why it takes off what it does, where that
    is known already.
    """

    found: Candidate
    targets: Places
    times: int
    shares: tuple[int, ...]
    before_minor: int
    given: tuple[tuple[int, int], ...] = ()
    reasons: tuple[Reason, ...] = ()


def reasons_of(
    found: Candidate, times: int, amount_minor: int, before_minor: int
) -> tuple[Reason, ...]:
    """Why a candidate takes an amount off goods that came to so much."""
    told = found.ready.told
    reasons = [told or found.effect.explained(before_minor, found.quantity_milli)]
    if found.most_minor == amount_minor:
        reasons.append(reason("OFFER_CAPPED", most_minor=amount_minor))
    if found.most_times == times and found.pieces:
        reasons.append(reason("OFFER_TIMES", times=times))
    return tuple(reasons)


class Deal(NamedTuple):
    """A set of offers with their discounts per line, and what the goods come to after them.

    `spend_minor` is what a minimum spend of order offers is measured on: goods net of line and
    bundle offers and of what is given.
    """

    taken: tuple[Taken, ...]
    amounts: tuple[int, ...]
    spend_minor: int
    payable_minor: int
    complete: bool

    @property
    def ids(self) -> tuple[str, ...]:
        """The candidates' ids in the order in which they apply."""
        return tuple(one.found.id for one in self.taken)

    @property
    def given_minor(self) -> int:
        """What is given for nothing comes to."""
        return sum(sum(one.shares) for one in self.taken if one.found.gift)

    @property
    def order_off(self) -> tuple[int, ...]:
        """Each line's share of the public order offers, in canonical order."""
        off = [0] * len(self.amounts)
        for one in self.taken:
            if one.found.stage is ORDER:
                for place, share in zip(one.targets, one.shares, strict=True):
                    off[place] += share
        return tuple(off)

    @property
    def reward_off(self) -> tuple[int, ...]:
        """Each line's share of the rewards that points buy, in canonical order."""
        off = [0] * len(self.amounts)
        for one in self.taken:
            if one.found.cost is not None:
                for place, share in zip(one.targets, one.shares, strict=True):
                    off[place] += share
        return tuple(off)

    @property
    def owned(self) -> int:
        """How many things of the customer's it uses."""
        return sum(1 for one in self.taken if one.found.owned is not None)


class Head(NamedTuple):
    """What is taken before the offers on the whole basket, in order; what it leaves of each line;
    and what finding it has spent of the bound on effort.
    """

    taken: tuple[Taken, ...]
    amounts: tuple[int, ...]
    spent: int

    @property
    def off_minor(self) -> int:
        """What is taken off."""
        return sum([sum(one.shares) for one in self.taken])
