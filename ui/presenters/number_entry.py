"""What a number pad fills: digits as they are typed, with a proposal that the first digit replaces.

Shape: `NumberEntry(text, fresh, decimals)` is a value; each key gives a new one. A key that would
make no number (a second point, a decimal too many) changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

LENGTH_MAX: Final = 10
KEYS: Final = frozenset({"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "00", "."})


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberEntry:
    """`fresh` says that the text was proposed. `decimals` is how many may be typed."""

    text: str = ""
    fresh: bool = False
    decimals: int = 0

    def typed(self, key: str) -> NumberEntry:
        """A digit, 00 or the point."""
        if key not in KEYS:
            return self
        text = ("" if self.fresh else self.text) + key
        if key == "." and text == ".":
            text = "0."
        whole, point, fraction = text.partition(".")
        too_fine = point and (self.decimals == 0 or len(fraction) > self.decimals)
        if too_fine or "." in fraction or len(text) > LENGTH_MAX:
            return self
        if len(whole) > 1 and whole.startswith("0"):
            text = (whole.lstrip("0") or "0") + point + fraction
        return replace(self, text=text, fresh=False)

    def backspace(self) -> NumberEntry:
        """Take the last character back; a proposal goes as a whole."""
        return replace(self, text="" if self.fresh else self.text[:-1], fresh=False)

    def clear(self) -> NumberEntry:
        """Nothing typed."""
        return replace(self, text="", fresh=False)

    def propose(self, text: str) -> NumberEntry:
        """Show a text that the first digit replaces."""
        return replace(self, text=text, fresh=True)
