"""How much of a member's points a till likes to hold before it has to ask (SYNC 9); pure.

A till asks for the members who come to it: no more than they usually spend at once, never more than
four fifths of what they have, and of that the share of their visits that were here. It asks again
when half of that is gone.
"""

from __future__ import annotations

from typing import Final

_FIFTHS_MOST: Final = 4
VISITS_DAYS: Final = 90
LEASE_DAYS: Final = 14


def more_wanted(*, balance: int, most: int, visits_here: int, visits: int, held: int) -> int:
    """How many points more to ask for: 0 while enough is held. `most` is the usual spending,
    `visits_here` of `visits` were at this till, `held` is what is left of its leases.
    """
    if visits_here <= 0 or balance <= 0:
        return 0
    here = balance * _FIFTHS_MOST * visits_here // (5 * max(visits_here, visits))
    whole = min(most, here)
    return whole - held if 2 * held < whole else 0
