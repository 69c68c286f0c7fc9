"""Badges: a code that signs its bearer in, and approves on the spot, without a PIN.

Shape: `LB1:` and 160 bits of chance in base32, made anew for every badge. The book keeps a digest
only, so that nobody who reads it can make one; a new badge ends the one before. Its issue and its
withdrawal are settings of a person and journalled as such. A code of so many bits cannot be tried
out, so a wrong one costs no wait.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.values.identifiers import base32_encode
from posloyalty.domain.values.own_codes import BADGE_PREFIX
from posloyalty.services.people.note_change import note_change, require
from posloyalty.services.ports import Book, Chance, Ids, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal

BADGE_BYTES: Final = 20
_SETTING: Final = "badge."
_WITHDRAWN: Final = ""


class Badges:
    """Makes badges and says whose they are."""

    def __init__(self, book: Book, ids: Ids, chance: Chance) -> None:
        self._book = book
        self._ids = ids
        self._chance = chance

    def issue(self, operator_id: bytes, by: Operator) -> str:
        """A new badge for somebody, as the text of its code; told once and kept nowhere.

        Refuses NOT_ALLOWED or UNKNOWN_OPERATOR.
        """
        text = BADGE_PREFIX + base32_encode(self._chance.token_bytes(BADGE_BYTES))
        with self._book.write() as unit:
            self._keep(unit, operator_id, _digest(text), by)
            unit.commit()
        return text

    def withdraw(self, operator_id: bytes, by: Operator) -> None:
        """Somebody's badge is lost: it signs nobody in any more. Refuses as `issue` does."""
        with self._book.write() as unit:
            self._keep(unit, operator_id, _WITHDRAWN, by)
            unit.commit()

    def has_badge(self, operator_id: bytes) -> bool:
        """Whether somebody has a badge that is good."""
        with self._book.read() as reader:
            return bool(reader.settings.get(_SETTING + operator_id.hex()))

    def owner(self, text: str) -> Operator | None:
        """Whose badge a scanned code is; None where it is nobody's who may sign in."""
        wanted = _digest(text.strip().upper())
        with self._book.read() as reader:
            for name, digest in reader.settings.all().items():
                if name.startswith(_SETTING) and digest == wanted:
                    operator = reader.people.by_id(bytes.fromhex(name.removeprefix(_SETTING)))
                    return operator if operator is not None and operator.active else None
        return None

    def _keep(self, unit: UnitOfWork, operator_id: bytes, digest: str, by: Operator) -> None:
        require(by, Right.CHANGE_SETTINGS)
        if unit.people.by_id(operator_id) is None:
            raise ServiceRefusal("UNKNOWN_OPERATOR")
        unit.settings.put({_SETTING + operator_id.hex(): digest})
        note_change(unit, self._ids, by, kind="operator", what=operator_id.hex(), fields=("badge",))


def is_badge(text: str) -> bool:
    """Whether a scan is meant to be a badge."""
    return text.strip().upper().startswith(BADGE_PREFIX)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
