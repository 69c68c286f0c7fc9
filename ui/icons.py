"""Our icons, coloured by token: SVGs of a 24 grid with a 2 px round line and one colour.

`pixmap("printer", "#14202C", 24, 1.0)` is drawn once and kept. A name that is not there raises
`FileNotFoundError`, which a test finds first by walking every name in use.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import resources


def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """An icon in a colour ("#RRGGBB"), `size` device-independent pixels wide and high."""
    return _drawn(name, colour, size, ratio)


def exists(name: str) -> bool:
    """Whether there is an icon of that name."""
    try:
        resources.path(f"icons/{name}.svg")
    except FileNotFoundError:
        return False
    return True


@cache
def _source(name: str) -> str:
    return resources.text(f"icons/{name}.svg")


@cache
def _drawn(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    side = round(size * ratio)
    drawn = QPixmap(side, side)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn
