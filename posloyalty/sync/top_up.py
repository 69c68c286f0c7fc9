"""How much of a member's points a till likes to hold before it has to ask; pure.

A till asks for the members who come to it: no more than they usually spend at once, never more than
four fifths of what they have, and of that the share of their visits that were here. It asks again
when half of that is gone.
"""

from __future__ import annotations

from typing import Final, Protocol

_FIFTHS_MOST: Final = 4
BUDGET_PARTS: Final = 20
"""A till likes to hold so small a part of a campaign's budget: others sell as well."""
USES_MOST: Final = 2
"""So many uses of a member's pass a till likes to hold, for a visit while it is alone."""
VISITS_DAYS: Final = 90
LEASE_DAYS: Final = 14


def more_of_budget(*, whole: int, held: int) -> int:
    """How much more of a campaign's budget to ask for, in minor units or pieces: 0 while enough is
    held. Of a limited edition every till likes to have one.
    """
    part = max(1, whole // BUDGET_PARTS) if whole > 0 else 0
    return part - held if 2 * held < part else 0


class More(Protocol):
    """A rule for one kind of value."""

    def __call__(self, *, balance: int, most: int, visits_here: int, visits: int, held: int) -> int:
        """How much more of a value to ask for, 0 while enough is held: `most` is spent at a visit,
        `visits_here` of `visits` were at this till, `held` is what is left of its leases.
        """
        ...


def more_of_card(*, balance: int, most: int, visits_here: int, visits: int, held: int) -> int:
    """`More` of the stamps that a card takes by itself when it is full, `most` of them. A part of
    them fills no card, so the till to which most of the visits came likes to hold them all, as soon
    as a fifth or less of the card is missing; other tills none.
    """
    if 2 * visits_here <= visits or 5 * balance < _FIFTHS_MOST * most:
        return 0
    return max(0, min(balance, most) - held)


def more_wanted(*, balance: int, most: int, visits_here: int, visits: int, held: int) -> int:
    """`More` of points that pay, or of uses: a part of them is worth having too."""
    if visits_here <= 0 or balance <= 0:
        return 0
    here = balance * _FIFTHS_MOST * visits_here // (5 * max(visits_here, visits))
    whole = min(most, here)
    return whole - held if 2 * held < whole else 0
