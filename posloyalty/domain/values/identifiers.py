"""Identifiers: 16 opaque bytes, made elsewhere (UUIDv7) or derived here from what they name.

Also strict base32, the alphabet of every code that a scanner types: upper case RFC 4648 without
padding, and canonical, so that one value has one text.
"""

from base64 import b32decode, b32encode
from functools import lru_cache
from hashlib import sha256

ID_BYTES = 16
_DERIVATION_DOMAIN = b"posloyalty/id/1\0"
_BASE32 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


class BadIdentifier(ValueError):
    """A text that is not 32 lower-case hexadecimal digits."""


class BadBase32(ValueError):
    """A text that is not canonical unpadded base32."""


def id_hex(identifier: bytes) -> str:
    """The 32 hexadecimal digits of an identifier; raises `BadIdentifier` for another length."""
    if len(identifier) != ID_BYTES:
        raise BadIdentifier(f"an identifier has {ID_BYTES} bytes, not {len(identifier)}")
    return identifier.hex()


def id_from_hex(text: str) -> bytes:
    """The identifier of 32 lower-case hexadecimal digits; raises `BadIdentifier`."""
    if len(text) != 2 * ID_BYTES or not frozenset("0123456789abcdef").issuperset(text):
        raise BadIdentifier(f"not an identifier: {text[:40]!r}")
    return bytes.fromhex(text)


def derive_id(kind: str, *parts: bytes | str | int) -> bytes:
    """The identifier of something that other identifiers already name.

    The first 16 bytes of SHA-256 over a domain, the kind and the parts, each with its type and
    length in front, so that no two different lists of parts read the same. A retry derives the
    same id, which is what makes posting twice harmless.
    """
    told = [_begun(kind)]
    for part in parts:
        tag, body = _tagged(part)
        told += (tag, len(body).to_bytes(4, "big"), body)
    return sha256(b"".join(told)).digest()[:ID_BYTES]


def base32_encode(data: bytes) -> str:
    """RFC 4648 base32, upper case, without padding."""
    return b32encode(data).decode("ascii").rstrip("=")


def base32_decode(text: str) -> bytes:
    """Read canonical base32; raises `BadBase32` also when unused trailing bits are set."""
    if not _BASE32.issuperset(text) or len(text) % 8 in (1, 3, 6):
        raise BadBase32("not base32")
    data = b32decode(text + "=" * (-len(text) % 8))
    if base32_encode(data) != text:
        raise BadBase32("trailing bits are set")
    return data


@lru_cache(maxsize=256)
def _begun(kind: str) -> bytes:
    """The domain and a kind, of which there are few."""
    tag, body = _tagged(kind)
    return b"".join((_DERIVATION_DOMAIN, tag, len(body).to_bytes(4, "big"), body))


def _tagged(part: bytes | str | int) -> tuple[bytes, bytes]:
    if isinstance(part, bytes):
        return b"b", part
    if isinstance(part, str):
        return b"s", part.encode("utf-8")
    if type(part) is int:
        return b"i", str(part).encode("ascii")
    raise TypeError(f"an id is not derived from {type(part).__name__}")
