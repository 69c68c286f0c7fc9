"""Keys that sign member tokens, in memory; the till's and head office's lie in their databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from posloyalty.domain.members.card_token import KeyTerms, key_mark

FOR_EVER = KeyTerms()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKey:
    """A public key that signs tokens, with its number in its till's book."""

    key_id: int
    public_key: bytes
    terms: KeyTerms = FOR_EVER


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys in memory, several at a time so that keys can be changed without new cards."""

    keys: tuple[TokenKey, ...] = ()

    def candidates(self, key_id: int) -> Iterator[bytes]:
        """The keys with this id or mark."""
        for key in self.keys:
            if key_id in (key.key_id, key_mark(key.public_key)):
                yield key.public_key

    def terms(self, public_key: bytes) -> KeyTerms | None:
        """The terms of the first key of these bytes."""
        return next((key.terms for key in self.keys if key.public_key == public_key), None)
