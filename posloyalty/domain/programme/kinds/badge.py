"""`[[badge]]`: something to show for what was done: `gives = { badge = "early-bird" }`.

    [[badge]]
    id = "early-bird"
    name = "Early bird"
    text = "Five mornings in two weeks"

A member holds a badge once, for ever, or as long as what earned it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.gives import gift
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section

BADGE: Final = "badge"


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge by its name; `text` says what it is for."""

    id: str
    names: Names
    text: Names


@dataclass(frozen=True, slots=True)
class GiveBadge:
    """The badge that is given."""

    badge: str

    @property
    def right(self) -> tuple[str, str]:
        """The kind and id of the right that is issued."""
        return BADGE, self.badge


@declares(BADGE, Badge, until=Until.ITS_OWN_END, in_hand=True)
def read_badge(section: Section) -> Badge:
    """One `[[badge]]`."""
    badge_id = section.text("id")
    read = Badge(badge_id, section.names("name", badge_id), section.names("text", ""))
    section.close()
    return read


@gift(BADGE)
def read_badge_gift(table: Section, key: str) -> GiveBadge:
    """`{ badge = "early-bird" }`."""
    return GiveBadge(table.refer(key, BADGE))
