"""What a till without a disk knows of who its members are, by the rules of a real book.

Shape: `Kept` is the part of the book, copied and put back with the rest of it; `SmallProfiles` is
as much of a book as `ShareProfiles` asks for, and what a counter does with profiles. Whose word
counts is the product's own: marks and records come from `sync/profiles`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import SimpleNamespace

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.members.member import Consent, Member, MemberStatus, Profile
from posloyalty.domain.values.calendar import format_instant
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.ports import StoredProgramme
from posloyalty.services.ports.profiles import HeardProfile, ProfileNote, There
from posloyalty.sync import events
from posloyalty.sync.hlc import Hlc, tick, wall_ms
from posloyalty.sync.profiles.member import (
    ONCE_A_BOOK,
    ProfileMarks,
    answered_marks,
    changed_marks,
    consent_key,
    marks_of,
    record_of,
)
from posloyalty.sync.profiles.record import Mark, ProfileRecord
from tests.sync.fleet import SmallTill

NOTHING = frozenset[str]()
ENDED = (MemberStatus.CLOSED, MemberStatus.ERASED)


@dataclass
class Kept:
    """What the book has. `behind` is what of each member's words this till had heard of, by the
    names that the world gives them: nothing of the product reads it.
    """

    settings: dict[str, str] = field(default_factory=dict)
    members: dict[bytes, Member] = field(default_factory=dict)
    answers: dict[bytes, tuple[Consent, ...]] = field(default_factory=dict)
    notes: dict[bytes, ProfileNote] = field(default_factory=dict)
    behind: dict[bytes, frozenset[str]] = field(default_factory=dict)
    hlc: Hlc = field(default_factory=lambda: Hlc(0))
    renamed: dict[bytes, bytes] = field(default_factory=dict)
    files: dict[bytes, StoredProgramme] = field(default_factory=dict)

    def copy(self) -> Kept:
        """As it is now; nothing in it is ever changed in its place."""
        return Kept(
            dict(self.settings),
            dict(self.members),
            dict(self.answers),
            dict(self.notes),
            dict(self.behind),
            self.hlc,
            dict(self.renamed),
            dict(self.files),
        )


class SmallProfiles:
    """`now` is the till's own time. It is its own reader and unit; `unit.members` and the others
    are it as well.
    """

    def __init__(self, till: SmallTill, kept: Callable[[], Kept], now: Callable[[], datetime]):
        self._till = till
        self._kept = kept
        self._now = now
        self.facts = SimpleNamespace(store_code=till.store)
        self.members = self.profiles = self.settings = self.journal = self

    # A book

    @contextmanager
    def read(self) -> Iterator[SmallProfiles]:
        """A snapshot; nothing else happens meanwhile."""
        yield self

    @contextmanager
    def write(self) -> Iterator[SmallProfiles]:
        """A transaction; nothing here fails in the middle of one."""
        yield self

    def commit(self) -> None:
        """It stays."""

    def get(self, key: str) -> str | None:
        """One setting."""
        return self._kept().settings.get(key)

    def put(self, given: Mapping[str, str]) -> None:
        """Write settings."""
        self._kept().settings.update(given)

    def stamp(self) -> SimpleNamespace:
        """When the next event is."""
        kept, at = self._kept(), self._now()
        kept.hlc = tick(kept.hlc, wall_ms(at))
        return SimpleNamespace(at=format_instant(at), hlc=(kept.hlc.ms, kept.hlc.counter))

    def append(self, event: events.Event) -> Mark:
        """Chain an event; what follows is marked by it."""
        self._till.append(event, Consequences())
        return event.hlc

    # Members

    def known(self, member_ids: Sequence[bytes]) -> frozenset[bytes]:
        """Those of whom the book has anything."""
        return frozenset(member_ids) & self._kept().members.keys()

    def by_id(self, member_id: bytes) -> Member | None:
        """A member with the answers that count."""
        member = self._kept().members.get(member_id)
        if member is None:
            return None
        last = {consent_key(c.purpose, c.channel): c for c in self._answers(member_id)}
        return replace(member, consents=tuple(last.values()))

    def add(self, member: Member) -> None:
        """Somebody joins here."""
        kept = self._kept()
        kept.members[member.id] = replace(member, consents=())
        kept.answers[member.id] = member.consents
        kept.notes[member.id] = ProfileNote(marks=ProfileMarks(), waits=True)

    def save_profile(self, member_id: bytes, profile: Profile, *, appended: Mark) -> None:
        """What differs was said now and here."""
        kept = self._kept()
        member, note = kept.members[member_id], kept.notes.get(member_id)
        if note is not None:
            marks = changed_marks(
                member.profile,
                profile,
                note.marks,
                joined=member.joined_on,
                now=appended,
                till=self._till.id.hex(),
            )
            kept.notes[member_id] = replace(note, marks=marks, waits=True)
        kept.members[member_id] = replace(member, profile=profile)

    def add_consent(self, member_id: bytes, consent: Consent, *, appended: Mark) -> None:
        """One answer, given now and here."""
        kept, note = self._kept(), self._kept().notes[member_id]
        name = derive_id("refusal", self._till.journal[-1].hash).hex()
        marks = answered_marks(
            self._answers(member_id), consent, note.marks, now=appended, name=name
        )
        kept.notes[member_id] = replace(note, marks=marks, waits=True)
        kept.answers[member_id] = (*self._answers(member_id), consent)

    def set_status(self, member_id: bytes, status: MemberStatus, *, appended: Mark) -> None:
        """Who is no more has nothing that could travel."""
        kept = self._kept()
        kept.members[member_id] = replace(kept.members[member_id], status=status)
        if status in ENDED:
            kept.notes.pop(member_id, None)
            kept.answers[member_id] = ()

    # Notes

    def waiting(self, *, most: int) -> tuple[bytes, ...]:
        """Members of whom head office has not heard everything."""
        return tuple(sorted(k for k, note in self._kept().notes.items() if note.waits))[:most]

    def note(self, member_id: bytes) -> ProfileNote | None:
        """The note of a member."""
        return self._kept().notes.get(member_id)

    def record(self, member_id: bytes) -> ProfileRecord | None:
        """All that the book knows of who a member is."""
        member, note = self._kept().members.get(member_id), self.note(member_id)
        if member is None or note is None:
            return None
        return record_of(member, self._answers(member_id), note.marks)

    def sent(self, records: Sequence[ProfileRecord]) -> None:
        """Head office has these; what was said since goes on waiting."""
        for record in records:
            member_id = bytes.fromhex(record.member)
            if self.record(member_id) == record:
                note = self._kept().notes[member_id]
                self._kept().notes[member_id] = replace(note, waits=False)

    def rename(self, goes: bytes, stays: bytes) -> None:
        """One record is from now on another name of the other one."""
        self._kept().renamed[goes] = stays

    def send_all_again(self) -> None:
        """Head office may have lost anything."""
        kept = self._kept()
        kept.notes = {key: replace(note, waits=True) for key, note in kept.notes.items()}

    def hear(self, heard: Sequence[HeardProfile], *, appended: Mark) -> None:
        """Put records into the book as they are."""
        for one in heard:
            self._free(one.member)
            self._hear(one)

    def _hear(self, one: HeardProfile) -> None:
        kept, member_id = self._kept(), one.member.id
        before = () if one.there is There.NEW else self._answers(member_id)
        if one.there is There.AGAIN:
            kept.renamed.pop(member_id, None)
        last = {consent_key(c.purpose, c.channel): c for c in before}
        more = (c for c in one.member.consents if last.get(consent_key(c.purpose, c.channel)) != c)
        kept.answers[member_id] = (*before, *more)
        kept.members[member_id] = replace(one.member, consents=())
        kept.notes[member_id] = ProfileNote(
            marks=marks_of(one.record), waits=one.waits, taken=one.taken
        )

    def _free(self, member: Member) -> None:
        """Who said first that a card is theirs has it here too."""
        theirs = {i for i in member.profile.identifiers if i.kind.value in ONCE_A_BOOK}
        kept = self._kept()
        for other in list(kept.members.values()) if theirs else ():
            if other.id != member.id and theirs & set(other.profile.identifiers):
                left = tuple(i for i in other.profile.identifiers if i not in theirs)
                profile = replace(other.profile, identifiers=left)
                kept.members[other.id] = replace(other, profile=profile)

    def _answers(self, member_id: bytes) -> tuple[Consent, ...]:
        return self._kept().answers.get(member_id, ())
