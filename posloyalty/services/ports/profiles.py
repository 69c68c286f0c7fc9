"""What the book keeps beside a member's profile, so that it can travel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from posloyalty.services.ports.journal import Appended
from posloyalty.sync.profiles.member import ProfileMarks
from posloyalty.sync.profiles.record import ProfileRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileNote:
    """When and where things were said. `waits`: head office has not heard all of it; `taken` are
    the fields that another member said first.
    """

    marks: ProfileMarks
    waits: bool
    taken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardProfile:
    """A record for the book, and whether something of it is this till's own and not sent yet."""

    record: ProfileRecord
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


class ProfileNotes(ProfileNoteReads, Protocol):
    """Changing them."""

    def sent(self, records: Sequence[ProfileRecord]) -> None:
        """Head office has these; what was said since goes on waiting."""
        ...

    def send_all_again(self) -> None:
        """Head office may have lost anything."""
        ...

    def hear(self, heard: Sequence[HeardProfile], *, appended: Appended) -> None:
        """Put records into the book as they are, those of new members too."""
        ...
