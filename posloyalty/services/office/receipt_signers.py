"""Whose receipts prove a sale at this till: its own, those of its chain, those that it was told to
trust.

Shape: `signer_of` answers for a receipt's till: its name, its keys with the days on which each may
sign, and whether it was revoked or is gone. For the tills of a chain head office vouches, by the
very statements that vouch for members' cards (`hear_card_keys.py`): a till has one key for both.
Each is proved again when it is asked for, against the head office that the till has now. Without
head office a manager trusts a till by its file (`trusted_tills.py`). Where both speak of a till, it
is revoked once either says so.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

from posloyalty.services.book.certificates import read_certificate
from posloyalty.services.office.till_name import till_name
from posloyalty.services.ports import Reader, TrustedTill, UnitOfWork
from posloyalty.sync.receipt_digest import TILL_BYTES
from posloyalty.sync.wire.card_keys import BadKey, CardKey, SealedKey


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerKey:
    """An Ed25519 public key and the business days on which it signs; one that this till has itself,
    or that head office vouches for, has none.
    """

    key: bytes
    first: date | None = None
    last: date | None = None

    def signs_on(self, day: date) -> bool:
        """Whether a receipt of a day may be signed with it."""
        begun = self.first is None or self.first <= day
        return begun and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs receipts: a till by the beginning of its receipt numbers, and its keys."""

    store: str
    code: str
    keys: tuple[SignerKey, ...]
    elsewhere: bool = False
    revoked_at: datetime | None = None
    gone: bool = False

    @property
    def label(self) -> str:
        """Store and till."""
        return f"{self.store}-{self.code}"


def signer_of(reader: Reader | UnitOfWork, half: bytes) -> Signer | None:
    """Who signs for a till, by the first half of its id; None for one that nobody vouches for."""
    facts = reader.facts
    if half == facts.till_id[:TILL_BYTES]:
        known = reader.tokens.keys()
        keys = tuple(SignerKey(key=one.public_key) for one in known)
        named = till_name(reader.settings, facts)
        return Signer(store=named.store, code=named.code, keys=keys)
    trusted, vouched = reader.tills.by_half(half), _vouched(reader, half)
    if trusted is None:
        return None if vouched is None else _of_chain(vouched)
    judged = _judged(trusted, vouched)
    found = (read_certificate(one) for one in trusted.certificates)
    keys = tuple(SignerKey(key=one.key, first=one.first, last=one.last) for one in found)
    if vouched is not None:
        keys = (*_of_chain(vouched).keys, *keys)
    return Signer(
        store=trusted.store,
        code=trusted.code,
        keys=keys,
        elsewhere=True,
        revoked_at=judged.revoked_at,
        gone=trusted.gone,
    )


def halves_called(reader: Reader | UnitOfWork, label: str) -> list[bytes]:
    """The other tills whose receipt numbers begin so (store and till), by the first half of their
    ids, as far as they are not revoked.
    """
    trusted = {one.till_id[:TILL_BYTES] for one in reader.tills.all() if one.label == label}
    vouched = _vouched_of_store(reader, label)
    found = trusted | {half for half, one in vouched.items() if f"{one.store}-{one.code}" == label}
    signers = ((half, signer_of(reader, half)) for half in sorted(found))
    return [half for half, one in signers if one is not None and one.revoked_at is None]


def as_judged(reader: Reader | UnitOfWork, till: TrustedTill) -> TrustedTill:
    """A till that was trusted here; revoked, too, since head office doubts it."""
    return _judged(till, _vouched(reader, till.till_id[:TILL_BYTES]))


def _judged(till: TrustedTill, vouched: CardKey | None) -> TrustedTill:
    if till.revoked_at is not None or vouched is None or not vouched.doubted:
        return till
    return replace(till, revoked_at=vouched.terms().lost_at)


def _of_chain(vouched: CardKey) -> Signer:
    # A till that is no more has left nobody its key: what it signed is good. Of one that may be in
    # other hands nothing is, whatever day it has.
    return Signer(
        store=vouched.store,
        code=vouched.code,
        keys=(SignerKey(key=bytes.fromhex(vouched.key)),),
        elsewhere=True,
        revoked_at=vouched.terms().lost_at if vouched.doubted else None,
    )


def _vouched(reader: Reader | UnitOfWork, half: bytes) -> CardKey | None:
    """What head office says of a till; nothing where two share the half of their ids."""
    told = _believed(reader, lambda: reader.card_keys.of_half(half))
    return told[0] if len(told) == 1 else None


def _vouched_of_store(reader: Reader | UnitOfWork, label: str) -> dict[bytes, CardKey]:
    """What it says of the tills of every store with whose code a till's name may begin."""
    told = _believed(reader, lambda: reader.card_keys.of_stores(label))
    return {bytes.fromhex(one.till)[:TILL_BYTES]: one for one in told}


def _believed(
    reader: Reader | UnitOfWork, told: Callable[[], tuple[SealedKey, ...]]
) -> list[CardKey]:
    # Late: a till that stands alone, and its first scan, need nothing of how it is reached.
    from posloyalty.services.office.hear_card_keys import believed
    from posloyalty.services.office.join_head_office import kept_facts

    facts = kept_facts(reader.settings)
    found: list[CardKey] = []
    if facts is None:
        return found
    for sealed in told():
        with suppress(BadKey):
            found.append(believed(sealed, facts))
    return found
