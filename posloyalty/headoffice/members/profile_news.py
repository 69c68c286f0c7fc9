"""Which tills have members to hear of, and when they are told so.

Shape: a row for each till that has heard the feed to its end. `n` is up to where it has heard,
`told` up to where it has heard or was told that there is something. An erasure, a withdrawn consent
and a change in the till's own store are told at once, and once; whatever else changed when
`rests_until_s` is past, so that a busy chain does not ask at every join. Whoever was told and did
not ask is told again after the same rest, which is all that a lost answer costs.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from posloyalty.headoffice.members.store_members import BETWEEN, ENDS
from posloyalty.headoffice.store.statements import many, run, run_for
from posloyalty.sync.profiles.record import ProfileRecord

REST_S: Final = 30
"""What is not urgent wakes no till more often."""
SPREAD_S: Final = 15
"""So much longer some rest, by their ids: tills that heard at once do not ask at once for ever."""
LONGEST_S: Final = REST_S + SPREAD_S
"""No till rests for longer, whatever a clock that was ahead wrote down."""
HAS_NEWS: Final = f"""
SELECT 1 FROM profile_heard h
JOIN profile_place f ON f.id = 1 JOIN till t ON t.till_id = h.till_id
WHERE h.till_id = p.till_id AND h.n < f.n AND (
    ? NOT BETWEEN h.rests_until_s - {LONGEST_S} AND h.rests_until_s - 1
    OR h.told < f.urgent OR h.told < ({ENDS[0]}) OR h.told < ({ENDS[1]}))
"""
"""A part of a question about tills `p`: whether one of them has members to hear of now. Its value
is the instant, in seconds since 1970 UTC.
"""
_BEHIND: Final = f"SELECT p.till_id FROM till p WHERE EXISTS ({HAS_NEWS}) AND p.till_id IN"
_HEARD: Final = """
INSERT INTO profile_heard AS known (till_id, n, told, rests_until_s) {rows}
ON CONFLICT (till_id) DO UPDATE SET n = excluded.n, told = excluded.told,
rests_until_s = excluded.rests_until_s WHERE known.n <> excluded.n OR known.told <> excluded.told
"""
_TOLD: Final = """
UPDATE profile_heard SET told = (SELECT n FROM profile_place), rests_until_s = ? WHERE till_id = ?
"""
_OWN: Final = f"""
UPDATE profile_heard AS h SET n = CASE WHEN n = ? THEN ? ELSE n END, told = ?
WHERE till_id = ? AND told >= ? AND NOT EXISTS ({BETWEEN})
"""
_URGENT: Final = "SELECT urgent FROM profile_place"
_MARK_URGENT: Final = "UPDATE profile_place SET urgent = n"


def tell_of_profiles(connection: Connection, till_id: bytes, now_s: int) -> bool:
    """Whether a till has members to hear of, which it is told with this answer."""
    if not many(connection, _BEHIND, [till_id], now_s):
        return False
    run(connection, _TOLD, (_rests_until(till_id, now_s), till_id))
    return True


def note_heard(connection: Connection, till_id: bytes, through: int, now_s: int) -> None:
    """A till has heard all that there was up to a number of the feed."""
    row = (till_id, through, through, _rests_until(till_id, now_s))
    run_for(connection, _HEARD, [row], ("bytea", "int8", "int8", "int8"))


def note_own(
    connection: Connection, till_id: bytes, *, before: int, after: int, urgent: int
) -> None:
    """What the feed has behind number `before`, up to `after`, is what the till itself just said.
    It has not to be told so, unless something else is urgent for it; `urgent` as it was before.
    """
    run(connection, _OWN, (before, after, after, till_id, urgent, before, before))


def urgent_through(connection: Connection) -> int:
    """The number of the last change that every till hears of at once."""
    return int(connection.exec_driver_sql(_URGENT).scalar() or 0)


def mark_urgent(connection: Connection) -> None:
    """Every till hears at once of what was numbered last."""
    run(connection, _MARK_URGENT, ())


def withdraws(before: ProfileRecord, after: ProfileRecord) -> bool:
    """Whether a member who agreed to something does so no more."""
    now = after.consents
    return any(
        answers.granted and not (key in now and now[key].granted)
        for key, answers in before.consents.items()
    )


def _rests_until(till_id: bytes, now_s: int) -> int:
    return now_s + REST_S + till_id[-1] % (SPREAD_S + 1)
