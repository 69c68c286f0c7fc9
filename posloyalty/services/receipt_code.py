"""The signed code on receipts: written for our own sales, read back from a scan."""

from __future__ import annotations

from dataclasses import replace

from posloyalty.services.ports import BookFacts, Reader, StoredSale, UnitOfWork
from posloyalty.services.practice import is_practice
from posloyalty.services.signing import SigningKey, verify
from posloyalty.sync.journal import receipt_number
from posloyalty.sync.receipt_digest import (
    TILL_BYTES,
    BadDigest,
    decode_bytes,
    digest_of,
    encode,
)


def receipt_code(reader: Reader, sale: StoredSale) -> str | None:
    """The text of a sale's QR; None when the book holds no key yet."""
    keys = reader.tokens.keys()
    if not keys:
        return None
    digest = digest_of(
        sale.sale,
        till_id=reader.facts.till_id,
        epoch=sale.epoch,
        seq=sale.seq,
        body=sale.body_hash,
    )
    digest = replace(digest, training=is_practice(reader.settings))
    return encode(digest, SigningKey.generate(keys[-1].seed).sign)


def number_in_code(data: bytes, *, facts: BookFacts, public_keys: tuple[bytes, ...]) -> str | None:
    """The receipt number in a code's 108 bytes, when this very till signed it."""
    try:
        digest, message, signature = decode_bytes(data)
    except BadDigest:
        return None
    ours = digest.till == facts.till_id[:TILL_BYTES]
    if not ours or not any(verify(key, message, signature) for key in public_keys):
        return None
    return receipt_number(
        store=facts.store_code, till=facts.till_code, epoch=digest.epoch, seq=digest.seq
    )


def keys_of_till(reader: Reader | UnitOfWork, till: bytes) -> tuple[bytes, ...]:
    """The public keys, old ones too, of a till by the first half of its id; none for a strange one.

    This book knows the keys of its own till; those of others come with head office.
    """
    if till != reader.facts.till_id[:TILL_BYTES]:
        return ()
    known = reader.tokens.keys()
    return tuple(key.public_key for key in known)
