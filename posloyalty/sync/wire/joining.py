"""How a till and a head office that never met come to trust one another: by a code that both know.

Head office makes a code of 12 characters (60 bits, once, 15 minutes) and somebody types it at the
till. It does not travel: each side proves with an HMAC that it knows the code, the till over its
certificate, head office over its own key and that certificate. Whoever sits between the two, such
as a proxy that opens TLS, can put no key of its own in either place. Six digits that people compare
would not hold this: a key that gives the wanted digits is found in a second.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final

from posloyalty.domain.values.check_digit import HUMAN_ALPHABET

CODE_CHARACTERS: Final = 12
CODE_BYTES: Final = 8
"""Drawn for a code; 60 of their 64 bits are used."""
_GROUP: Final = 4
_READ_AS: Final = str.maketrans("ILO", "110")


class MistypedJoiningCode(ValueError):
    """What was typed has not the shape of a code."""


def write_code(drawn: bytes) -> str:
    """A code for people, as in `7K2M-QX9R-04TZ`, from 8 drawn bytes."""
    if len(drawn) != CODE_BYTES:
        raise ValueError(f"a code is drawn from {CODE_BYTES} bytes")
    value, characters = int.from_bytes(drawn, "big"), ""
    for _ in range(CODE_CHARACTERS):
        value, digit = divmod(value, len(HUMAN_ALPHABET))
        characters += HUMAN_ALPHABET[digit]
    return "-".join(characters[at : at + _GROUP] for at in range(0, CODE_CHARACTERS, _GROUP))


def code_key(typed: str) -> bytes:
    """The 32-byte key that a code stands for, whatever its case, dashes and blanks.

    Raises `MistypedJoiningCode`.
    """
    plain = "".join(ch for ch in typed.upper() if ch.isalnum()).translate(_READ_AS)
    if len(plain) != CODE_CHARACTERS or not set(plain) <= set(HUMAN_ALPHABET):
        raise MistypedJoiningCode(typed)
    return sha256(b"LJ1-code\0" + plain.encode("ascii")).digest()


def code_lookup(key: bytes) -> bytes:
    """What a code is found by, 16 bytes; it does not give the code away."""
    return sha256(b"LJ1-code-lookup\0" + key).digest()[:16]


def till_proof(key: bytes, *, certificate: bytes) -> bytes:
    """What shows that a till knows the code."""
    return hmac.digest(key, b"till\0" + certificate, sha256)


def office_proof(key: bytes, *, office_key: bytes, certificate: bytes) -> bytes:
    """What shows that head office knows the code, and that its key is its own."""
    return hmac.digest(key, b"office\0" + office_key + certificate, sha256)
