"""Secrets that head office keeps sealed (AES-256-GCM) with a key from its own: a copy of the
database alone opens none of them.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES: Final = 12


class Seal:
    """Seals secrets with a key from head office's own, one a purpose; `seed` has 32 bytes."""

    def __init__(self, seed: bytes, purpose: bytes) -> None:
        self._cipher = AESGCM(HKDF(SHA256(), length=32, salt=None, info=purpose).derive(seed))

    def sealed(self, secret: str, *, name: str, nonce: bytes) -> bytes:
        """A secret that only this key, and only for this name, opens."""
        return nonce + self._cipher.encrypt(nonce, secret.encode("ascii"), name.encode("utf-8"))

    def opened(self, data: bytes, *, name: str) -> str:
        """The secret; empty when it was sealed with another key, or for another name."""
        try:
            plain = self._cipher.decrypt(
                data[:NONCE_BYTES], data[NONCE_BYTES:], name.encode("utf-8")
            )
        except (InvalidTag, ValueError):
            return ""
        return plain.decode("ascii")
