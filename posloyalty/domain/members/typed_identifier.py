"""What a typed text names for certain: a whole number, card or address that one member has.

A name, or the beginning or end of a number, names nobody for certain.
"""

from __future__ import annotations

from typing import Final

from posloyalty.domain.members.member import Identifier, IdentifierKind
from posloyalty.domain.members.phone import WHOLE_LEAST, phone_digits, phone_is_plausible
from posloyalty.domain.members.short_code import parse_short_code
from posloyalty.domain.values.fixed_point import narrow

TYPED_MOST: Final = 100
_OF_PHONES: Final = frozenset("0123456789+-() .")


def typed_identifier(text: str) -> Identifier | None:
    """By what a text finds a member; None where it may mean several. Full-width digits count."""
    plain = narrow(text[: TYPED_MOST + 1]).strip()
    if len(plain) > TYPED_MOST:
        return None
    code = parse_short_code(plain)
    if code is not None:
        return Identifier(IdentifierKind.CARD, code)
    name, at, domain = plain.rpartition("@")
    if at and name and "." in domain and " " not in plain:
        return Identifier(IdentifierKind.EMAIL, plain.lower())
    digits = phone_digits(plain)
    if not set(plain) - _OF_PHONES and len(digits) >= WHOLE_LEAST and phone_is_plausible(digits):
        return Identifier(IdentifierKind.PHONE, digits)
    return None
