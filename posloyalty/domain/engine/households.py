"""Households: members who share wallets, as rights that each of them holds.

Shape: membership is a right of kind HOUSEHOLD whose code is the household's id in hexadecimal, so
that a household's members are found by it; `of` is the role. A member belongs to the household of
the newest such right that was not withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from posloyalty.domain.ledger.right import Right

HOUSEHOLD: Final = "household"
HEAD: Final = "head"
MEMBER: Final = "member"


@dataclass(frozen=True, slots=True)
class InHousehold:
    """Which household a member belongs to, whether as its head, and the right that says so."""

    id: bytes
    head: bool
    right: Right


def household_of(rights: Iterable[Right]) -> InHousehold | None:
    """The household of whose members these are the rights of one; None without."""
    held = [right for right in rights if right.kind == HOUSEHOLD and right.cancelled <= 0]
    if not held:
        return None
    newest = max(held, key=lambda right: (str(right.from_day), right.id))
    return InHousehold(bytes.fromhex(newest.code), newest.of == HEAD, newest)
