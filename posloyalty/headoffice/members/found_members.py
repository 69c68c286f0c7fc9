"""Tills ask for a member whom they do not know, by a whole number or card: one bounded question.

Shape: `FoundMembers.found(visit)` answers with whoever keeps exactly this value, and what the feed
would tell of them. A till could ask for every number there is, one after the other, so each may ask
`AT_ONCE` times and then once in `EACH_S` (`asking_purse`), and people see in the audit log that a
till tries numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.headoffice.members.asking_purse import AT_ONCE, pay
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.statements import ask_one
from posloyalty.headoffice.tills.visits import Reply, Visit, read, reply
from posloyalty.sync.wire.found_members import (
    FOUND_MAX,
    MemberAsk,
    MemberFound,
)

_WHOSE: Final = """
SELECT member_id FROM profile_identifier WHERE value = ? AND kind = ?
ORDER BY ms, counter, till, member_id LIMIT ?"""


@dataclass(frozen=True, slots=True)
class FoundMembers:
    """The endpoint's act."""

    office: Office

    def found(self, visit: Visit) -> Reply:
        """Whose a value is; refuses ASKED_TOO_OFTEN."""
        ask = read(visit.request.body, MemberAsk)
        pay(visit, at_once=AT_ONCE, act="asked_too_often")
        values = (ask.value, ask.by.value, FOUND_MAX)
        ids = [bytes(row[0]) for row in ask_one(visit.connection, _WHOSE, values)]
        feed = ProfileFeed(visit.connection, life_name=self.office.life_name, now_s=visit.now_s)
        items = tuple(item for one in ids for item in feed.items(one))
        return reply(MemberFound(items=items[:FOUND_MAX]), packs=True)
