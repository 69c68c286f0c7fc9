"""The keys of a chain's tills, which sign members' cards and receipts, as head office told."""

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

    def of_half(self, half: bytes) -> tuple[SealedKey, ...]:
        """What was told of tills by the first 8 bytes of their ids, as receipts name them."""
        ...

    def of_stores(self, label: str) -> tuple[SealedKey, ...]:
        """What was told of the tills of each store with whose code this text begins ("S1-T2")."""
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
