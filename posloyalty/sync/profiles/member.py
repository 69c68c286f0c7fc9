"""A till's member as a travelling record, and back.

Shape: the book keeps the profile as the counter uses it, and beside it `ProfileMarks`: when and
where each field was said last, and which refusals are known and covered. Both together are the
record. Where a book has no mark, the field was said when the member joined; a day earlier, so that
no zone makes that later than a change of the same day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

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
from posloyalty.sync.profiles.record import (
    FIELDS,
    IDENTIFIERS,
    Answers,
    Evidence,
    Mark,
    Marks,
    ProfileRecord,
    Said,
    agreeing,
    later,
    refusing,
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
_DAY_MS: Final = 86_400_000


class ProfileMarks(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When and where what a book has of a member was said. `fields` gives (mark, till)."""

    fields: dict[str, tuple[Mark, str]] = {}
    consents: dict[str, tuple[Marks, Marks]] = {}
    revoked: int = 0


def record_of(
    member: Member, consents: Iterable[Consent], marks: ProfileMarks, *, revoked: int = 0
) -> ProfileRecord:
    """What a book knows of a member; `consents` are all answers in the order of the book."""
    first = first_mark(member.joined_on)
    told = values_of(member.profile)
    fields = {
        name: Said(told[name], *marks.fields.get(name, (first, "")))
        for name in FIELDS
        if told[name] or name in marks.fields
    }
    return ProfileRecord(
        member=member.id.hex(),
        joined=member.joined_on.isoformat(),
        store=member.home_store,
        fields=dict(sorted(fields.items())),
        consents=dict(sorted(answers_of(consents, marks).items())),
        revoked=max(revoked, marks.revoked),
    )


def first_mark(joined: date) -> Mark:
    """The mark of what was said when somebody joined."""
    ms = (datetime(joined.year, joined.month, joined.day, tzinfo=UTC) - _EPOCH) // _MS
    return (max(0, ms - _DAY_MS), 0)


def values_of(profile: Profile) -> dict[str, tuple[str, ...]]:
    """Each field's values as they travel."""
    found: dict[str, tuple[str, ...]] = {
        "name": _some(profile.name),
        "language": _some(profile.language),
        "birthday": _some(_birthday_text(profile.birthday)),
        "note": _some(profile.note),
    }
    for kind in IDENTIFIERS:
        found[kind] = tuple(one.value for one in profile.identifiers if one.kind.value == kind)
    return found


def answers_of(consents: Iterable[Consent], marks: ProfileMarks) -> dict[str, Answers]:
    """What was answered for each purpose and channel."""
    found: dict[str, Answers] = {}
    for one in consents:
        key, said = consent_key(one.purpose, one.channel), evidence_of(one)
        change = agreeing if one.granted else refusing
        found[key] = change(found.get(key, Answers()), said)
    for key, (refused, covered) in marks.consents.items():
        found[key] = replace(found.get(key, Answers()), refused=refused, covered=covered)
    return found


def changed_marks(
    before: Profile, after: Profile, marks: ProfileMarks, *, joined: date, now: Mark, till: str
) -> ProfileMarks:
    """The marks once the fields that differ were said here and now."""
    was, told, first = values_of(before), values_of(after), first_mark(joined)
    fields = dict(marks.fields)
    for name in FIELDS:
        if was[name] != told[name]:
            known, _ = fields.get(name, (first, ""))
            fields[name] = (later(known, now), till)
    return replace(marks, fields=fields)


def answered_marks(
    before: Sequence[Consent], answer: Consent, marks: ProfileMarks, *, now: Mark, name: str
) -> ProfileMarks:
    """The marks once somebody answered here and now; `name` is an id that nothing else has."""
    key = consent_key(answer.purpose, answer.channel)
    known = answers_of(before, marks).get(key, Answers())
    said = replace(evidence_of(answer), mark=now)
    found = agreeing(known, said) if answer.granted else refusing(known, said, name=name)
    return replace(marks, consents={**marks.consents, key: (found.refused, found.covered)})


def marks_of(record: ProfileRecord) -> ProfileMarks:
    """The marks of a record that was heard."""
    return ProfileMarks(
        fields={name: (said.mark, said.till) for name, said in record.fields.items()},
        consents={key: (one.refused, one.covered) for key, one in record.consents.items()},
        revoked=record.revoked,
    )


def member_of(record: ProfileRecord, *, taken: Sequence[str] = ()) -> Member:
    """The member that a record tells of, without a card that belongs to somebody else (`taken`).

    Raises ValueError for what no till writes.
    """
    birthday = record.values("birthday")
    return Member(
        id=bytes.fromhex(record.member),
        status=MemberStatus.ACTIVE,
        joined_on=date.fromisoformat(record.joined),
        home_store=record.store,
        profile=Profile(
            name=_first(record.values("name")),
            identifiers=tuple(
                Identifier(IdentifierKind(kind), value)
                for kind in IDENTIFIERS
                if kind not in taken or kind not in ONCE_A_BOOK
                for value in record.values(kind)
            ),
            language=_first(record.values("language")),
            birthday=_birthday(birthday[0]) if birthday else None,
            note=_first(record.values("note")),
        ),
        consents=tuple(
            consent_of(key, said, granted=one.granted)
            for key, one in record.consents.items()
            if (said := one.counts) is not None
        ),
    )


def is_sound(record: ProfileRecord) -> bool:
    """Whether a record is within all bounds and every till can read all of it."""
    try:
        msgspec.json.decode(msgspec.json.encode(record), type=ProfileRecord)
        member_of(record)
        for key, answers in record.consents.items():
            for granted, said in ((True, answers.yes), (False, answers.no)):
                if said is not None:
                    consent_of(key, said, granted=granted)
    except (msgspec.MsgspecError, ValueError, OverflowError):
        return False
    return True


ONCE_A_BOOK: Final = ("card", "foreign")
"""What a book holds for one member only; a phone number that two members give finds both."""


def consent_key(purpose: str, channel: str) -> str:
    """How answers are told apart."""
    return f"{purpose}/{channel}"


def evidence_of(consent: Consent) -> Evidence:
    """An answer as it travels."""
    return Evidence(
        mark=((consent.at - _EPOCH) // _MS, 0),
        till=consent.till_id.hex(),
        at=format_instant(consent.at),
        text=consent.text_version,
        lang=consent.language,
        actor=consent.operator_id.hex(),
        source=consent.source,
    )


def consent_of(key: str, said: Evidence, *, granted: bool) -> Consent:
    """An answer as the book keeps it."""
    purpose, _, channel = key.partition("/")
    return Consent(
        purpose=purpose,
        channel=channel,
        granted=granted,
        text_version=said.text,
        language=said.lang,
        at=parse_instant(said.at),
        operator_id=bytes.fromhex(said.actor),
        till_id=bytes.fromhex(said.till),
        source=said.source,
    )


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _first(values: tuple[str, ...]) -> str:
    return values[0] if values else ""


def _birthday_text(birthday: Birthday | None) -> str:
    if birthday is None:
        return ""
    day = f"{birthday.month:02d}-{birthday.day:02d}"
    return day if birthday.year is None else f"{birthday.year:04d}-{day}"


def _birthday(text: str) -> Birthday:
    *year, month, day = text.split("-")
    return Birthday(int(month), int(day), int(year[0]) if year else None)
