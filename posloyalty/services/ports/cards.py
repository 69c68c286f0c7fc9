"""Cards that this till issued, what was withdrawn, and the till's keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from posloyalty.services.ports.journal import Appended


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCard:
    """A card that this till issued: token text, short code and when it stopped being good."""

    id: bytes
    member_id: bytes
    key_id: int
    short_code: str
    token_text: str
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TillKey:
    """An Ed25519 key of this till. The seed never leaves the encrypted book."""

    key_id: int
    seed: bytes
    public_key: bytes
    certificate: bytes
    made_at: datetime
    retires_at: datetime | None = None


class TokenReads(Protocol):
    """Cards, revocations and the till's keys."""

    def current(self, member_id: bytes) -> IssuedCard | None:
        """The member's newest card that was not revoked."""
        ...

    def by_short_code(self, short_code: str) -> IssuedCard | None:
        """A card by its short human code, revoked or not."""
        ...

    def revoked_before(self, member_id: bytes) -> datetime | None:
        """Tokens of this member issued before this instant are withdrawn."""
        ...

    def keys(self) -> tuple[TillKey, ...]:
        """The till's keys, oldest first; the last one signs."""
        ...


class Tokens(TokenReads, Protocol):
    """Writing cards; the caller appends CardIssue or CardRevoke before."""

    def issue(self, card: IssuedCard, *, appended: Appended) -> None:
        """Keep a card."""
        ...

    def issue_many(self, cards: Sequence[tuple[IssuedCard, Appended]]) -> None:
        """Keep many cards, for imports."""
        ...

    def revoke(self, member_id: bytes, *, before: datetime, appended: Appended) -> None:
        """Withdraw every token of a member that was issued before an instant."""
        ...

    def add_key(self, key: TillKey) -> None:
        """Keep a new key of the till; it signs from now on."""
        ...
