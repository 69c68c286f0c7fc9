"""`[[sharing]]`: members give points to other members.

    [[sharing]]
    id = "to-a-friend"
    wallet = "points"
    least = 100
    step = 100
    most = 5000                   # at once; without it as many as there are

Points keep the days that they had.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """How many points may go to another member at once; minor units of the wallet."""

    id: str
    names: Names
    wallet: str
    least: int
    step: int
    most: int | None

    @property
    def recorded_as(self) -> str:
        """What giving points for it is recorded as."""
        return self.id

    def allows(self, points: int) -> bool:
        """Whether so many may be given."""
        in_bounds = self.least <= points and (self.most is None or points <= self.most)
        return in_bounds and points > 0 and points % self.step == 0


@declares("sharing", Sharing, until=Until.REDEEMING)
def read_sharing(section: Section) -> Sharing:
    """One `[[sharing]]`."""
    sharing_id = section.text("id")
    wallet = section.wallet()
    read = Sharing(
        id=sharing_id,
        names=section.names("name", sharing_id),
        wallet=wallet,
        least=section.points("least", wallet) if "least" in section else 0,
        step=max(1, section.points("step", wallet)) if "step" in section else 1,
        most=section.points("most", wallet) if "most" in section else None,
    )
    section.close()
    return read
