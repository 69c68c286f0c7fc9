"""The starts of this till's program: this one, and the one before as the book knows it.

A book that was put back from a copy names an older start than the last one that spoke, and two
programs on copies of one book name the same. Head office reads both from it.
"""

from __future__ import annotations

from typing import Final

from posloyalty.services.ports.shop import OneSetting

STARTS: Final = "office.starts"


def started(before: str | None, boot: bytes) -> str:
    """The setting after a start: this one's id, and that of the one before or nothing."""
    return f"{boot.hex()} {'' if before is None else before.partition(' ')[0]}"


def this_start(settings: OneSetting) -> tuple[bytes, str]:
    """Gives the id of this start, and in hexadecimal that of the one before, or empty."""
    boot, _, before = (settings.get(STARTS) or "").partition(" ")
    return bytes.fromhex(boot), before
