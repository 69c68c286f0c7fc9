"""What somebody should look at about profiles: who was erased, and what two members say is theirs.

Every till hears of every erased member, also one that never knew them, and says so in its journal
(`erase_ack`). A till that was revoked or is gone hears nothing any more and is not waited for. A
phone or card that several say is theirs is listed with all of them, by their ids alone, but for
those of whom somebody said that they are two (`Records.keep_two`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, select

from posloyalty.headoffice.members.profile_feed import ERASE
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.profile_tables import (
    ERASE_ACK,
    PROFILE,
    PROFILE_IDENTIFIER,
    TWO_MEMBERS,
)
from posloyalty.headoffice.store.tables import TILL

SHOWN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TillName:
    """A till, as people know it."""

    store: str
    till: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """A member who was erased, since when, and which tills have not confirmed."""

    member_id: str
    since: datetime
    confirmed: int
    missing: tuple[TillName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A member says of something that it is theirs (`kind`), and so do others."""

    member_id: str
    kind: str
    others: tuple[str, ...]


class ProfileMatters:
    """Reads them; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def erased(self, *, limit: int = SHOWN) -> list[Erasure]:
        """The newest erasures, with whoever is waited for."""
        asked = select(PROFILE.c.member_id, PROFILE.c.changed_s).where(PROFILE.c.stream == ERASE)
        asked = asked.order_by(PROFILE.c.n.desc()).limit(limit)
        with self._database.read() as connection:
            tills = _tills(connection)
            rows = connection.execute(asked).all()
            acks = _acks(connection, [bytes(row.member_id) for row in rows])
        return [
            Erasure(
                member_id=bytes(row.member_id).hex(),
                since=datetime.fromtimestamp(row.changed_s, UTC),
                confirmed=len(acks.get(bytes(row.member_id), ())),
                missing=tuple(
                    name
                    for till_id, name in tills.items()
                    if till_id not in acks.get(bytes(row.member_id), ())
                ),
            )
            for row in rows
        ]

    def shared(self, *, limit: int = SHOWN) -> list[Shared]:
        """What members said later than others; the newest first."""
        mine, theirs = PROFILE_IDENTIFIER.alias(), PROFILE_IDENTIFIER.alias()
        same = (mine.c.value == theirs.c.value) & (mine.c.kind == theirs.c.kind)
        asked = select(mine.c.member_id, mine.c.kind, theirs.c.member_id.label("other"))
        asked = asked.join(theirs, same & (mine.c.member_id != theirs.c.member_id))
        asked = asked.where(~_are_two(mine.c.member_id, theirs.c.member_id))
        # What was decided takes no place from what is to be looked at.
        open_ = asked.where(mine.c.member_id == PROFILE.c.member_id).exists()
        marked = select(PROFILE.c.member_id).where(PROFILE.c.taken != "", open_)
        marked = marked.order_by(PROFILE.c.n.desc()).limit(limit)
        with self._database.read() as connection:
            members = [bytes(row.member_id) for row in connection.execute(marked)]
            rows = connection.execute(asked.where(mine.c.member_id.in_(members))).all()
        others: dict[tuple[bytes, str], set[str]] = {}
        for row in rows:
            key = (bytes(row.member_id), row.kind)
            others.setdefault(key, set()).add(bytes(row.other).hex())
        order = {member_id: place for place, member_id in enumerate(members)}
        return [
            Shared(member_id=member_id.hex(), kind=kind, others=tuple(sorted(found)))
            for (member_id, kind), found in sorted(
                others.items(), key=lambda one: (order[one[0][0]], one[0][1])
            )
        ]


def _are_two(one: ColumnElement[bytes], other: ColumnElement[bytes]) -> ColumnElement[bool]:
    """Whether somebody said of two members that they are two."""
    c = TWO_MEMBERS.c
    said = ((c.one == one) & (c.other == other)) | ((c.one == other) & (c.other == one))
    return select(c.one).where(said).exists()


def _tills(connection: Connection) -> dict[bytes, TillName]:
    asked = select(TILL.c.till_id, TILL.c.store_code, TILL.c.till_code)
    asked = asked.where(TILL.c.revoked == 0, TILL.c.gone_s == 0).order_by(
        TILL.c.store_code, TILL.c.till_code
    )
    return {
        bytes(row.till_id): TillName(store=row.store_code, till=row.till_code)
        for row in connection.execute(asked)
    }


def _acks(connection: Connection, member_ids: list[bytes]) -> dict[bytes, set[bytes]]:
    found: dict[bytes, set[bytes]] = {}
    asked = select(ERASE_ACK.c.member_id, ERASE_ACK.c.till_id)
    for row in connection.execute(asked.where(ERASE_ACK.c.member_id.in_(member_ids))):
        found.setdefault(bytes(row.member_id), set()).add(bytes(row.till_id))
    return found
