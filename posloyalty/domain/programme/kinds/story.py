"""`[[story]]`: what members tell or show, used only with their licence, seen only after moderation.

    [[story]]
    id = "my-morning"
    name = "My morning"
    licence = "Licence 2026-1: shown in our shops and on our pages, until withdrawn"
    role = "supervisor"           # who may say yes or no
    most = 2                      # that one member has at a time
    gives = { points = 30 }       # for one that is shown

The story itself, words or picture, is kept by the shop; the journal holds its SHA-256.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.gives import Gives, read_gives
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.shop.operator import Role

STORY: Final = "story"
STORIES_MOST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A kind of story: its licence, who moderates, and what one that is shown gives."""

    id: str
    names: Names
    licence: str
    role: Role
    most: int
    gives: Gives

    def giving_nothing(self) -> Story:
        """The same where nobody earns any more."""
        return replace(self, gives=Gives())


@declares(STORY, Story, until=Until.ITS_OWN_END)
def read_story(section: Section) -> Story:
    """One `[[story]]`."""
    story_id = section.text("id")
    read = Story(
        id=story_id,
        names=section.names("name", story_id),
        licence=section.text("licence"),
        role=section.choice("role", Role, Role.SUPERVISOR),
        most=section.whole("most", 1, least=1, most=STORIES_MOST),
        gives=read_gives(section) if "gives" in section else Gives(),
    )
    section.close(("gives",))
    return read
