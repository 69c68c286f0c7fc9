"""What a till tells the other tills of its shop about itself, as a file of three lines.

    LT1:
    {"till": ..., "store": ..., "code": ..., "name": ..., "currency": ..., "certs": [...]}
    base32 of 64 bytes, Ed25519 over the text "LT1:" and the bytes of the second line

`till` and `certs` (X.509, DER, oldest first) are hexadecimal; the newest certificate's key signs.
Ids, codes and names therefore come from whoever holds that key; that it is the till it says, people
compare: both screens show the check code, 16 characters of SHA-256 over the certificates. Signing
and its check are passed in. Frozen; a change is a new first line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

from posloyalty.domain.values.identifiers import BadBase32, base32_decode, base32_encode

HEAD: Final = "LT1:"
ENDING: Final = ".till"
BYTES_MOST: Final = 32 * 1024
CERTIFICATES_MOST: Final = 16
_ID_DIGITS: Final = 32
_CODE_MOST: Final = 6
_NAME_MOST: Final = 60
_CHECK_BYTES: Final = 10
_CHECK_GROUP: Final = 4


class BadTillFile(ValueError):
    """Bytes that are no till's file, or one that was changed on the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TillFile:
    """A till as it tells of itself. `certificates` are DER bytes, the oldest first."""

    till_id: bytes
    store: str
    code: str
    name: str
    currency: str
    certificates: tuple[bytes, ...]

    @property
    def label(self) -> str:
        """Store and till, as receipt numbers begin."""
        return f"{self.store}-{self.code}"

    @property
    def check_code(self) -> str:
        """What two people compare, on both screens."""
        return check_code(self.certificates)


def check_code(certificates: tuple[bytes, ...]) -> str:
    """Four groups of four characters that name the certificates."""
    digest = sha256(b"".join(sha256(one).digest() for one in certificates)).digest()
    text = base32_encode(digest[:_CHECK_BYTES])
    return "-".join(text[at : at + _CHECK_GROUP] for at in range(0, len(text), _CHECK_GROUP))


def encode(file: TillFile, sign: Callable[[bytes], bytes]) -> bytes:
    """Write and sign."""
    told = msgspec.json.encode(
        _Told(
            till=file.till_id.hex(),
            store=file.store,
            code=file.code,
            name=file.name,
            currency=file.currency,
            certs=tuple(one.hex() for one in file.certificates),
        )
    )
    signature = base32_encode(sign(HEAD.encode("ascii") + told))
    return b"\n".join((HEAD.encode("ascii"), told, signature.encode("ascii"), b""))


def decode(data: bytes) -> tuple[TillFile, bytes, bytes]:
    """Take a file apart: what it tells, the signed part, the signature. Nothing is verified.

    Raises `BadTillFile`.
    """
    if len(data) > BYTES_MOST:
        raise BadTillFile(f"a till's file has {BYTES_MOST} bytes at most")
    lines = data.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
    if len(lines) != 3 or lines[0] != HEAD.encode("ascii"):
        raise BadTillFile(f"a till's file has three lines, the first is {HEAD}")
    try:
        told = _DECODER.decode(lines[1])
        file = TillFile(
            till_id=bytes.fromhex(told.till),
            store=told.store,
            code=told.code,
            name=told.name,
            currency=told.currency,
            certificates=tuple(bytes.fromhex(one) for one in told.certs),
        )
        signature = base32_decode(lines[2].decode("ascii"))
    except (msgspec.MsgspecError, BadBase32, UnicodeDecodeError, ValueError) as fault:
        raise BadTillFile(str(fault)) from None
    if not _sound(told):
        raise BadTillFile("its ids, codes or names are not those of a till")
    return file, HEAD.encode("ascii") + lines[1], signature


class _Told(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    till: str
    store: str
    code: str
    name: str
    currency: str
    certs: tuple[str, ...]


_DECODER: Final = msgspec.json.Decoder(_Told)


def _sound(told: _Told) -> bool:
    codes = (told.store, told.code)
    return (
        len(told.till) == _ID_DIGITS
        and all(one.isascii() and one.isalnum() and len(one) <= _CODE_MOST for one in codes)
        and len(told.name) <= _NAME_MOST
        and told.name.isprintable()
        and 0 < len(told.certs) <= CERTIFICATES_MOST
    )
