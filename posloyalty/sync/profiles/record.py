"""A member's profile as it travels beside the journal, and how two tellings of it become one.

Shape: a `ProfileRecord` has a field for each thing that is known, with the mark of when and where
it was said, and the answers for each purpose and channel. `merged(one, other)` is the same in
whatever order and however often records meet:

- each field is the latest that was said, by hybrid time, then till, then words;
- a consent is refused while there is a refusal that nobody had known of who agreed later. Clocks of
  different tills are never compared: each refusal has a name of its own (`refused`), and agreeing
  covers the refusals that were known where somebody agreed (`covered`). A till's name would not do:
  a book that was put back has forgotten what it refused, and refuses anew;
- cards issued before `revoked` are no longer good, by the latest word.

Personal data: nothing of it is ever in an event. Marks are (ms since 1970 UTC, counter).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final

from msgspec import Meta, Struct
from msgspec.structs import replace

from posloyalty.domain.values.identifiers import derive_id

IDENTIFIERS: Final = ("card", "phone", "email", "foreign", "nickname")
ONE_OWNER: Final = ("card", "phone", "email", "foreign")
"""What belongs to one member only; two who both say it are a conflict, which head office names."""
FIELDS: Final = ("name", "language", "birthday", "note", *IDENTIFIERS)
VALUES_MAX: Final = 16
TILLS_MAX: Final = 512
CONSENTS_MAX: Final = 64
OWN_NAMES_MAX: Final = 64
"""From so many refusals of one thing on, a till's refusals share its own name, so that a record
stays small; records that were told before refusals had names did so from the first on."""

Id = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Mark = tuple[Count, Count]
Marks = Annotated[dict[Id, Mark], Meta(max_length=TILLS_MAX)]
Value = Annotated[str, Meta(max_length=500, pattern=r"^[^\x00]*$")]
Word = Annotated[str, Meta(max_length=64, pattern=r"^[^\x00]*$")]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
FieldName = Annotated[str, Meta(pattern="^[a-z_]{1,32}$")]
ConsentKey = Annotated[str, Meta(pattern="^[^/]{1,64}/[^/]{0,64}$")]


class Said(Struct, frozen=True, array_like=True):
    """What was said of a field, when and at which till; without values: that there is nothing."""

    values: Annotated[tuple[Value, ...], Meta(max_length=VALUES_MAX)]
    mark: Mark
    till: Annotated[str, Meta(pattern="^([0-9a-f]{32})?$")]

    @property
    def order(self) -> tuple[Mark, str, tuple[str, ...]]:
        """The greatest of all is what counts."""
        return (self.mark, self.till, self.values)


class Evidence(Struct, frozen=True, array_like=True):
    """One answer for a purpose and channel: when (the mark, and the instant as text), at which
    till, with which wording in which language, before which operator, by which way.
    """

    mark: Mark
    till: Id
    at: Word
    text: Word
    lang: Word
    actor: Id
    source: Word


class Answers(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that was answered for one purpose and channel, as far as it still matters.

    `yes` and `no` are the latest evidence of each. Both maps only ever grow; their keys name
    refusals: an id of its own, or the till's (`refusing`).
    """

    refused: Marks = {}
    covered: Marks = {}
    yes: Evidence | None = None
    no: Evidence | None = None

    @property
    def granted(self) -> bool:
        """Whether the member agrees: somebody agreed, and knew of every refusal."""
        known = all(self.covered.get(till, (0, 0)) >= mark for till, mark in self.refused.items())
        return self.yes is not None and known

    @property
    def counts(self) -> Evidence | None:
        """The answer that counts."""
        return self.yes if self.granted else self.no


class ProfileRecord(Struct, frozen=True, kw_only=True):
    """All that is known of who a member is. `revoked` is in seconds since 1970 UTC, 0 for never."""

    member: Id
    joined: Day
    store: Word
    fields: Annotated[dict[FieldName, Said], Meta(max_length=32)] = {}
    consents: Annotated[dict[ConsentKey, Answers], Meta(max_length=CONSENTS_MAX)] = {}
    revoked: Count = 0

    def values(self, field: str) -> tuple[str, ...]:
        """What is known of a field; nothing where nobody said anything."""
        said = self.fields.get(field)
        return () if said is None else said.values


def merged(one: ProfileRecord, other: ProfileRecord) -> ProfileRecord:
    """Two tellings of one member as one."""
    if one.member != other.member:
        raise ValueError("records of two members are not two tellings of one")
    first = min(one, other, key=lambda each: (each.joined, each.store))
    return ProfileRecord(
        member=one.member,
        joined=first.joined,
        store=first.store,
        fields=_fields(one, other),
        consents=_consents(one, other),
        revoked=max(one.revoked, other.revoked),
    )


def one_member(stays: ProfileRecord, goes: ProfileRecord) -> ProfileRecord:
    """Two records that turned out to be one member: whatever found the one that goes finds the one
    that stays, and a refusal to either stands.
    """
    fields = dict(stays.fields)
    for kind in IDENTIFIERS:
        ours, theirs = stays.fields.get(kind), goes.fields.get(kind)
        if theirs is None or not theirs.values:
            continue
        if ours is None:
            fields[kind] = theirs
            continue
        latest = max(ours, theirs, key=lambda said: (said.mark, said.till))
        values = tuple(dict.fromkeys((*ours.values, *theirs.values)))[:VALUES_MAX]
        fields[kind] = Said(values, later(latest.mark, (0, 0)), latest.till)
    revoked = max(stays.revoked, goes.revoked)
    return replace(stays, fields=fields, consents=_consents(stays, goes), revoked=revoked)


