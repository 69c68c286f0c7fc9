"""`[[privilege]]`: something that members may have now and then, such as trying out new goods.

    [[privilege]]
    id = "trial"
    name = "Free trial of new goods"
    when = { tier = { at_least = "gold" } }
    limit = [{ most = 2, per = "quarter" }]
    places = 10                       # a day, for those who reserve; without it nobody need

What was used is counted in the member's meters, so that nothing has to be handed out beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.programme.condition import AllOf, read_when
from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.kinds.pass_ import counts_only
from posloyalty.domain.programme.limit import Limit, read_limits
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section

PRIVILEGE: Final = "privilege"
PLACES_MOST: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Privilege:
    """A privilege: for whom, how often, and how many a day can be reserved (0: none can)."""

    id: str
    names: Names
    when: AllOf
    limits: tuple[Limit, ...]
    places: int


@declares(PRIVILEGE, Privilege, until=Until.ITS_OWN_END)
def read_privilege(section: Section) -> Privilege:
    """One `[[privilege]]`."""
    privilege_id = section.text("id")
    read = Privilege(
        id=privilege_id,
        names=section.names("name", privilege_id),
        when=read_when(section),
        limits=counts_only(section, read_limits(section)),
        places=section.whole("places", 0, most=PLACES_MOST),
    )
    section.close(("when",))
    return read
