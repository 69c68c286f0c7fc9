"""What lies beside each member's profile so that it can travel: marks, and whether it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, literal_column, null, select, update

from posloyalty.domain.members.member import Member
from posloyalty.services.ports import Appended
from posloyalty.services.ports.profiles import HeardProfile, ProfileNote, There
from posloyalty.storage.card_tables import MEMBER_ALIAS
from posloyalty.storage.profile_table import PROFILE_NOTE
from posloyalty.storage.repositories.members import Members
from posloyalty.storage.repositories.profile_marks import ProfileMarkRows
from posloyalty.storage.repositories.tokens import Tokens
from posloyalty.storage.statements import Statement, put
from posloyalty.storage.tables import IDENTIFIER, MEMBER
from posloyalty.sync.profiles.member import (
    ONCE_A_BOOK,
    consent_key,
    marks_of,
    record_of,
)
from posloyalty.sync.profiles.record import ProfileRecord

_N: Final = PROFILE_NOTE.c
# Written out, not bound: only so does SQLite find them by the index of what waits.
_WAITS: Final = _N.waits == literal_column("1")
_WAITING: Final = Statement(
    select(_N.member_id).where(_WAITS).order_by(_N.member_id).limit(bindparam("most"))
)
_SENT: Final = Statement(
    update(PROFILE_NOTE).where(_N.member_id == bindparam("member")).values(waits=0)
)
_ALL_AGAIN: Final = Statement(update(PROFILE_NOTE).values(waits=1))
_ASKED: Final = Statement(
    select(_N.met).where(_N.met > literal_column("0")).order_by(_N.met).limit(1)
)
_MEET: Final = Statement(
    update(PROFILE_NOTE).where(_N.member_id == bindparam("member")).values(met=bindparam("seq"))
)
_ALL_TOLD: Final = Statement(
    update(PROFILE_NOTE)
    .where(_N.met > literal_column("0"), _N.met <= bindparam("seq"))
    .values(met=null())
)
_FREE: Final = Statement(
    delete(IDENTIFIER).where(
        IDENTIFIER.c.kind == bindparam("kind"), IDENTIFIER.c.value == bindparam("value")
    )
)
_SEEN: Final = Statement(
    update(MEMBER).where(MEMBER.c.id == bindparam("member")).values(changed=bindparam("seq"))
)


_STAYS: Final = Statement(
    select(MEMBER_ALIAS.c.stays).where(MEMBER_ALIAS.c.goes == bindparam("wanted"))
)
_RENAME: Final = put(MEMBER_ALIAS, "goes")
_NO_NAME: Final = Statement(delete(MEMBER_ALIAS).where(MEMBER_ALIAS.c.goes == bindparam("goes")))
_AGAIN: Final = Statement(
    update(MEMBER)
    .where(MEMBER.c.id == bindparam("member"))
    .values(status=bindparam("state"), joined_on=bindparam("joined"), home_store=bindparam("home"))
)
_NAMES_MOST: Final = 32
"""Records that became one, one after the other; a ring that nobody should have made has an end."""


class ProfileNotes:
    """Notes and records on one connection."""

    def __init__(self, connection: Connection, members: Members, tokens: Tokens) -> None:
        self._connection = connection
        self._members = members
        self._tokens = tokens
        self._rows = ProfileMarkRows(connection)

    def waiting(self, *, most: int) -> tuple[bytes, ...]:
        """Members of whom head office has not heard everything."""
        return tuple(row.member_id for row in _WAITING.run(self._connection, most=most))

    def note(self, member_id: bytes) -> ProfileNote | None:
        """The note of a member."""
        return self._rows.note(member_id)

    def record(self, member_id: bytes) -> ProfileRecord | None:
        """All that the book knows of who a member is."""
        note, member = self.note(member_id), self._members.by_id(member_id)
        if note is None or member is None:
            return None
        revoked = self._tokens.revoked_before(member_id)
        return record_of(
            member,
            self._members.consents(member_id),
            note.marks,
            revoked=0 if revoked is None else int(revoked.timestamp()),
        )

    def sent(self, records: Sequence[ProfileRecord]) -> None:
        """Head office has these; what was said since goes on waiting."""
        for record in records:
            member_id = bytes.fromhex(record.member)
            if self.record(member_id) == record:
                _SENT.run(self._connection, member=member_id)

    def is_stranger(self, member_id: bytes) -> bool:
        """Whether the till has the profile alone and has not asked for the rest."""
        note = self.note(member_id)
        return note is not None and note.met == 0

    def now(self, member_id: bytes) -> bytes:
        """Who a member is now."""
        for _ in range(_NAMES_MOST):
            row = _STAYS.run(self._connection, wanted=member_id).first()
            if row is None:
                return member_id
            member_id = bytes(row.stays)
        return member_id

    def rename(self, goes: bytes, stays: bytes) -> None:
        """One record is from now on another name of the other one."""
        _RENAME.run(self._connection, goes=goes, stays=stays)

    def asks(self) -> bool:
        """Whether the rest of anybody was asked for and has not come."""
        return _ASKED.run(self._connection).first() is not None

    def meet(self, member_ids: Sequence[bytes], *, appended: Appended) -> None:
        """The event at this place asks for the rest of these."""
        for member_id in member_ids:
            _MEET.run(self._connection, member=member_id, seq=appended.seq)

    def told_through(self, seq: int) -> None:
        """Head office has told everything that was asked for up to this place."""
        _ALL_TOLD.run(self._connection, seq=seq)

    def send_all_again(self) -> None:
        """Head office may have lost anything."""
        _ALL_AGAIN.run(self._connection)

    def hear(self, heard: Sequence[HeardProfile], *, appended: Appended) -> None:
        """Put records into the book as they are; of a card that two of them say is theirs, whoever
        head office has judged comes last and has it.
        """
        for one in (each for each in heard if each.waits):
            self._hear_known(one, appended)
        rest = [one for one in heard if not one.waits]
        new = [one for one in rest if one.there is There.NEW]
        for one in new:
            self._free(one.member)
        self._members.write_new([(one.member, appended) for one in new])
        self._rows.add([(one.member.id, marks_of(one.record), one.taken) for one in new])
        for one in rest:
            if one.there is There.AGAIN:
                self._be_there_again(one)
            if one.there is not There.NEW:
                self._hear_known(one, appended)
        for one in heard:
            self._revoke(one.member.id, one.record.revoked, appended)

    def _be_there_again(self, one: HeardProfile) -> None:
        """A record that had become another's name; its points are asked for as of a stranger."""
        member = one.member
        self._rows.add([(member.id, marks_of(one.record), one.taken)])
        _NO_NAME.run(self._connection, goes=member.id)
        _AGAIN.run(
            self._connection,
            member=member.id,
            state=member.status.value,
            joined=member.joined_on.isoformat(),
            home=member.home_store,
        )

    def _hear_known(self, one: HeardProfile, appended: Appended) -> None:
        known, note = self._members.by_id(one.member.id), self.note(one.member.id)
        if known is None or note is None:
            return  # no more a member here
        self._free(one.member)
        self._change(known, one.member, appended)
        self._rows.put(
            known.id, marks_of(one.record), waits=one.waits, taken=one.taken, met=note.met
        )

    def _change(self, known: Member, member: Member, appended: Appended) -> None:
        self._members.write_profile(member.id, member.profile)
        answered = {consent_key(c.purpose, c.channel): c for c in known.consents}
        for consent in member.consents:
            if answered.get(consent_key(consent.purpose, consent.channel)) != consent:
                self._members.write_consent(member.id, consent, appended=appended)
        _SEEN.run(self._connection, member=member.id, seq=appended.seq)

    def _free(self, member: Member) -> None:
        """Who said first that a card is theirs has it here too."""
        for one in member.profile.identifiers:
            if one.kind.value in ONCE_A_BOOK:
                _FREE.run(self._connection, kind=one.kind.value, value=one.value)

    def _revoke(self, member_id: bytes, revoked_s: int, appended: Appended) -> None:
        if not revoked_s:
            return
        known = self._tokens.revoked_before(member_id)
        if known is None or int(known.timestamp()) < revoked_s:
            before = datetime.fromtimestamp(revoked_s, UTC)
            self._tokens.revoke(member_id, before=before, appended=appended)
