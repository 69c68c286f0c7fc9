"""Ed25519 signatures (RFC 8032), by the `cryptography` package.

Keys and signatures are raw bytes: a seed and a public key of 32, a signature of 64. Whoever makes a
key draws the seed; nothing here is random. Two kinds of message never share a beginning: each
signer puts its own prefix in front (member tokens `LP1:`).

The package is imported by the first signature, for no sign-in needs its twelve megabytes; `load`
does it before somebody waits for one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

SEED_BYTES = 32
PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64


class SigningKey:
    """A private key; it shows its public half and signs, and never prints its seed."""

    __slots__ = ("_private", "public")

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public: bytes = private.public_key().public_bytes_raw()

    @staticmethod
    def generate(seed: bytes) -> SigningKey:
        """Make the key of a 32-byte seed; the same seed always makes the same key."""
        if len(seed) != SEED_BYTES:
            raise ValueError(f"a seed has {SEED_BYTES} bytes")
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return SigningKey(Ed25519PrivateKey.from_private_bytes(seed))

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of a message."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public.hex()})"


def load() -> None:
    """Import what signs and verifies; for a moment in which nobody waits."""
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: F401


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is this key's over this message; odd-sized input is simply not."""
    if len(public_key) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    from cryptography.exceptions import InvalidSignature

    try:
        _public(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# The same tills sign again and again, and reading a key costs half of what verifying does.
@lru_cache(maxsize=4096)
def _public(key: bytes) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(key)
