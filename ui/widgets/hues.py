"""The palette of initials: an article's or a person's ground and ink, by name."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QColor

from ui.appearance.look import Appearance

HUES = {
    "red": 355,
    "orange": 28,
    "amber": 44,
    "yellow": 56,
    "green": 140,
    "teal": 175,
    "blue": 212,
    "indigo": 236,
    "purple": 275,
    "pink": 330,
    "brown": 20,
    "grey": -1,
}
PEOPLE: Final = ("blue", "teal", "amber", "purple", "green", "orange", "indigo", "pink")
ID_DRAWN_FROM: Final = 8
"""The bytes of an id from here on are drawn by chance; those before are when it was made."""


def hue_of(person_id: bytes) -> str:
    """A person's palette name, by what chance gave to their id: whoever is made in the same instant
    gets another, and a demo shop's people the same in every run.
    """
    return PEOPLE[sum(person_id[ID_DRAWN_FROM:]) % len(PEOPLE)]


def picture_colours(look: Appearance, name: str) -> tuple[QColor, QColor]:
    """Ground and ink of an article's or a person's initial, by palette name; contrast over 4.5."""
    if look.tokens.name == "contrast":
        return look.colour("surface"), look.colour("ink")
    hue = HUES.get(name, -1)
    chroma = 0 if hue < 0 else 110
    if look.tokens.is_dark:
        return QColor.fromHsl(max(hue, 0), chroma // 2, 62), QColor.fromHsl(
            max(hue, 0), chroma, 206
        )
    return QColor.fromHsl(max(hue, 0), chroma // 2 + 10 * bool(chroma), 222), QColor.fromHsl(
        max(hue, 0), chroma, 72
    )
