"""Members and their profiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from posloyalty.domain.members.member import Consent, IdentifierKind, Member, MemberStatus, Profile
from posloyalty.services.ports.journal import Appended


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChange:
    """A member; `changed` grows with every change of the member."""

    changed: int
    member: Member
    last_visit: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCopy:
    """What the look-up cache copies of a member; `card` and `phone` are the first of each kind."""

    changed: int
    member_id: bytes
    status: MemberStatus
    name: str
    card: str | None
    phone: str | None
    home_store: str
    last_visit: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberBrief:
    """What a list shows of a member; `phone` is empty without one. Not `complete` where the till
    has the profile alone.
    """

    member_id: bytes
    status: MemberStatus
    name: str
    phone: str
    last_visit: datetime | None
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSeen:
    """A member who comes to the counter: with the sales that the till knows of, how many and when
    the last was; not `complete` where it has the profile alone.
    """

    member: Member
    purchases: int
    last_visit: datetime | None
    complete: bool


class MemberReads(Protocol):
    """Members and their profiles."""

    def by_id(self, member_id: bytes) -> Member | None:
        """A member with profile and the newest consent per purpose and channel."""
        ...

    def seen(self, member_id: bytes) -> MemberSeen | None:
        """The same with what stands beside it, read in one."""
        ...

    def briefs(self, member_ids: Sequence[bytes]) -> dict[bytes, MemberBrief]:
        """Several members at once, at most 50; unknown ids are not in the answer."""
        ...

    def by_identifier(self, kind: IdentifierKind, value: str) -> tuple[bytes, ...]:
        """Ids of the members found by exactly this value."""
        ...

    def by_foreign_id(self, value: str) -> bytes | None:
        """The member that an import brought along under this id."""
        ...

    def count(self) -> int:
        """How many members there are."""
        ...

    def changes(self, *, after: int, limit: int) -> tuple[MemberChange, ...]:
        """Members changed after a mark (profile, status, sale), in the order of their changes."""
        ...

    def copies(self, *, after: int, limit: int) -> tuple[MemberCopy, ...]:
        """What is found of members changed after a mark, in the order of their changes."""
        ...

    def known(self, member_ids: Sequence[bytes]) -> frozenset[bytes]:
        """Those of some members, at most 50, of whom the book has anything."""
        ...

    def consents(self, member_id: bytes) -> tuple[Consent, ...]:
        """Every answer, oldest first."""
        ...


class Members(MemberReads, Protocol):
    """Writing members; the journal event that says so is appended by the caller, before."""

    def add(self, member: Member, *, appended: Appended) -> None:
        """A new member with profile, identifiers and consents."""
        ...

    def add_many(self, members: Sequence[tuple[Member, Appended]]) -> None:
        """Many new members, for imports."""
        ...

    def save_profile(self, member_id: bytes, profile: Profile, *, appended: Appended) -> None:
        """Replace a member's profile and identifiers."""
        ...

    def set_status(self, member_id: bytes, status: MemberStatus, *, appended: Appended) -> None:
        """Change a member's status."""
        ...

    def count_purchases(self, member_id: bytes, more: int) -> None:
        """Sales elsewhere, of which this till heard, that a first purchase does not come before."""
        ...

    def add_consent(self, member_id: bytes, consent: Consent, *, appended: Appended) -> None:
        """Append one answer."""
        ...
