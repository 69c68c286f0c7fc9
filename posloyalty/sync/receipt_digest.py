"""The QR on a receipt: a signed digest that proves a sale when the till's disk is gone.

    version u8 = 1        payload, 44 bytes, integers big-endian
    flags u8              bit 0 a member's sale, bit 1 training; bit 2 is kept for "copy", never set
    till 8 bytes          the first half of the till's id
    epoch u16, seq u32
    day u16               business day, days since 2020-01-01
    payable u48           minor units of the sale's currency
    earned u32            minor units of the first wallet that earned
    body 16 bytes         the first half of SHA-256 of the event's bytes
    signature 64 bytes    Ed25519 over the text "LR1:" and the payload

108 bytes are `LR1:` and 173 characters of base32: QR version 7-M. A copy of a receipt carries the
very same code: it names the sale, not the piece of paper. Frozen; a change is a new version byte
and prefix. Signing and its check are passed in.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.values.identifiers import BadBase32, base32_decode, base32_encode
from posloyalty.domain.values.own_codes import RECEIPT_PREFIX

VERSION: Final = 1
PAYLOAD_BYTES: Final = 44
SIGNATURE_BYTES: Final = 64
TEXT_LENGTH: Final = len(RECEIPT_PREFIX) + 173
TILL_BYTES: Final = 8
BODY_BYTES: Final = 16
FIRST_DAY: Final = date(2020, 1, 1)
_MEMBER, _TRAINING = 1, 2
_KNOWN_FLAGS: Final = _MEMBER | _TRAINING
# Payable is 48 bits wide: struct has no such integer, so it is a u16 and a u32.
_LAYOUT: Final = struct.Struct(">BB8sHIHHII16s")
_U32: Final = 0xFFFF_FFFF


class BadDigest(ValueError):
    """A text or bytes that are no receipt digest of this version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDigest:
    """What the code says. `till` are 8 bytes, `body` the first 16 of the event's SHA-256."""

    till: bytes
    epoch: int
    seq: int
    day: date
    payable_minor: int
    earned: int
    body: bytes
    member: bool = False
    training: bool = False

    def __post_init__(self) -> None:
        if len(self.till) != TILL_BYTES or len(self.body) != BODY_BYTES:
            raise BadDigest("a till half has 8 bytes and a body half 16")
        fits = (
            0 <= self.epoch <= 0xFFFF
            and 0 <= self.seq <= _U32
            and 0 <= (self.day - FIRST_DAY).days <= 0xFFFF
            and 0 <= self.payable_minor < 1 << 48
            and 0 <= self.earned <= _U32
        )
        if not fits:
            raise BadDigest("a figure does not fit its field")


def digest_of(sale: Sale, *, till_id: bytes, epoch: int, seq: int, body: bytes) -> ReceiptDigest:
    """The digest of a sale; `body` is the whole SHA-256 of its event's bytes.

    More points than the field holds are capped: the body's hash still proves the true number.
    """
    earned = next((points.earned for points in sale.points if points.earned), 0)
    return ReceiptDigest(
        till=till_id[:TILL_BYTES],
        epoch=epoch,
        seq=seq,
        day=sale.day,
        payable_minor=sale.payable_minor,
        earned=min(earned, _U32),
        body=body[:BODY_BYTES],
        member=sale.member_id is not None,
    )


def encode(digest: ReceiptDigest, sign: Callable[[bytes], bytes]) -> str:
    """Write and sign; `sign` returns the 64 bytes of an Ed25519 signature."""
    payload = _payload(digest)
    signature = sign(_signed_part(payload))
    if len(signature) != SIGNATURE_BYTES:
        raise ValueError("an Ed25519 signature has 64 bytes")
    return RECEIPT_PREFIX + base32_encode(payload + signature)


def decode(text: str) -> tuple[ReceiptDigest, bytes, bytes]:
    """Take a text apart: digest, signed part, signature. Nothing is verified; `BadDigest`."""
    if len(text) != TEXT_LENGTH or not text.startswith(RECEIPT_PREFIX):
        raise BadDigest(f"a receipt's code is {RECEIPT_PREFIX} and {TEXT_LENGTH} long")
    try:
        data = base32_decode(text[len(RECEIPT_PREFIX) :])
    except BadBase32 as fault:
        raise BadDigest(str(fault)) from None
    return decode_bytes(data)


def decode_bytes(data: bytes) -> tuple[ReceiptDigest, bytes, bytes]:
    """The same from the 108 bytes that the scan code's payload holds."""
    if len(data) != PAYLOAD_BYTES + SIGNATURE_BYTES:
        raise BadDigest(f"a digest has {PAYLOAD_BYTES + SIGNATURE_BYTES} bytes")
    payload, signature = data[:PAYLOAD_BYTES], data[PAYLOAD_BYTES:]
    version, flags, till, epoch, seq, day, high, low, earned, body = _LAYOUT.unpack(payload)
    if version != VERSION or flags & ~_KNOWN_FLAGS:
        raise BadDigest(f"version {version} with flags {flags} is not known")
    digest = ReceiptDigest(
        till=till,
        epoch=epoch,
        seq=seq,
        day=FIRST_DAY + timedelta(days=day),
        payable_minor=high << 32 | low,
        earned=earned,
        body=body,
        member=bool(flags & _MEMBER),
        training=bool(flags & _TRAINING),
    )
    return digest, _signed_part(payload), signature


def verify(text: str, verify_signature: Callable[[bytes, bytes], bool]) -> ReceiptDigest | None:
    """The digest when `verify_signature(message, signature)` says that our till signed it."""
    try:
        digest, message, signature = decode(text)
    except BadDigest:
        return None
    return digest if verify_signature(message, signature) else None


def matches(digest: ReceiptDigest, body: bytes) -> bool:
    """Whether these are the bytes of the event that the digest names."""
    return matches_hash(digest, sha256(body).digest())


def matches_hash(digest: ReceiptDigest, body_hash: bytes) -> bool:
    """The same by the whole SHA-256 of the bytes."""
    return body_hash[:BODY_BYTES] == digest.body


def _payload(digest: ReceiptDigest) -> bytes:
    flags = _MEMBER * digest.member | _TRAINING * digest.training
    return _LAYOUT.pack(
        VERSION,
        flags,
        digest.till,
        digest.epoch,
        digest.seq,
        (digest.day - FIRST_DAY).days,
        digest.payable_minor >> 32,
        digest.payable_minor & _U32,
        digest.earned,
        digest.body,
    )


def _signed_part(payload: bytes) -> bytes:
    return RECEIPT_PREFIX.encode("ascii") + payload
