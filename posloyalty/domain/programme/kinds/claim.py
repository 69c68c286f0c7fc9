"""`[claim]`: the receipt of somebody unknown becomes a member's purchase.

    [claim]
    days = 7                      # who joins may claim it so long, the day of the sale included
    minutes = 15                  # who is a member already, only so soon after paying

The code on the receipt is signed by the till that sold the goods. It is good once, at that till.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.section import Section

CLAIM: Final = "claim"
DAYS_MOST: Final = 90
MINUTES_MOST: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Claim:
    """How long a receipt can be claimed; 0 minutes: members never add one afterwards."""

    id: str
    days: int
    minutes: int


@declares(CLAIM, Claim, single=True, until=Until.ITS_OWN_END)
def read_claim(section: Section) -> Claim:
    """The one `[claim]`."""
    read = Claim(
        id=CLAIM,
        days=section.whole("days", 7, least=1, most=DAYS_MOST),
        minutes=section.whole("minutes", 15, most=MINUTES_MOST),
    )
    section.close()
    return read
