"""A member's code of now, as an app shows it: it changes every 15 s and is proved by head office.

    member_id(16) step(4) tag(10) = 30 bytes

as `LN1:` and 48 characters of base32, which is a QR code of version 3. The step is the
Unix second divided by 15, big-endian. The tag is the first 80 bits of HMAC-SHA-256 (RFC 2104,
cut as its section 5 allows) under the member's phone key over the text `LN1:` and the 20 bytes
before it, so that it is never taken for a tag over something else. That steps of time make a code
which is good for moments is of TOTP (RFC 6238, upon RFC 4226).

Phone and head office share the key: 32 bytes, handed over once as `LK1:` and 80 characters.

    member_id(16) key(32) check(2) = 50 bytes

`check` is the first two bytes of SHA-256 over what stands before it, so that a slip of the hand is
found before a code is made with it.

What somebody filmed or photographed is too old within a minute, and was used before: whoever
decides accepts `STEPS_BEHIND` before and `STEPS_AHEAD` after its own step, and each step once.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from posloyalty.domain.values.identifiers import ID_BYTES, BadBase32, base32_decode, base32_encode
from posloyalty.domain.values.own_codes import (
    PHONE_CODE_LENGTH,
    PHONE_CODE_PREFIX,
    PHONE_KEY_PREFIX,
)

STEP_S: Final = 15
STEPS_BEHIND: Final = 2
"""Steps before the current one that are good: as long as a code is shown, scanned and sent."""
STEPS_AHEAD: Final = 1
"""Steps after it that are good: a phone's clock is a little fast."""
KEY_BYTES: Final = 32
TAG_BYTES: Final = 10
_STEP_BYTES: Final = 4
STEP_MOST: Final = (1 << 8 * _STEP_BYTES) - 1
"""The last step that a code can say, two thousand years from now."""
_CHECK_BYTES: Final = 2


class BadPhoneCode(ValueError):
    """A text that is no phone code, or no phone key."""


class Timely(StrEnum):
    """Whether a step is good at an instant."""

    NOW = "now"
    OLD = "old"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneCode:
    """What a code says: whose it is, of which step, and its tag. Nothing is proved yet."""

    member_id: bytes
    step: int
    tag: bytes = field(repr=False)

    def is_made_with(self, key: bytes) -> bool:
        """Whether a phone that has this key made it."""
        if len(key) != KEY_BYTES:
            return False  # HMAC takes any, and a shorter one for itself with zeros behind it
        return hmac.compare_digest(self.tag, _tag(self.member_id, self.step, key))

    def timely(self, at: datetime) -> Timely:
        """Whether its step is good at an instant."""
        now = step_at(at)
        if self.step < now - STEPS_BEHIND:
            return Timely.OLD
        return Timely.AHEAD if self.step > now + STEPS_AHEAD else Timely.NOW


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneKey:
    """What a member's app keeps."""

    member_id: bytes
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.member_id) != ID_BYTES or len(self.key) != KEY_BYTES:
            raise ValueError(f"a member id has {ID_BYTES} bytes, a phone key {KEY_BYTES}")

    def text(self) -> str:
        """How it is handed over."""
        said = self.member_id + self.key
        return PHONE_KEY_PREFIX + base32_encode(said + _check(said))

    def code_at(self, at: datetime) -> str:
        """The code that the app shows at an instant, from 1970 through step `STEP_MOST`."""
        step = step_at(at)
        said = self.member_id + _step_bytes(step) + _tag(self.member_id, step, self.key)
        return PHONE_CODE_PREFIX + base32_encode(said)


def step_at(at: datetime) -> int:
    """The step of an instant."""
    return int(at.timestamp()) // STEP_S


def read_code(text: str) -> PhoneCode:
    """Take a canonical code apart; raises `BadPhoneCode`."""
    if len(text) != PHONE_CODE_LENGTH or not text.startswith(PHONE_CODE_PREFIX):
        raise BadPhoneCode(f"a phone code is {PHONE_CODE_PREFIX} and {PHONE_CODE_LENGTH} long")
    data = _bytes_of(text, PHONE_CODE_PREFIX)
    return PhoneCode(
        member_id=data[:ID_BYTES],
        step=int.from_bytes(data[ID_BYTES : ID_BYTES + _STEP_BYTES], "big"),
        tag=data[ID_BYTES + _STEP_BYTES :],
    )


def read_key(text: str) -> PhoneKey:
    """What was handed over, in letters of any size and with blanks; raises `BadPhoneCode`."""
    plain = "".join(text.split()).upper()
    if not plain.startswith(PHONE_KEY_PREFIX):
        raise BadPhoneCode(f"a phone key begins with {PHONE_KEY_PREFIX}")
    data = _bytes_of(plain, PHONE_KEY_PREFIX)
    said, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
    if len(said) != ID_BYTES + KEY_BYTES or check != _check(said):
        raise BadPhoneCode("a phone key that was misread")
    return PhoneKey(member_id=said[:ID_BYTES], key=said[ID_BYTES:])


def _tag(member_id: bytes, step: int, key: bytes) -> bytes:
    said = PHONE_CODE_PREFIX.encode("ascii") + member_id + _step_bytes(step)
    return hmac.digest(key, said, "sha256")[:TAG_BYTES]


def _step_bytes(step: int) -> bytes:
    return step.to_bytes(_STEP_BYTES, "big")


def _check(said: bytes) -> bytes:
    return sha256(said).digest()[:_CHECK_BYTES]


def _bytes_of(text: str, prefix: str) -> bytes:
    try:
        return base32_decode(text.removeprefix(prefix))
    except BadBase32 as fault:
        raise BadPhoneCode(str(fault)) from None
