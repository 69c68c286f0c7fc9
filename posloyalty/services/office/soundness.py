"""Whether a till may spend what others may spend too: its book is whole, and nobody copied it.

Shape: one setting of the book, "cause sequence": why spending is frozen, and the place of the
journal behind which it ends once head office has it. Selling goes on whatever it says. It is kept
in the same transaction as whatever it follows from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.services.ports import SettingReads, SettingWrites

FROZEN: Final = "office.frozen"
CLONE: Final = "clone"
"""The cause that is no epoch's: two programs speak as this till."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """Spending is frozen for a cause until head office has the journal up to a sequence."""

    cause: str
    until_seq: int


def frozen(settings: SettingReads) -> Frozen | None:
    """Why nothing shared may be spent here; None where it may."""
    text = settings.get(FROZEN)
    if not text:
        return None
    cause, _, seq = text.partition(" ")
    return Frozen(cause, int(seq))


def freeze(settings: SettingWrites, cause: str, until_seq: int) -> None:
    """Freeze spending."""
    settings.put({FROZEN: f"{cause} {until_seq}"})


def thaw(settings: SettingWrites) -> None:
    """Head office has agreed."""
    settings.put({FROZEN: ""})
