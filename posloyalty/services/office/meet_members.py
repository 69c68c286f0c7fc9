"""Members of whom the till has the profile alone, and who are at the counter now.

Shape: whoever shows a member says `met(member_id)`, from any thread; the lane that sends calls
`step()`, which journals those of whom head office has not told anything yet. From that event on it
tells this till all of them, as of a member who joined here.
"""

from __future__ import annotations

from typing import Final

from posloyalty.services.ports import Book, Ids
from posloyalty.sync.events import MemberMet

MOST: Final = 50
"""In one event; a till meets few people within a second."""


class MeetMembers:
    """Remembers who was met until it is journalled."""

    def __init__(self, book: Book, ids: Ids) -> None:
        self._book = book
        self._ids = ids
        self._met: dict[bytes, None] = {}

    def met(self, member_id: bytes) -> None:
        """Somebody is at the counter whose points are not known here."""
        self._met[member_id] = None

    def step(self) -> bool:
        """Journal them; whether there was anybody."""
        members = tuple(self._met)[:MOST]
        if not members:
            return False
        with self._book.write() as unit:
            strangers = tuple(one for one in members if unit.profiles.is_stranger(one))
            if strangers:
                stamp, event_id = unit.journal.stamp(), self._ids.new_id().hex()
                event = MemberMet(
                    id=event_id,
                    at=stamp.at,
                    hlc=stamp.hlc,
                    members=tuple(one.hex() for one in strangers),
                )
                unit.profiles.meet(strangers, appended=unit.journal.append(event))
                unit.commit()
        for one in members:
            self._met.pop(one, None)
        return bool(strangers)
