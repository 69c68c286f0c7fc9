"""Members, their profiles, identifiers and consents on disk.

`member.changed` is the journal's place of the last change, a sale included, so that the look-up
cache can ask for what is new. The profile is a record of its own: erasing it touches no event.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Label,
    Text,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from posloyalty.domain.members.member import (
    Birthday,
    Consent,
    Identifier,
    IdentifierKind,
    Member,
    MemberStatus,
    Profile,
)
from posloyalty.domain.values.calendar import format_instant, parse_instant
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.ports import (
    Appended,
    MemberBrief,
    MemberChange,
    MemberCopy,
    MemberSeen,
)
from posloyalty.storage.profile_table import PROFILE_NOTE
from posloyalty.storage.repositories.profile_marks import ProfileMarkRows
from posloyalty.storage.statements import Insert, Statement, in_pieces, several, those
from posloyalty.storage.tables import CONSENT, IDENTIFIER, MEMBER, PROFILE, SALE
from posloyalty.sync.profiles.member import answered_marks, changed_marks

_INSERT_MEMBER = Insert(MEMBER)
_INSERT_PROFILE = Insert(PROFILE)
_INSERT_IDENTIFIER = Insert(IDENTIFIER)
_INSERT_CONSENT = Insert(CONSENT)
_SHAPE = (
    MEMBER.c.id,
    MEMBER.c.status,
    MEMBER.c.joined_on,
    MEMBER.c.home_store,
    MEMBER.c.changed,
    PROFILE.c.name,
    PROFILE.c.language,
    PROFILE.c.birth_month,
    PROFILE.c.birth_day,
    PROFILE.c.birth_year,
    PROFILE.c.note,
    SALE.c.at.label("visited"),
)
_JOINED = MEMBER.outerjoin(PROFILE, PROFILE.c.member_id == MEMBER.c.id).outerjoin(
    SALE, SALE.c.seq == MEMBER.c.last_sale
)
_BY_ID = Statement(select(*_SHAPE).select_from(_JOINED).where(MEMBER.c.id == bindparam("member")))
_SEEN = Statement(
    select(*_SHAPE, MEMBER.c.purchases, PROFILE_NOTE.c.met)
    .select_from(_JOINED.outerjoin(PROFILE_NOTE, PROFILE_NOTE.c.member_id == MEMBER.c.id))
    .where(MEMBER.c.id == bindparam("member"))
)
_BRIEFS = Statement(
    select(*_SHAPE, PROFILE_NOTE.c.met)
    .select_from(_JOINED.outerjoin(PROFILE_NOTE, PROFILE_NOTE.c.member_id == MEMBER.c.id))
    .where(several(MEMBER.c.id))
)
_PHONES = Statement(
    select(IDENTIFIER.c.member_id, IDENTIFIER.c.value)
    .where(several(IDENTIFIER.c.member_id), IDENTIFIER.c.kind == IdentifierKind.PHONE.value)
    .order_by(IDENTIFIER.c.place.desc())
)
_AHEAD = (
    select(MEMBER.c.changed)
    .where(MEMBER.c.changed > bindparam("after"))
    .order_by(MEMBER.c.changed)
    .limit(bindparam("most"))
    .subquery()
)
# Up to the mark of the last one and not to a number of rows: members that one event changed
# together must not be torn apart, for the next call asks for later marks only.
_CHANGED_LATER = (
    MEMBER.c.changed > bindparam("after"),
    MEMBER.c.changed <= select(func.max(_AHEAD.c.changed)).scalar_subquery(),
)
_CHANGES = Statement(
    select(*_SHAPE).select_from(_JOINED).where(*_CHANGED_LATER).order_by(MEMBER.c.changed)
)


def _first_of(kind: IdentifierKind) -> Label[str]:
    """A member's first identifier of a kind, in a column by the kind's name."""
    own = IDENTIFIER.c.member_id == MEMBER.c.id
    of_kind = IDENTIFIER.c.kind == literal_column(f"'{kind.value}'", Text)
    asked = select(IDENTIFIER.c.value).where(own, of_kind).order_by(IDENTIFIER.c.place)
    return asked.limit(literal_column("1", Integer)).scalar_subquery().label(kind.value)


_COPIES = Statement(
    select(
        MEMBER.c.id,
        MEMBER.c.status,
        MEMBER.c.home_store,
        MEMBER.c.changed,
        PROFILE.c.name,
        SALE.c.at.label("visited"),
        _first_of(IdentifierKind.CARD),
        _first_of(IdentifierKind.PHONE),
    )
    .select_from(_JOINED)
    .where(*_CHANGED_LATER)
    .order_by(MEMBER.c.changed)
)
_IDENTIFIERS = Statement(
    select(IDENTIFIER.c.kind, IDENTIFIER.c.value)
    .where(IDENTIFIER.c.member_id == bindparam("member"))
    .order_by(IDENTIFIER.c.place)
)
_FIND = Statement(
    select(IDENTIFIER.c.member_id).where(
        IDENTIFIER.c.kind == bindparam("kind"), IDENTIFIER.c.value == bindparam("value")
    )
)
_CONSENTS = Statement(
    select(*CONSENT.columns)
    .where(CONSENT.c.member_id == bindparam("member"))
    .order_by(CONSENT.c.id)
)
_IDENTIFIERS_OF = Statement(
    select(IDENTIFIER.c.member_id, IDENTIFIER.c.kind, IDENTIFIER.c.value)
    .where(several(IDENTIFIER.c.member_id))
    .order_by(IDENTIFIER.c.member_id, IDENTIFIER.c.place)
)
_CONSENTS_OF = Statement(
    select(*CONSENT.columns)
    .where(several(CONSENT.c.member_id))
    .order_by(CONSENT.c.member_id, CONSENT.c.id)
)
_KNOWN = Statement(select(MEMBER.c.id).where(several(MEMBER.c.id)))
_COUNT = Statement(select(func.count()).select_from(MEMBER))
_DROP_IDENTIFIERS = Statement(
    delete(IDENTIFIER).where(IDENTIFIER.c.member_id == bindparam("member"))
)
_TOUCH = Statement(
    update(MEMBER).where(MEMBER.c.id == bindparam("member")).values(changed=bindparam("seq"))
)
_STATUS = Statement(
    update(MEMBER)
    .where(MEMBER.c.id == bindparam("member"))
    .values(status=bindparam("state"), changed=bindparam("seq"))
)
_COUNT_PURCHASES = Statement(
    update(MEMBER)
    .where(MEMBER.c.id == bindparam("member"))
    .values(purchases=MEMBER.c.purchases + bindparam("more"))
)


def _put_profile() -> Statement:
    names = [column.name for column in PROFILE.columns]
    statement = insert(PROFILE).values({name: bindparam(name) for name in names})
    return Statement(
        statement.on_conflict_do_update(
            index_elements=["member_id"],
            set_={name: statement.excluded[name] for name in names if name != "member_id"},
        )
    )


_PUT_PROFILE = _put_profile()


class Members:
    """Members on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._notes = ProfileMarkRows(connection)

    def by_id(self, member_id: bytes) -> Member | None:
        """A member with profile and the newest consent per purpose and channel."""
        row = _BY_ID.run(self._connection, member=member_id).first()
        return None if row is None else self._member(row)

    def seen(self, member_id: bytes) -> MemberSeen | None:
        """The same with what stands beside it. A note without a mark is of somebody all known."""
        row = _SEEN.run(self._connection, member=member_id).first()
        if row is None:
            return None
        return MemberSeen(
            member=self._member(row),
            purchases=row.purchases,
            last_visit=None if row.visited is None else parse_instant(row.visited),
            complete=row.met is None,
        )

    def briefs(self, member_ids: Sequence[bytes]) -> dict[bytes, MemberBrief]:
        """Several members at once; unknown ids are not in the answer."""
        wanted = those(member_ids)
        # The first of a member's phones comes last and stays.
        phones = {row.member_id: row.value for row in _PHONES.run(self._connection, **wanted)}
        return {
            row.id: MemberBrief(
                member_id=row.id,
                status=MemberStatus(row.status),
                name=row.name or "",
                phone=phones.get(row.id, ""),
                last_visit=None if row.visited is None else parse_instant(row.visited),
                complete=row.met is None,
            )
            for row in _BRIEFS.run(self._connection, **wanted)
        }

    def by_identifier(self, kind: IdentifierKind, value: str) -> tuple[bytes, ...]:
        """Ids of the members found by exactly this value."""
        rows = _FIND.run(self._connection, kind=kind.value, value=value)
        return tuple(row.member_id for row in rows)

    def by_foreign_id(self, value: str) -> bytes | None:
        """The member that an import brought along under this id."""
        found = self.by_identifier(IdentifierKind.FOREIGN, value)
        return found[0] if found else None

    def count(self) -> int:
        """How many members there are."""
        return int(_COUNT.run(self._connection).scalar_one())

    def changes(self, *, after: int, limit: int) -> tuple[MemberChange, ...]:
        """Members changed after a mark; all that share the last mark come together."""
        rows = _CHANGES.run(self._connection, after=after, most=limit).fetchall()
        return tuple(
            MemberChange(
                changed=row.changed,
                member=member,
                last_visit=None if row.visited is None else parse_instant(row.visited),
            )
            for piece in in_pieces(rows)
            for row, member in zip(piece, self._several(piece), strict=True)
        )

    def copies(self, *, after: int, limit: int) -> tuple[MemberCopy, ...]:
        """What is found of members changed after a mark; nobody is torn apart as in `changes`."""
        rows = _COPIES.run(self._connection, after=after, most=limit)
        return tuple(
            [
                MemberCopy(
                    changed=row.changed,
                    member_id=row.id,
                    status=MemberStatus(row.status),
                    name=row.name or "",
                    card=row.card,
                    phone=row.phone,
                    home_store=row.home_store,
                    last_visit=None if row.visited is None else parse_instant(row.visited),
                )
                for row in rows
            ]
        )

    def known(self, member_ids: Sequence[bytes]) -> frozenset[bytes]:
        """Those of some members, at most 50, of whom the book has anything."""
        rows = _KNOWN.run(self._connection, **those(member_ids))
        return frozenset(row.id for row in rows)

    def consents(self, member_id: bytes) -> tuple[Consent, ...]:
        """Every answer, oldest first."""
        rows = _CONSENTS.run(self._connection, member=member_id)
        return tuple(_consent(row) for row in rows)

    def add(self, member: Member, *, appended: Appended) -> None:
        """A new member with profile, identifiers and consents."""
        self.add_many([(member, appended)])

    def add_many(self, members: Sequence[tuple[Member, Appended]]) -> None:
        """Many new members, of whom nobody else knows yet."""
        self.write_new(members)
        self._notes.begin(member.id for member, _ in members)

    def write_new(self, members: Sequence[tuple[Member, Appended]]) -> None:
        """The rows of many new members, table by table, and nothing of what was told of them."""
        connection = self._connection
        _INSERT_MEMBER.many(
            connection,
            [
                (
                    member.id,
                    member.status.value,
                    member.joined_on.isoformat(),
                    member.home_store,
                    appended.seq,
                    0,
                    None,
                )
                for member, appended in members
            ],
        )
        _INSERT_PROFILE.many(
            connection, [_profile_row(member.id, member.profile) for member, _ in members]
        )
        _INSERT_IDENTIFIER.many(
            connection,
            [row for member, _ in members for row in _identifier_rows(member.id, member.profile)],
        )
        _INSERT_CONSENT.many(
            connection,
            [
                _consent_row(member.id, consent, appended)
                for member, appended in members
                for consent in member.consents
            ],
        )

    def save_profile(self, member_id: bytes, profile: Profile, *, appended: Appended) -> None:
        """Replace a member's profile and identifiers; what differs was said now and here."""
        self._mark_changes(member_id, profile, appended)
        self.write_profile(member_id, profile)
        _TOUCH.run(self._connection, member=member_id, seq=appended.seq)

    def write_profile(self, member_id: bytes, profile: Profile) -> None:
        """The rows of a profile, and nothing of when it was said."""
        names = [column.name for column in PROFILE.columns]
        row = dict(zip(names, _profile_row(member_id, profile), strict=True))
        _PUT_PROFILE.run(self._connection, **row)
        _DROP_IDENTIFIERS.run(self._connection, member=member_id)
        _INSERT_IDENTIFIER.many(self._connection, _identifier_rows(member_id, profile))

    def set_status(self, member_id: bytes, status: MemberStatus, *, appended: Appended) -> None:
        """Change a member's status. Who is no more has nothing that could travel."""
        if status in (MemberStatus.CLOSED, MemberStatus.ERASED):
            self._notes.drop(member_id)
        _STATUS.run(self._connection, member=member_id, state=status.value, seq=appended.seq)

    def count_purchases(self, member_id: bytes, more: int) -> None:
        """Sales elsewhere, of which this till heard."""
        _COUNT_PURCHASES.run(self._connection, member=member_id, more=more)

    def add_consent(self, member_id: bytes, consent: Consent, *, appended: Appended) -> None:
        """Append one answer, given now and here."""
        note = self._notes.note(member_id)
        if note is not None:
            marks = answered_marks(
                self.consents(member_id),
                consent,
                note.marks,
                now=self._notes.now(appended.seq),
                name=derive_id("refusal", appended.hash).hex(),
            )
            self._notes.put(member_id, marks, waits=True, taken=note.taken, met=note.met)
        self.write_consent(member_id, consent, appended=appended)
        _TOUCH.run(self._connection, member=member_id, seq=appended.seq)

    def write_consent(self, member_id: bytes, consent: Consent, *, appended: Appended) -> None:
        """The row of an answer, and nothing of what it covers."""
        _INSERT_CONSENT.one(self._connection, *_consent_row(member_id, consent, appended))

    def _mark_changes(self, member_id: bytes, profile: Profile, appended: Appended) -> None:
        before, note = self.by_id(member_id), self._notes.note(member_id)
        if before is None or note is None:
            return
        marks = changed_marks(
            before.profile,
            profile,
            note.marks,
            joined=before.joined_on,
            now=self._notes.now(appended.seq),
            till=self._notes.till(),
        )
        self._notes.put(member_id, marks, waits=True, taken=note.taken, met=note.met)

    def _several(self, rows: Sequence[Any]) -> list[Member]:
        """The members of some rows, read table by table."""
        ids = those([row.id for row in rows])
        consents: dict[bytes, list[Consent]] = {}
        for one in _CONSENTS_OF.run(self._connection, **ids):
            consents.setdefault(one.member_id, []).append(_consent(one))
        identifiers: dict[bytes, list[Any]] = {}
        for one in _IDENTIFIERS_OF.run(self._connection, **ids):
            identifiers.setdefault(one.member_id, []).append(one)
        return [_member(row, identifiers.get(row.id, ()), consents.get(row.id, ())) for row in rows]

    def _member(self, row: Any) -> Member:
        identifiers = _IDENTIFIERS.run(self._connection, member=row.id)
        return _member(row, identifiers, self.consents(row.id))


