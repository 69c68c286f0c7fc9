"""What finding members needs of the look-up cache: rows by card, phone, digits and name.

The cache copies the book and may be gone or behind; `services/members/find_member` reads what it
shows from the book and takes from here only who might be meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Found:
    """A member as the look-up cache knows them. `last_visit` is a day number, 0 for never."""

    member_id: bytes
    name: str
    card: str | None
    phone: str | None
    home: bool
    last_visit: int


class MemberLookUp(Protocol):
    """Finding members; every list is bounded by `limit`, the home store and last visit first."""

    @property
    def ready(self) -> bool:
        """Whether everybody can be found; before, names and digits may find nobody, or a few."""
        ...

    @property
    def count(self) -> int:
        """How many members there are on this till."""
        ...

    def by_id(self, member_id: bytes) -> Found | None:
        """One member, whether the book has them or the roll alone."""
        ...

    def by_card(self, code: str) -> bytes | None:
        """The member of a canonical short code."""
        ...

    def by_phone(self, digits: str) -> bytes | None:
        """The member of a whole phone number in digits."""
        ...

    def by_last_digits(self, digits: str, limit: int) -> list[Found]:
        """Members whose phone ends in these four digits."""
        ...

    def by_phone_start(self, digits: str, limit: int) -> list[Found]:
        """Members whose phone begins with these digits."""
        ...

    def by_name(self, text: str, limit: int) -> list[Found]:
        """Members whose name, pinyin or initials begin with every word of the text."""
        ...
