"""A view that is not shown yet is styled, laid out and drawn for nobody, a few pieces at a time.

Whatever is made only once is made by that: rules of the style sheet, glyphs of the faces, icons,
Qt's own classes and enumerations. When the view comes to the front, its painting is all that is
left to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QElapsedTimer, QPoint, QSize
from PySide6.QtGui import QPixmap, QRegion
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

AT_ONCE_MS: Final = 4


def rehearse(view: QWidget, size: QSize) -> Iterator[None]:
    """Style, lay out and draw a view and its pieces; each `next` takes a few milliseconds."""
    pieces = [view, *view.findChildren(QWidget)]
    watch = QElapsedTimer()
    watch.start()
    for piece in pieces:
        if isValid(piece):
            piece.ensurePolished()
        if watch.elapsed() >= AT_ONCE_MS:
            yield
            watch.start()
    yield
    view.resize(size)
    layout = view.layout()
    if layout is not None:
        layout.activate()
    yield
    # As fine as the screen, for what is painted now is kept (`kept_pictures`).
    ratio = view.devicePixelRatioF()
    canvas = QPixmap(size * ratio)
    canvas.setDevicePixelRatio(ratio)
    watch.start()
    for piece in pieces:
        if isValid(piece) and not piece.isHidden():
            piece.render(canvas, QPoint(), QRegion(), QWidget.RenderFlag.DrawWindowBackground)
        if watch.elapsed() >= AT_ONCE_MS:
            yield
            watch.start()