def _member(row: Any, identifiers: Iterable[Any], consents: Iterable[Consent]) -> Member:
    """A member of its rows, with the newest answer for each purpose and channel."""
    newest = {(c.purpose, c.channel): c for c in consents}
    birthday = None
    if row.birth_month is not None:
        birthday = Birthday(row.birth_month, row.birth_day, row.birth_year)
    return Member(
        id=row.id,
        status=MemberStatus(row.status),
        joined_on=date.fromisoformat(row.joined_on),
        home_store=row.home_store,
        profile=Profile(
            name=row.name or "",
            identifiers=tuple(
                Identifier(IdentifierKind(one.kind), one.value) for one in identifiers
            ),
            language=row.language or "",
            birthday=birthday,
            note=row.note or "",
        ),
        consents=tuple(newest.values()),
    )


def _profile_row(member_id: bytes, profile: Profile) -> tuple[object, ...]:
    birthday = profile.birthday
    return (
        member_id,
        profile.name,
        profile.language,
        None if birthday is None else birthday.month,
        None if birthday is None else birthday.day,
        None if birthday is None else birthday.year,
        profile.note,
    )


def _identifier_rows(member_id: bytes, profile: Profile) -> list[tuple[object, ...]]:
    return [
        (identifier.kind.value, identifier.value, member_id, place)
        for place, identifier in enumerate(profile.identifiers)
    ]


def _consent_row(member_id: bytes, consent: Consent, appended: Appended) -> tuple[object, ...]:
    return (
        None,
        appended.seq,
        member_id,
        consent.purpose,
        consent.channel,
        int(consent.granted),
        consent.text_version,
        consent.language,
        format_instant(consent.at),
        consent.operator_id,
        consent.till_id,
        consent.source,
    )


def _consent(row: Any) -> Consent:
    return Consent(
        purpose=row.purpose,
        channel=row.channel,
        granted=bool(row.granted),
        text_version=row.text_version,
        language=row.language,
        at=parse_instant(row.at),
        operator_id=row.operator_id,
        till_id=row.till_id,
        source=row.source,
    )
