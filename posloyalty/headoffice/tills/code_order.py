"""The order of stores' and tills' codes as people count: S2 before S10."""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = re.compile(r"([0-9]+)")


def as_counted(*codes: str) -> tuple[tuple[str | int, ...], ...]:
    """What codes are sorted by: words and numbers take turns, the first one is a word."""
    return tuple(
        tuple(int(part) if place % 2 else part for place, part in enumerate(_DIGITS.split(code)))
        for code in codes
    )
