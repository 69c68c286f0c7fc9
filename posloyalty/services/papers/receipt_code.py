"""The signed code on receipts: written for our own sales, read back from a scan."""

from __future__ import annotations

from dataclasses import replace

from posloyalty.services.book.signing import SigningKey, verify
from posloyalty.services.office.till_name import till_name
from posloyalty.services.ports import Reader, StoredSale
from posloyalty.services.shop.practice import is_practice
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


def number_in_code(reader: Reader, data: bytes) -> str | None:
    """The receipt number in a code's 108 bytes, when this very till signed it: as it was printed,
    or, of a sale that the book does not hold, as it would be now.
    """
    try:
        digest, message, signature = decode_bytes(data)
    except BadDigest:
        return None
    facts, keys = reader.facts, reader.tokens.keys()
    ours = digest.till == facts.till_id[:TILL_BYTES]
    if not ours or not any(verify(key.public_key, message, signature) for key in keys):
        return None
    stored = reader.sales.by_place(digest.epoch, digest.seq)
    if stored is not None:
        return stored.sale.number
    store, code = till_name(reader.settings, facts)
    return receipt_number(store=store, till=code, epoch=digest.epoch, seq=digest.seq)
