"""The bundled faces: Noto Sans SC, Regular and Bold, so that bold Chinese is never synthetic."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QRawFont

import resources

FAMILY: Final = "Noto Sans SC"
MISSING: Final = "〓"
UNKNOWN: Final = "Cn"
FACES: Final = ("fonts/NotoSansSC-Regular.ttf", "fonts/NotoSansSC-Bold.ttf")


class FaceMissing(Exception):
    """A bundled face could not be loaded; the installation is damaged."""


def load_faces() -> None:
    """Make the bundled faces known to Qt; raises `FaceMissing` with the file that failed."""
    if _loaded:
        return
    for face in FACES:
        if QFontDatabase.addApplicationFont(str(resources.path(face))) < 0:
            raise FaceMissing(face)
    _loaded.append(FAMILY)


def drawable(text: str) -> str:
    """The text with the geta mark 〓 for every character that our face lacks: never a silent box.

    Some names hold characters that are in no face we know (PLATFORM: U+20BB7).
    """
    if text.isascii():
        return text
    return "".join(sign if _has(sign) else MISSING for sign in text)


def missing(text: str) -> tuple[str, ...]:
    """The characters that our face lacks, each once, in the order in which they come."""
    return () if text.isascii() else tuple(dict.fromkeys(one for one in text if not _has(one)))


@cache
def _has(sign: str) -> bool:
    # What Python's own table does not know yet may still be a character that a name holds.
    unknown = unicodedata.category(sign) == UNKNOWN
    if not _loaded or not (sign.isprintable() or unknown):
        return True
    return _raw().supportsCharacter(ord(sign))


@cache
def _raw() -> QRawFont:
    return QRawFont.fromFont(QFont(FAMILY))


# Asking Qt for its families would make it read every font of the system first.
_loaded: list[str] = []
