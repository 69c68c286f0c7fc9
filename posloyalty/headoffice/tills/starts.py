"""Who speaks as a till: the starts of its program, and the two that a clone makes of one.

The judging is pure (`sync/office/clones`); here its starts are read and kept. A suspect or shut
program is refused with CLONE_SUSPECT and may only set its batches aside, so that no sale is lost
while a person decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, func, select

from posloyalty.headoffice.store.epoch_tables import TILL_START
from posloyalty.headoffice.store.statements import Question, about, many, run_for, types_of
from posloyalty.headoffice.tills.visits import Refused, TillSeen
from posloyalty.sync.office.clones import Spoke, Standing, Start, kept, spoke
from posloyalty.sync.wire.messages import Problem

STARTS_MAX: Final = 200
"""So many are kept of a till: of older ones those that ended are forgotten first, then others that
did not speak for longest; never the one that is the till. Who is forgotten and speaks again comes
after nobody who is known: as a book that was put back, so that the till, which then speaks again,
makes a case of it. Where there is a case, it joins the case anew.
"""
_S = TILL_START.c
_REFUSED: Final = frozenset({Standing.SUSPECT, Standing.SHUT})
_SPEAKING: Final = """
WITH given (till_id, boot, after) AS ({rows})
SELECT s.till_id, s.boot, s.after, s.standing, s.first_s
FROM given g JOIN till_start s ON s.till_id = g.till_id
WHERE s.standing <> 'ended' OR s.boot = g.boot OR s.boot = g.after
ORDER BY s.first_s"""
"""Those that ended have no say, but for the one that speaks and the one that it came after."""
_STANDS: Final = """
WITH given (standing, till_id, boot) AS ({rows})
UPDATE till_start SET standing = given.standing FROM given
WHERE till_start.till_id = given.till_id AND till_start.boot = given.boot"""
_SPOKE: Final = """
INSERT INTO till_start AS known (till_id, boot, after, standing, seq, first_s, last_s)
{rows}
ON CONFLICT (till_id, boot) DO UPDATE SET
    standing = excluded.standing, seq = excluded.seq, last_s = excluded.last_s"""
_COUNT: Final = """
SELECT t.till_id, (SELECT count(*) FROM till_start s WHERE s.till_id = t.till_id)
FROM till t WHERE t.till_id IN"""


class Greeting(NamedTuple):
    """A start of a till's program says hello: the start before it, how far its journal goes, and by
    how many seconds the time in which it was said differs from `now_s`, when it came.
    """

    till_id: bytes
    boot: bytes
    after: bytes
    seq: int
    off_s: int
    now_s: int


class Greeted(NamedTuple):
    """How the start that said hello stands now, and which others stand otherwise because of it."""

    mine: Start
    is_new: bool
    others: tuple[Start, ...]

    @property
    def refusal(self) -> Refused | None:
        """The refusal of a start that may not speak."""
        return _clone() if self.mine.standing in _REFUSED else None


def starts_of(connection: Connection, till_id: bytes) -> dict[bytes, Start]:
    """The starts of a till, in the order in which they spoke first."""
    asked = select(TILL_START).where(_S.till_id == till_id).order_by(_S.first_s)
    return {
        bytes(row.boot): Start(
            boot=bytes(row.boot),
            after=bytes(row.after),
            standing=Standing(row.standing),
            first_s=int(row.first_s),
        )
        for row in connection.execute(asked)
    }


def heard_of(connection: Connection, till_id: bytes) -> dict[bytes, Spoke]:
    """When each start of a till spoke first and last."""
    asked = select(_S.boot, _S.first_s, _S.last_s).where(_S.till_id == till_id)
    return {bytes(boot): Spoke(first, last) for boot, first, last in connection.execute(asked)}


def speaking(connection: Connection, greetings: Sequence[Greeting]) -> Question:
    """What asks for those starts of some tills, at least one, that a hello of each is about."""
    rows = [(one.till_id, one.boot, one.after) for one in greetings]
    return about(connection, _SPEAKING, rows, ("bytea", "bytea", "bytea"))


def read_starts(rows: Iterable[Any]) -> dict[bytes, dict[bytes, Start]]:
    """What `speaking` found, by till, in the order in which they spoke first."""
    found: dict[bytes, dict[bytes, Start]] = {}
    for till_id, boot, after, standing, first_s in rows:
        start = Start(
            boot=bytes(boot),
            after=bytes(after),
            standing=Standing(standing),
            first_s=int(first_s),
        )
        found.setdefault(bytes(till_id), {})[start.boot] = start
    return found


def greeted(starts: Mapping[bytes, Start], greeting: Greeting) -> Greeted:
    """What a hello changes of a till's starts, and the refusal of one that may not speak."""
    spoken = spoke(
        starts, greeting.boot, greeting.after, now_s=greeting.now_s, off_s=greeting.off_s
    )
    changed = {one.boot: one for one in spoken}
    mine = changed.pop(greeting.boot, None)
    is_new = greeting.boot not in starts
    return Greeted(
        mine=starts[greeting.boot] if mine is None else mine,
        is_new=is_new,
        others=tuple(changed.values()),
    )


