"""Tills ask for a member whom they do not know, by a whole number or card: one bounded question.

Shape: `FoundMembers.found(visit)` answers with whoever keeps exactly this value, and what the feed
would tell of them. A till could ask for every number there is, one after the other, so each may ask
`AT_ONCE` times and then once in `EACH_S`; beyond that it is refused, which is counted by till, and
entered in the audit log once a day, where people see that a till tries numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.statements import ask_one
from posloyalty.headoffice.tills.lives import BY_ITSELF
from posloyalty.headoffice.tills.visits import Refused, Reply, Visit, read, reply
from posloyalty.sync.wire.found_members import (
    ASKED_TOO_OFTEN,
    FOUND_MAX,
    MemberAsk,
    MemberFound,
)
from posloyalty.sync.wire.messages import Problem

AT_ONCE: Final = 30
"""Questions that a till has in hand when it has not asked for long."""
EACH_S: Final = 60
"""So often it gets one more."""
_DAY_S: Final = 86_400
_MAY_ASK: Final = """
INSERT INTO member_asks AS known (till_id, until_s, refused, refused_s) VALUES (?, ?, 0, 0)
ON CONFLICT (till_id) DO UPDATE SET until_s = CASE
    WHEN known.until_s > ? THEN known.until_s ELSE ? END + ?
WHERE known.until_s <= ? RETURNING until_s
"""
"""`until_s` is when everything that was asked is paid off at one each `EACH_S`."""
_STANDS: Final = "SELECT until_s, refused_s FROM member_asks WHERE till_id = ?"
_REFUSE: Final = """
UPDATE member_asks SET refused = refused + 1, refused_s = ? WHERE till_id = ? RETURNING refused"""
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
        _count(visit)
        values = (ask.value, ask.by.value, FOUND_MAX)
        ids = [bytes(row[0]) for row in ask_one(visit.connection, _WHOSE, values)]
        feed = ProfileFeed(visit.connection, life_name=self.office.life_name, now_s=visit.now_s)
        items = tuple(item for one in ids for item in feed.items(one))
        return reply(MemberFound(items=items[:FOUND_MAX]), packs=True)


def _count(visit: Visit) -> None:
    """One question more of this till; raises `Refused` where that is too many."""
    till_id, now_s = bytes(visit.till.till_id), visit.now_s
    latest = now_s + (AT_ONCE - 1) * EACH_S
    values = (till_id, now_s + EACH_S, now_s, now_s, EACH_S, latest)
    if ask_one(visit.connection, _MAY_ASK, values):
        return
    ((until_s, before_s),) = ask_one(visit.connection, _STANDS, (till_id,))
    ((refused,),) = ask_one(visit.connection, _REFUSE, (now_s, till_id))
    if now_s - before_s >= _DAY_S:
        _tell(visit, refused)
    raise Refused(
        429, Problem(code=ASKED_TOO_OFTEN, retry="later", after_s=max(1, until_s - latest))
    )


def _tell(visit: Visit, refused: Any) -> None:
    note(
        visit.connection,
        visit.now_s,
        BY_ITSELF,
        "asked_too_often",
        till=bytes(visit.till.till_id).hex(),
        store=visit.till.store_code,
        refused=str(refused),
    )
