"""Members: who they are, by what they are found, and what they agreed to.

Personal data travels beside the journal, never in it: the journal knows a member by a
random 16-byte id, and the `Profile` is a record of its own that can be erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from posloyalty.domain.values.quick_init import quickly_made


class MemberStatus(StrEnum):
    """Only ACTIVE members earn and spend."""

    ACTIVE = "active"
    FROZEN = "frozen"
    CLOSED = "closed"
    ERASED = "erased"


class IdentifierKind(StrEnum):
    """By what a member is found, or shown. CARD is the short human code that is also printed on the
    card, NICKNAME what stands on boards.
    """

    CARD = "card"
    PHONE = "phone"
    EMAIL = "email"
    FOREIGN = "foreign"
    NICKNAME = "nickname"


@quickly_made
@dataclass(frozen=True, slots=True)
class Identifier:
    """One way to find a member; `value` is normalised (digits only for phones)."""

    kind: IdentifierKind
    value: str


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One answer, append-only: a later one for the same purpose and channel replaces an earlier."""

    purpose: str
    channel: str
    granted: bool
    text_version: str
    language: str
    at: datetime
    operator_id: bytes
    till_id: bytes
    source: str


@dataclass(frozen=True, slots=True)
class Birthday:
    """Month and day, and the year when the member told us."""

    month: int
    day: int
    year: int | None = None


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A member's personal data: everything that erasing removes."""

    name: str
    identifiers: tuple[Identifier, ...] = ()
    language: str = ""
    birthday: Birthday | None = None
    note: str = ""


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member as the till knows them."""

    id: bytes
    status: MemberStatus
    joined_on: date
    home_store: str
    profile: Profile
    consents: tuple[Consent, ...] = ()

    def identifier(self, kind: IdentifierKind) -> str | None:
        """The first identifier of a kind, or None."""
        for identifier in self.profile.identifiers:
            if identifier.kind is kind:
                return identifier.value
        return None


def masked_name(name: str) -> str:
    """A name as a customer may see it: the first character and the last of longer Latin names.

    "王小雨" becomes "王**", "Anna Maria Lopez" becomes "Anna L.", "Al" becomes "A*".
    """
    words = name.split()
    if not words:
        return ""
    latin = all(ord(ch) < 0x2E80 for ch in name)
    if latin and len(words) > 1:
        return f"{words[0]} {words[-1][0]}."
    whole = "".join(words)
    return whole[0] + "*" * min(2, len(whole) - 1)


def masked_phone(digits: str) -> str:
    """A phone with its middle hidden: 13812346021 becomes "138 **** 6021"."""
    if len(digits) < 7:
        return "*" * max(0, len(digits) - 2) + digits[-2:]
    return f"{digits[:3]} **** {digits[-4:]}"
