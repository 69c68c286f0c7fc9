"""The bundled faces: Noto Sans SC, Regular and Bold, so that bold Chinese is never synthetic."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QFontDatabase

import resources

FAMILY: Final = "Noto Sans SC"
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


# Asking Qt for its families would make it read every font of the system first.
_loaded: list[str] = []
