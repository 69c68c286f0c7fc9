"""What the status strip shows: where we are, what each device says, the time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LampState:
    """One device or the sync: `trouble` shows it amber, with its words, in every layout.

    `id` tells which was tapped.
    """

    id: str
    icon: str
    words: str
    trouble: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StripState:
    """What the strip shows; `lamps` from left to right."""

    shop: str = ""
    till: str = ""
    time: str = ""
    lamps: tuple[LampState, ...] = ()
