"""Acts on disk: what the programme did outside a sale, as rows beside the journal."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from posloyalty.services.ports import Appended
from posloyalty.storage.act_tables import ACT
from posloyalty.storage.repositories.journal import Journal
from posloyalty.storage.repositories.ledger import Ledger
from posloyalty.storage.statements import Insert, Rows, Statement
from posloyalty.storage.tables import JOURNAL_EVENT
from posloyalty.sync import events
from posloyalty.sync.consequence_event import consequences_of

_INSERT = Insert(ACT)
_BODY = select(JOURNAL_EVENT.c.body).select_from(
    ACT.join(JOURNAL_EVENT, JOURNAL_EVENT.c.seq == ACT.c.seq)
)
_OF_MEMBER = Statement(
    _BODY.where(ACT.c.member_id == bindparam("member"))
    .order_by(ACT.c.seq.desc())
    .limit(bindparam("most"))
)
_OF_KIND = Statement(
    _BODY.where(ACT.c.kind == bindparam("kind")).order_by(ACT.c.seq).limit(bindparam("most"))
)


class ActReads:
    """Reading acts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_member(self, member_id: bytes, *, limit: int) -> tuple[events.Act, ...]:
        """A member's acts, newest first."""
        return _acts(_OF_MEMBER.run(self._connection, member=member_id, most=limit))

    def of_kind(self, kind: str, *, limit: int) -> tuple[events.Act, ...]:
        """The acts of a kind, oldest first."""
        return _acts(_OF_KIND.run(self._connection, kind=kind, most=limit))


class Acts(ActReads):
    """Writing acts."""

    def __init__(self, connection: Connection, journal: Journal, ledger: Ledger) -> None:
        super().__init__(connection)
        self._journal = journal
        self._ledger = ledger

    def book(self, act: events.Act) -> Appended:
        """Append an act, its row and everything that it does."""
        appended = self._journal.append(act)
        _INSERT.one(self._connection, *act_row(appended.seq, act))
        self._ledger.post(appended, consequences_of(act))
        return appended


def act_row(seq: int, act: events.Act) -> tuple[object, ...]:
    """The row of `act`, in the table's column order."""
    member = bytes.fromhex(act.member) if isinstance(act.member, str) else None
    return (seq, bytes.fromhex(act.id), act.kind, act.what, member, act.day)


def _acts(rows: Rows) -> tuple[events.Act, ...]:
    found = []
    for row in rows:
        event = events.decode(row.body)
        if isinstance(event, events.Act):
            found.append(event)
    return tuple(found)