def said_late(stays: ProfileRecord, goes: ProfileRecord) -> ProfileRecord:
    """What a till still tells under the name that went: a refusal stands, and cards that were
    withdrawn are; whatever else is known of who stays counts. Telling it again changes nothing.
    """
    revoked = max(stays.revoked, goes.revoked)
    return replace(stays, consents=_consents(stays, goes), revoked=revoked)


def under_name(record: ProfileRecord, stays: str) -> ProfileRecord:
    """A record as it is told under the name of who stays.

    Its refusals are other ones than a till's for who stays, though the same till heard both: else
    whoever agreed knowing of the one would seem to have known of the other.
    """
    consents = {key: _moved(one, record.member) for key, one in record.consents.items()}
    return replace(record, member=stays, consents=consents)


def later(known: Mark, now: Mark) -> Mark:
    """The mark of what is said now by somebody who knew what was marked `known`.

    However far ahead the clock was of whoever said that: whoever changes it has the last word.
    """
    return now if now > known else (known[0], known[1] + 1)


def refusing(answers: Answers, no: Evidence, *, name: str = "") -> Answers:
    """Somebody refuses: another refusal than any before, so that nobody has known of it yet.

    `name` is an id that nothing else has. Without one the till's own is taken, which is right while
    its book was never put back: who covers the later of two of its refusals then knew of both.
    """
    own = name if len(answers.refused) < OWN_NAMES_MAX else ""
    key = own or no.till
    known = answers.refused.get(key)
    mark = no.mark if known is None else later(known, no.mark)
    return replace(answers, refused={**answers.refused, key: mark}, no=no)


def agreeing(answers: Answers, yes: Evidence) -> Answers:
    """Somebody agrees, and knows of every refusal that is known here."""
    return replace(answers, covered=_latest(answers.covered, answers.refused), yes=yes)


def both(one: Answers, other: Answers) -> Answers:
    """What was answered at two places."""
    return Answers(
        refused=_latest(one.refused, other.refused),
        covered=_latest(one.covered, other.covered),
        yes=_newer(one.yes, other.yes),
        no=_newer(one.no, other.no),
    )


def fits(record: ProfileRecord) -> bool:
    """Whether everything that grows is still within its bounds, so that all can read the record."""
    answers = record.consents.values()
    return len(record.consents) <= CONSENTS_MAX and all(
        max(len(one.refused), len(one.covered)) <= TILLS_MAX for one in answers
    )


REVOKED: Final = "cards revoked"
"""No field's name."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A word whose mark was too far ahead of head office when it first came: which word it was
    (`field`, `till`, `mark`), and as when it counts.

    `field` is `REVOKED` for the withdrawal of cards, whose mark is in seconds, of no till.
    """

    field: str
    till: str
    mark: Mark
    counts: Mark


def bounded(
    record: ProfileRecord, known: ProfileRecord | None, before: Iterable[Ahead], most_ms: int
) -> tuple[ProfileRecord, tuple[Ahead, ...]]:
    """The record without marks later than `most_ms`: a clock that is ahead wins nothing by it. With
    it the words that are dated anew, which the caller keeps and gives as `before` next time.

    A word is dated once, when it first comes: told again an hour later it must not beat what was
    said since. It counts right behind what is `known` where it is later than that, because its
    till may have known of it; never before.
    """
    dated = {(one.field, one.till, one.mark): one.counts for one in before}
    new: list[Ahead] = []

    def counts(field: str, till: str, mark: Mark, behind: Mark | None, most: Mark) -> Mark:
        found = dated.get((field, till, mark))
        if found is not None or mark[0] <= most[0]:
            return found or mark
        follows = behind is not None and most <= behind < mark
        as_of = later(behind, most) if follows and behind is not None else most
        new.append(Ahead(field, till, mark, as_of))
        return as_of

    fields = {}
    for name, said in record.fields.items():
        ours = None if known is None else known.fields.get(name)
        behind = None if ours is None else ours.mark
        mark = counts(name, said.till, said.mark, behind, (most_ms, 0))
        fields[name] = said if mark == said.mark else Said(said.values, mark, said.till)
    revoked, _ = counts(REVOKED, "", (record.revoked, 0), None, (most_ms // 1000, 0))
    return replace(record, fields=fields, revoked=revoked), tuple(new)


def _fields(one: ProfileRecord, other: ProfileRecord) -> dict[str, Said]:
    found = dict(one.fields)
    for name, said in other.fields.items():
        ours = found.get(name)
        found[name] = said if ours is None else max(ours, said, key=lambda each: each.order)
    return dict(sorted(found.items()))


def _consents(one: ProfileRecord, other: ProfileRecord) -> dict[str, Answers]:
    found = dict(one.consents)
    for key, answers in other.consents.items():
        found[key] = both(found[key], answers) if key in found else answers
    return dict(sorted(found.items()))


def _moved(answers: Answers, goes: str) -> Answers:
    def moved(marks: Marks) -> dict[str, Mark]:
        return {derive_id("said as", till, goes).hex(): mark for till, mark in marks.items()}

    return replace(answers, refused=moved(answers.refused), covered=moved(answers.covered))


def _latest(one: dict[str, Mark], other: dict[str, Mark]) -> dict[str, Mark]:
    return {
        till: max(one.get(till, (0, 0)), other.get(till, (0, 0)))
        for till in sorted(one.keys() | other.keys())
    }


def _newer(one: Evidence | None, other: Evidence | None) -> Evidence | None:
    found = [each for each in (one, other) if each is not None]
    return max(found, key=_order, default=None)


def _order(each: Evidence) -> tuple[object, ...]:
    return (each.mark, each.till, each.at, each.text, each.lang, each.actor, each.source)
