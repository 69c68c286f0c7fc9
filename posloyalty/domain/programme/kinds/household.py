"""`[household]`: members who share wallets.

    [household]
    members_most = 6
    spends = "head"               # "all" when left out

Wallets with `of = "household"` are theirs together. What a member had before joining stays in lots
of their own until it is brought in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.section import Section

HOUSEHOLD: Final = "household"
MEMBERS_MOST: Final = 50


class WhoSpends(StrEnum):
    """Who may spend from a shared wallet."""

    ALL = "all"
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class Household:
    """What households are like in a programme."""

    id: str
    members_most: int
    spends: WhoSpends


@declares(HOUSEHOLD, Household, single=True, until=Until.ITS_OWN_END)
def read_household(section: Section) -> Household:
    """The one `[household]`."""
    read = Household(
        id=HOUSEHOLD,
        members_most=section.whole("members_most", 6, least=2, most=MEMBERS_MOST),
        spends=section.choice("spends", WhoSpends, WhoSpends.ALL),
    )
    section.close()
    return read
