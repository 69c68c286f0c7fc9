"""What the book keeps beside a member's profile, so that it can travel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from posloyalty.domain.members.member import Member
from posloyalty.services.ports.journal import Appended
from posloyalty.sync.profiles.member import ProfileMarks
from posloyalty.sync.profiles.record import ProfileRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileNote:
    """When and where things were said. `waits`: head office has not heard all of it; `taken` are
    the fields that another member said first. `met` is None where the till knows all of the member,
    0 where it has the profile alone, else where in the journal it asked for the rest.
    """

    marks: ProfileMarks
    waits: bool
    taken: tuple[str, ...] = ()
    met: int | None = None


class There(Enum):
    """What the book has of a member who is heard of: nothing, who they are, or that their record
    became another's name, which it is no more.
    """

    NEW = auto()
    KNOWN = auto()
    AGAIN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardProfile:
    """A record for the book, as a member, what was `there` of them, and whether something of it is
    this till's own and not sent yet.
    """

    record: ProfileRecord
    member: Member
    there: There
    waits: bool = False
    taken: tuple[str, ...] = ()


class ProfileNoteReads(Protocol):
    """The notes."""

    def waiting(self, *, most: int) -> tuple[bytes, ...]:
        """Members of whom head office has not heard everything."""
        ...

    def note(self, member_id: bytes) -> ProfileNote | None:
        """The note of a member; None for somebody who is not in the book, or no more."""
        ...

    def record(self, member_id: bytes) -> ProfileRecord | None:
        """All that the book knows of who a member is; None as above."""
        ...

    def is_stranger(self, member_id: bytes) -> bool:
        """Whether the till has the profile alone and has not asked for the rest."""
        ...

    def now(self, member_id: bytes) -> bytes:
        """Who a member is now: themselves, or whoever stays of two records that became one."""
        ...

    def asks(self) -> bool:
        """Whether the rest of anybody was asked for and has not come."""
        ...


class ProfileNotes(ProfileNoteReads, Protocol):
    """Changing them."""

    def rename(self, goes: bytes, stays: bytes) -> None:
        """One record is from now on another name of the other one."""
        ...

    def sent(self, records: Sequence[ProfileRecord]) -> None:
        """Head office has these; what was said since goes on waiting."""
        ...

    def meet(self, member_ids: Sequence[bytes], *, appended: Appended) -> None:
        """The event at this place asks for the rest of these."""
        ...

    def told_through(self, seq: int) -> None:
        """Head office has told everything that was asked for up to this place."""
        ...

    def send_all_again(self) -> None:
        """Head office may have lost anything."""
        ...

    def hear(self, heard: Sequence[HeardProfile], *, appended: Appended) -> None:
        """Put records into the book as they are, those of new members too."""
        ...
