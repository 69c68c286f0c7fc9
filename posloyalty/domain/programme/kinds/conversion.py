"""`[[conversion]]`: points of one wallet for those of another.

    [[conversion]]
    id = "to-miles"
    from = "points"
    to = "miles"
    gives = 3                     # 3 points ...
    gets = 1                      # ... become 1 mile
    least = 3000

Whole units only: what does not make up one is not taken.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """`gives` of one wallet become `gets` of the other; `least` is asked for at once.

    All in minor units of their wallets.
    """

    id: str
    names: Names
    source: str
    target: str
    gives: int
    gets: int
    least: int

    @property
    def recorded_as(self) -> str:
        """What giving points for it is recorded as."""
        return self.id

    def comes_to(self, points: int) -> tuple[int, int]:
        """(points taken, points given) for a wish."""
        times = points // self.gives
        return times * self.gives, times * self.gets


@declares("conversion", Conversion, until=Until.REDEEMING)
def read_conversion(section: Section) -> Conversion:
    """One `[[conversion]]`."""
    conversion_id = section.text("id")
    source, target = section.wallet("from"), section.wallet("to")
    read = Conversion(
        id=conversion_id,
        names=section.names("name", conversion_id),
        source=source,
        target=target,
        gives=section.points("gives", source),
        gets=section.points("gets", target),
        least=section.points("least", source, 0) if "least" in section else 0,
    )
    for key, value in (("gives", read.gives), ("gets", read.gets)):
        if value < 1:
            section.found(key, "NOT_ABOVE_ZERO")
    if source and source == target:
        section.found("to", "SAME_WALLET")
    section.close()
    return read
