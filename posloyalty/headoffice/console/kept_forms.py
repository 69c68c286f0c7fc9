"""What was written into a form that met an ended session, kept until its writer signs in again.

It is kept in the browser that sent it, sealed with a key of head office's own and for one operator:
nobody else who signs in there is shown it, and nobody can lay a form of their making before
somebody. It is never acted on by itself; its page shows it again, and a person sends it.
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from posloyalty.headoffice.running.seal import NONCE_BYTES, Seal
from posloyalty.services.ports import Chance, Clock

PURPOSE: Final = b"posloyalty office kept form"
KEPT_S: Final = 30 * 60
COOKIE_CHARACTERS_MAX: Final = 3_500
"""Browsers keep some 4,000 characters of a cookie; a longer form is not kept, and it is said."""
_UNKEPT: Final = frozenset({"form_token"})


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm:
    """A form: the page that it stood on, where it was sent to, and what was written."""

    stood_on: str
    path: str
    form: Mapping[str, str]
    had_file: bool
    until_s: int


class KeptForms:
    """Seals forms and opens them."""

    def __init__(self, seed: bytes, *, clock: Clock, chance: Chance) -> None:
        self._seal = Seal(seed, PURPOSE)
        self._clock = clock
        self._chance = chance

    def kept(
        self, form: Mapping[str, str], *, path: str, stood_on: str, had_file: bool, name: str
    ) -> str:
        """What a browser keeps for an operator; empty for what is too long."""
        held = KeptForm(
            stood_on=stood_on,
            path=path,
            form={key: value for key, value in form.items() if key not in _UNKEPT},
            had_file=had_file,
            until_s=self._now_s() + KEPT_S,
        )
        packed = zlib.compress(msgspec.json.encode(held), 9)
        text = urlsafe_b64encode(packed).decode("ascii")
        nonce = self._chance.token_bytes(NONCE_BYTES)
        told = urlsafe_b64encode(self._seal.sealed(text, name=name, nonce=nonce)).decode("ascii")
        return told if len(told) <= COOKIE_CHARACTERS_MAX else ""

    def opened(self, told: str, *, name: str) -> KeptForm | None:
        """The form of an operator; None for another's, for one of long ago, and for no form."""
        try:
            text = self._seal.opened(urlsafe_b64decode(told), name=name)
        except (Error, ValueError):
            return None
        if not text:
            return None
        held = msgspec.json.decode(zlib.decompress(urlsafe_b64decode(text)), type=KeptForm)
        return held if self._now_s() <= held.until_s else None

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())
