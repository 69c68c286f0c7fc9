"""What a till lost of its own and heard again from head office, since its book went back.

Shape: `told_again(connection, till_id, own)` looks first, without asking for them, which of some
events stand in the till's journal where they happened; of a till whose book never went back that is
each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

from posloyalty.headoffice.store.statements import ask_one, many
from posloyalty.headoffice.tills.reopening import STANDS
from posloyalty.sync import events

_BASES: Final = "SELECT b.epoch, b.seq FROM epoch_base b WHERE b.till_id = ?"
_HELD: Final = f"""
SELECT j.event_id, j.body FROM journal_event j
WHERE {STANDS} AND j.till_id = ? AND j.event_id IN"""


def told_again(
    connection: Connection, till_id: bytes, own: Mapping[bytes, tuple[int, int]]
) -> set[bytes]:
    """Those of a till's own events, each with its epoch and sequence, that its journal holds only
    as heard.
    """
    bases = ask_one(connection, _BASES, (till_id,)) if own else []
    lost = [
        event_id
        for event_id, (epoch, seq) in own.items()
        if any(later > epoch and behind < seq for later, behind in bases)
    ]
    # One that was sent again in a later epoch is the till's own there.
    return {
        bytes(event_id)
        for event_id, body in many(connection, _HELD, lost, till_id)
        if _is_heard(bytes(body))
    }


def _is_heard(body: bytes) -> bool:
    try:
        return isinstance(events.decode(body), events.Heard)
    except ValueError:
        return False  # whatever that is, head office never told it
