"""A view that is not shown yet is styled, laid out and drawn for nobody, a few pieces at a time.

Whatever is made only once is made by that: rules of the style sheet, glyphs of the faces, icons,
Qt's own classes and enumerations. When the view comes to the front, its painting is all that is
left to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter_ns
from typing import Final

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QPixmap, QRegion
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

AT_ONCE_NS: Final = 4_000_000


def rehearse(view: QWidget, size: QSize) -> Iterator[None]:
    """Style, lay out and draw a view and its pieces; each `next` takes a few milliseconds."""
    pieces = [view, *view.findChildren(QWidget)]
    began = perf_counter_ns()
    for piece in pieces:
        if isValid(piece):
            piece.ensurePolished()
        if perf_counter_ns() - began > AT_ONCE_NS:
            yield
            began = perf_counter_ns()
    yield
    view.resize(size)
    layout = view.layout()
    if layout is not None:
        layout.activate()
    yield
    canvas = QPixmap(size)
    began = perf_counter_ns()
    for piece in pieces:
        if isValid(piece) and not piece.isHidden():
            piece.render(canvas, QPoint(), QRegion(), QWidget.RenderFlag.DrawWindowBackground)
        if perf_counter_ns() - began > AT_ONCE_NS:
            yield
            began = perf_counter_ns()
