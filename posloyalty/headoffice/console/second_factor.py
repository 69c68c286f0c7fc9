"""The second factor: codes of six digits that change every 30 s (TOTP, RFC 6238, by `pyotp`).

A secret is kept sealed (`running/seal`), so a stolen database makes no codes. A code is good one
step early or late, and once. The step of the last one is kept; one that no code can have now is of
a clock that was wrong, and holds up nobody until that day comes (`last_of_now`).
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from typing import Final

import pyotp

STEP_S: Final = 30
_STEPS_OFF: Final = 1
SECRET_BYTES: Final = 20
PURPOSE: Final = b"posloyalty head office second factor"
"""What secrets are sealed for."""
_ISSUER: Final = "POS Loyalty"


def secret_text(drawn: bytes) -> str:
    """A secret as it is typed into an authenticator: base32 of 20 drawn bytes."""
    return b32encode(drawn).decode("ascii")


def address(secret: str, name: str) -> str:
    """What an authenticator scans."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=name, issuer_name=_ISSUER)


def code_at(secret: str, now_s: int) -> str:
    """The code of an instant."""
    return pyotp.TOTP(secret, interval=STEP_S).generate_otp(now_s // STEP_S)


def last_of_now(now_s: int) -> int:
    """The last step whose code is good now."""
    return now_s // STEP_S + _STEPS_OFF


def step_of(secret: str, code: str, now_s: int) -> int | None:
    """The step that a code belongs to, if it is near now; None for a wrong one."""
    now = now_s // STEP_S
    totp = pyotp.TOTP(secret, interval=STEP_S)
    found = None
    for step in range(now - _STEPS_OFF, now + _STEPS_OFF + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            found = step
    return found
