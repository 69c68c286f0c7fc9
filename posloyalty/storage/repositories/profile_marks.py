"""The rows of `profile_note`: written with every change of a profile, whoever makes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, select

from posloyalty.services.ports.profiles import ProfileNote
from posloyalty.storage.profile_table import PROFILE_NOTE
from posloyalty.storage.statements import Insert, Statement, put
from posloyalty.storage.tables import BOOK, JOURNAL_EVENT
from posloyalty.sync.profiles.member import ProfileMarks
from posloyalty.sync.profiles.record import Mark

NO_MARKS: Final = ProfileMarks()
_N: Final = PROFILE_NOTE.c
_J: Final = JOURNAL_EVENT.c
_INSERT: Final = Insert(PROFILE_NOTE)
_PUT: Final = put(PROFILE_NOTE, "member_id")
_ONE: Final = Statement(
    select(_N.marks, _N.waits, _N.taken, _N.met).where(_N.member_id == bindparam("member"))
)
_DROP: Final = Statement(delete(PROFILE_NOTE).where(_N.member_id == bindparam("member")))
_HLC: Final = Statement(select(_J.hlc_ms, _J.hlc_counter).where(_J.seq == bindparam("seq")))
_TILL: Final = Statement(select(BOOK.c.till_id).where(BOOK.c.id == 1))
_NOTHING: Final = msgspec.json.encode(NO_MARKS).decode("ascii")


class ProfileMarkRows:
    """The rows on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, member_id: bytes) -> ProfileNote | None:
        """One of them."""
        row = _ONE.run(self._connection, member=member_id).first()
        if row is None:
            return None
        return ProfileNote(
            marks=msgspec.json.decode(row.marks, type=ProfileMarks),
            waits=bool(row.waits),
            taken=tuple(row.taken.split(",")) if row.taken else (),
            met=row.met,
        )

    def begin(self, member_ids: Iterable[bytes]) -> None:
        """New members, of whom nobody else knows yet."""
        _INSERT.many(self._connection, [(one, _NOTHING, 1, "", None) for one in member_ids])

    def add(self, heard: Iterable[tuple[bytes, ProfileMarks, tuple[str, ...]]]) -> None:
        """New members of whom the till has the profile alone: (id, marks, taken)."""
        rows = [
            (member_id, msgspec.json.encode(marks).decode("utf-8"), 0, ",".join(taken), 0)
            for member_id, marks, taken in heard
        ]
        _INSERT.many(self._connection, rows)

    def put(
        self,
        member_id: bytes,
        marks: ProfileMarks,
        *,
        waits: bool,
        taken: tuple[str, ...],
        met: int | None,
    ) -> None:
        """Write one of them."""
        _PUT.run(
            self._connection,
            member_id=member_id,
            marks=msgspec.json.encode(marks).decode("utf-8"),
            waits=int(waits),
            taken=",".join(taken),
            met=met,
        )

    def drop(self, member_id: bytes) -> None:
        """Somebody is no more."""
        _DROP.run(self._connection, member=member_id)

    def now(self, seq: int) -> Mark:
        """The mark of what an event of the journal says."""
        row = _HLC.run(self._connection, seq=seq).first()
        return (row.hlc_ms, row.hlc_counter)

    def till(self) -> str:
        """Whose book it is, as marks name it."""
        return bytes(_TILL.run(self._connection).first().till_id).hex()
