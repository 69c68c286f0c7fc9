"""The keys of a chain's tills that sign members' cards, as head office told of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from posloyalty.sync.wire.card_keys import CardKey, SealedKey


class CardKeyReads(Protocol):
    """Reading them."""

    def marked(self, mark: int) -> Iterator[bytes]:
        """The public keys with a mark (`card_token.key_mark`)."""
        ...

    def all(self, *, first: str) -> Iterator[bytes]:
        """Every public key, those of a store's tills first."""
        ...

    def statements(self, public_key: bytes) -> tuple[SealedKey, ...]:
        """What was told of a key; more than one only where two tills have it."""
        ...

    def told(self, till_id: bytes) -> CardKey | None:
        """What is known of a till's key."""
        ...

    def count(self) -> int:
        """How many there are."""
        ...


class CardKeys(CardKeyReads, Protocol):
    """Writing them."""

    def keep(self, key: CardKey, sealed: SealedKey) -> None:
        """Keep what is told of a till, in place of what was."""
        ...

    def forget(self) -> None:
        """Keep none: the till is of another chain."""
        ...
