"""The book's key wrapped by the recovery code: Argon2id makes a key of it, AES-256-GCM wraps.

Shape of `recovery.json`: {"v", "book", "kdf": {"name", "time", "memory_kib", "salt"}, "nonce",
"wrapped"}, binary values in hexadecimal; the book's id is authenticated with it, so that one book's
wrapping is never taken for another's. Argon2: RFC 9106; AES-GCM: NIST SP 800-38D.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from argon2.low_level import Type, hash_secret_raw

from posloyalty.services.book.book_faults import BadRecoveryCode, BookDamaged
from posloyalty.services.ports import Chance
from posloyalty.storage.driver import KEY_BYTES
from posloyalty.storage.keys.files import write_whole

VERSION: Final = 1
TIME_COST: Final = 3
MEMORY_KIB: Final = 64 * 1024
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_DOMAIN: Final = b"posloyalty/recovery/1\0"


def wrap(path: Path, *, key: bytes, secret: bytes, book_id: bytes, chance: Chance) -> None:
    """Write the wrapped key; the file is replaced whole or not at all."""
    salt, nonce = chance.token_bytes(_SALT_BYTES), chance.token_bytes(_NONCE_BYTES)
    # Late, as below: hardly any start wraps or unwraps a key, and the package is large.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    wrapping_key = _stretched(secret, salt, TIME_COST, MEMORY_KIB)
    wrapped = AESGCM(wrapping_key).encrypt(nonce, key, _DOMAIN + book_id)
    content = {
        "v": VERSION,
        "book": book_id.hex(),
        "kdf": {
            "name": "argon2id",
            "time": TIME_COST,
            "memory_kib": MEMORY_KIB,
            "salt": salt.hex(),
        },
        "nonce": nonce.hex(),
        "wrapped": wrapped.hex(),
    }
    write_whole(path, json.dumps(content, indent=1).encode("ascii"))


def unwrap(path: Path, *, secret: bytes) -> tuple[bytes, bytes]:
    """(book id, key); raises `BadRecoveryCode` for another code, `BookDamaged` for a bad file."""
    try:
        content = json.loads(path.read_bytes())
        book_id = bytes.fromhex(content["book"])
        kdf = content["kdf"]
        salt, nonce = bytes.fromhex(kdf["salt"]), bytes.fromhex(content["nonce"])
        wrapped = bytes.fromhex(content["wrapped"])
        cost, memory_kib = int(kdf["time"]), int(kdf["memory_kib"])
    except (ValueError, KeyError, TypeError) as fault:
        raise BookDamaged(place=str(path), detail=str(fault)) from fault
    if not (1 <= cost <= 64 and 8 <= memory_kib <= 1024 * 1024):
        raise BookDamaged(place=str(path), detail="the costs are out of range")
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        key = AESGCM(_stretched(secret, salt, cost, memory_kib)).decrypt(
            nonce, wrapped, _DOMAIN + book_id
        )
    except InvalidTag:
        raise BadRecoveryCode from None
    return book_id, key


def _stretched(secret: bytes, salt: bytes, cost: int, memory_kib: int) -> bytes:
    return hash_secret_raw(secret, salt, cost, memory_kib, 1, KEY_BYTES, Type.ID)
