"""Who speaks as a till: the starts of its program, and the two that a clone makes of one.

The judging is pure (`sync/office/clones`); here its starts are read and kept. A suspect or shut
program is refused with CLONE_SUSPECT and may only set its batches aside, so that no sale is lost
while a person decides.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from posloyalty.headoffice.store.epoch_tables import TILL_START
from posloyalty.headoffice.tills.visits import Refused, TillSeen, Visit, boot_of
from posloyalty.sync.office.clones import Standing, Start, kept, spoke
from posloyalty.sync.wire.messages import Problem

STARTS_MAX: Final = 200
"""Older ones that ended are forgotten."""
_S = TILL_START.c
_REFUSED: Final = frozenset({Standing.SUSPECT, Standing.SHUT})


def starts_of(connection: Connection, till_id: bytes) -> dict[bytes, Start]:
    """The starts of a till, in the order in which they spoke first."""
    asked = select(TILL_START).where(_S.till_id == till_id).order_by(_S.first_s)
    return {
        bytes(row.boot): Start(
            boot=bytes(row.boot), after=bytes(row.after), standing=Standing(row.standing)
        )
        for row in connection.execute(asked)
    }


def greet(visit: Visit, *, after: bytes, seq: int) -> Refused | None:
    """A start says hello. What that shows is kept; gives the refusal of one that may not speak."""
    boot = boot_of(visit.request)
    if len(boot) != 16:
        return None
    till_id = bytes(visit.till.till_id)
    starts = starts_of(visit.connection, till_id)
    for one in spoke(starts, boot, after):
        keep(visit.connection, till_id, one, seq=seq, now_s=visit.now_s)
        starts[one.boot] = one
    mine = TILL_START.update().where(_S.till_id == till_id, _S.boot == boot)
    visit.connection.execute(mine.values(last_s=visit.now_s, seq=seq))
    _forget(visit.connection, till_id, starts)
    return _refusal(starts[boot])


def joins(connection: Connection, till_id: bytes, boot: bytes, *, now_s: int) -> None:
    """Somebody brought a code to a till: where two programs spoke as it, this one is the till."""
    starts = starts_of(connection, till_id)
    if not any(one.standing in _REFUSED for one in starts.values()):
        return
    starts.setdefault(boot, Start(boot=boot, after=b"", standing=Standing.CURRENT))
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


def _refusal(start: Start) -> Refused | None:
    return _clone() if start.standing in _REFUSED else None


def _clone() -> Refused:
    return Refused(403, Problem(code="CLONE_SUSPECT", retry="after_action"))


def _forget(connection: Connection, till_id: bytes, starts: dict[bytes, Start]) -> None:
    ended = [one.boot for one in starts.values() if one.standing is Standing.ENDED]
    for boot in ended[: max(0, len(starts) - STARTS_MAX)]:
        connection.execute(TILL_START.delete().where(_S.till_id == till_id, _S.boot == boot))
