"""How often a till may ask about members: so many questions in hand, and one more in `EACH_S`.

Shape: `pay` takes one question from what a till has in hand, or refuses, which is counted by till
and entered in the audit log once a day; `paid_back` returns one. There is one purse a till
(`member_asks`): `until_s` is when everything that was asked is paid off at one each `EACH_S`. Who
pays says how deep the purse is for it, so that what is asked for one thing alone cannot use up all
that there is for another.
"""

from __future__ import annotations

from typing import Final

from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.store.statements import ask_one
from posloyalty.headoffice.tills.lives import BY_ITSELF
from posloyalty.headoffice.tills.visits import Refused, Visit
from posloyalty.sync.wire.found_members import ASKED_TOO_OFTEN
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
_PAY_BACK: Final = """
UPDATE member_asks SET until_s = until_s - ? WHERE till_id = ? RETURNING until_s"""
_STANDS: Final = "SELECT until_s, refused_s FROM member_asks WHERE till_id = ?"
_REFUSE: Final = """
UPDATE member_asks SET refused = refused + 1, refused_s = ? WHERE till_id = ? RETURNING refused"""


def pay(visit: Visit, *, at_once: int, act: str) -> None:
    """One question more of this till, of `at_once`; raises `Refused` where that is too many, and
    then `act` is what the audit log calls it.
    """
    till_id, now_s = bytes(visit.till.till_id), visit.now_s
    latest = now_s + (at_once - 1) * EACH_S
    values = (till_id, now_s + EACH_S, now_s, now_s, EACH_S, latest)
    if ask_one(visit.connection, _MAY_ASK, values):
        return
    ((until_s, before_s),) = ask_one(visit.connection, _STANDS, (till_id,))
    ((refused,),) = ask_one(visit.connection, _REFUSE, (now_s, till_id))
    if now_s - before_s >= _DAY_S:
        told = {"till": till_id.hex(), "store": visit.till.store_code, "refused": str(refused)}
        note(visit.connection, now_s, BY_ITSELF, act, **told)
    raise Refused(
        429, Problem(code=ASKED_TOO_OFTEN, retry="later", after_s=max(1, until_s - latest))
    )


def paid_back(visit: Visit) -> None:
    """What was paid for last costs nothing."""
    ask_one(visit.connection, _PAY_BACK, (EACH_S, bytes(visit.till.till_id)))
