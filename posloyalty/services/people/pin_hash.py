"""PINs as Argon2id hashes, by the `argon2-cffi` package.

A PIN has few digits, so a stolen hash is guessed however slow one check is; the book's encryption
and the growing waits are what protects it. One check takes 50-150 ms on a till's computer:
32 MiB, four passes, one lane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

if TYPE_CHECKING:
    from posloyalty.services.ports import Chance

PIN_LEAST: Final = 4
PIN_MOST: Final = 8
TIME_COST: Final = 4
MEMORY_KIB: Final = 32 * 1024
SALT_BYTES: Final = 16


class PinHasher:
    """Makes and checks hashes; the salt comes from the given chance."""

    def __init__(
        self, chance: Chance, *, time_cost: int = TIME_COST, memory_kib: int = MEMORY_KIB
    ) -> None:
        self._chance = chance
        self._argon2 = PasswordHasher(
            time_cost=time_cost, memory_cost=memory_kib, parallelism=1, salt_len=SALT_BYTES
        )

    def hash(self, pin: str) -> str:
        """The hash of a PIN, with its parameters and salt in it."""
        return self._argon2.hash(pin, salt=self._chance.token_bytes(SALT_BYTES))

    def matches(self, hashed: str, pin: str) -> bool:
        """Whether this is the PIN of a hash; a hash that cannot be read matches nothing."""
        try:
            return self._argon2.verify(hashed, pin)
        except (VerificationError, InvalidHashError):
            return False


def pin_fault(pin: str) -> str | None:
    """Why a text cannot be a PIN, as a wording key of area "refusal", or None."""
    if not (pin.isascii() and pin.isdigit()):
        return "PIN_DIGITS_ONLY"
    if not PIN_LEAST <= len(pin) <= PIN_MOST:
        return "PIN_LENGTH"
    return None