def keep_greeted(
    connection: Connection, found: Sequence[tuple[Greeting, Greeted]], *, now_s: int
) -> None:
    """Keep what some hellos changed, and that these starts spoke."""
    others = [
        (one.standing.value, greeting.till_id, one.boot)
        for greeting, said in found
        for one in said.others
    ]
    run_for(connection, _STANDS, others, ("text", "bytea", "bytea"))
    mine = [
        (one.till_id, one.boot, said.mine.after, said.mine.standing.value, one.seq, now_s, now_s)
        for one, said in found
    ]
    run_for(connection, _SPOKE, mine, types_of(TILL_START))


def forget_old(connection: Connection, till_ids: Collection[bytes]) -> None:
    """Of tills that were started anew, the oldest starts beyond `STARTS_MAX` are forgotten."""
    for till_id, count in many(connection, _COUNT, till_ids):
        if count > STARTS_MAX:
            _forget(connection, bytes(till_id))


def joins(connection: Connection, till_id: bytes, boot: bytes, *, now_s: int) -> None:
    """Somebody brought a code to a till: where two programs spoke as it, this one is the till."""
    starts = starts_of(connection, till_id)
    if not any(one.standing in _REFUSED for one in starts.values()):
        return
    new = Start(boot=boot, after=b"", standing=Standing.CURRENT, first_s=now_s)
    starts.setdefault(boot, new)
    for one in kept(starts, boot):
        keep(connection, till_id, one, seq=0, now_s=now_s)


def refusal_of(till: TillSeen) -> Refused | None:
    """The refusal of a start that may not speak."""
    found = till.standing
    return _clone() if found is not None and Standing(found) in _REFUSED else None


def keep(connection: Connection, till_id: bytes, start: Start, *, seq: int, now_s: int) -> None:
    """Keep how a start stands."""
    mine = TILL_START.update().where(_S.till_id == till_id, _S.boot == start.boot)
    if connection.execute(mine.values(standing=start.standing.value)).rowcount:
        return
    connection.execute(
        TILL_START.insert().values(
            till_id=till_id,
            boot=start.boot,
            after=start.after,
            standing=start.standing.value,
            seq=seq,
            first_s=now_s,
            last_s=now_s,
        )
    )


def _clone() -> Refused:
    return Refused(403, Problem(code="CLONE_SUSPECT", retry="after_action"))


def _forget(connection: Connection, till_id: bytes) -> None:
    spare = _S.standing != Standing.CURRENT.value
    ended_first = (_S.standing != Standing.ENDED.value, _S.last_s, _S.first_s)
    asked = select(_S.boot).where(_S.till_id == till_id, spare).order_by(*ended_first)
    count = connection.scalar(
        select(func.count()).select_from(TILL_START).where(_S.till_id == till_id)
    )
    boots = connection.scalars(asked.limit(max(0, (count or 0) - STARTS_MAX))).all()
    connection.execute(TILL_START.delete().where(_S.till_id == till_id, _S.boot.in_(boots)))
