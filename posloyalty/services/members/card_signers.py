"""The keys that may have signed a member's card, as one till knows them: its own, and those of the
chain for which head office vouches.

Shape: `Signers(reader, member_id)` answers `card_token.verify`: which keys to try for a card of
this member, and how far the one is good that signed it. What head office said of it is proved
again then, against the head office that the till has now; so a row that somebody else put there,
and a key of another chain, sign nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from posloyalty.domain.members.card_token import (
    NUMBERED,
    KeyTerms,
    MemberToken,
    Revocations,
    key_mark,
)
from posloyalty.services.book.signing import verify
from posloyalty.services.office.joined_office import has_joined
from posloyalty.services.ports import Reader
from posloyalty.sync.wire.card_keys import BadKey, opened


class Signers:
    """Implements `card_token.Keys` on a reader."""

    def __init__(self, reader: Reader, member_id: bytes) -> None:
        self._reader = reader
        self._member_id = member_id
        own = reader.tokens.keys()
        self._own = {one.public_key: one for one in own}
        self.joined = has_joined(reader.settings)

    def candidates(self, key_id: int) -> Iterator[bytes]:
        """The till's own keys, then those with the mark; of a card of an earlier release all, the
        tills of the member's own store first.
        """
        for public_key, key in self._own.items():
            if key_id in (key.key_id, key_mark(public_key)):
                yield public_key
        if not self.joined:
            return
        keys = self._reader.card_keys
        tried = set(self._own)
        marked = keys.marked(key_id)
        for public_key in chain(marked, self._all()) if key_id == NUMBERED else marked:
            if public_key not in tried:
                tried.add(public_key)
                yield public_key

    def terms(self, public_key: bytes) -> KeyTerms | None:
        """How far a key is good."""
        own = self._own.get(public_key)
        if own is not None:
            return KeyTerms(retires_at=own.retires_at)
        # Late: a till that stands alone, and the first scan, need nothing of how it is reached.
        from posloyalty.services.office.join_head_office import kept_facts

        facts = kept_facts(self._reader.settings)
        if facts is None:
            return None
        office_key = bytes.fromhex(facts.office_key)
        for sealed in self._reader.card_keys.statements(public_key):
            try:
                key = opened(
                    sealed,
                    office=facts.office,
                    verify=lambda said, by: verify(office_key, said, by),
                )
            except BadKey:
                continue
            if key.key == public_key.hex():
                return key.terms()
        return None

    def _all(self) -> Iterator[bytes]:
        """Asked for when everything before was tried."""
        member = self._reader.members.by_id(self._member_id)
        home = self._reader.facts.store_code if member is None else member.home_store
        yield from self._reader.card_keys.all(first=home)


def revocations(reader: Reader, token: MemberToken, member_id: bytes) -> Revocations:
    """What is revoked for the member that a token names, by that name and the one of now."""
    found = (reader.tokens.revoked_before(one) for one in {token.member_id, member_id})
    before = max((one for one in found if one is not None), default=None)
    return Revocations() if before is None else Revocations(issued_before={token.member_id: before})
