"""Painting that several widgets share: boxes, focus rings, key hints, lines of text, pips."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QTextLayout, QTextOption

from ui import icons
from ui.appearance.fonts import drawable
from ui.appearance.look import Appearance
from ui.appearance.metrics import RADIUS_TAG

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
# The blank between a number and its unit: a line never ends there.
_BEFORE_UNIT: Final = re.compile(r"(?<=\d) (?=(?:ml|cl|l|g|kg|mm|cm|m|pts)\b)", re.IGNORECASE)
_NO_BREAK: Final = "\u00a0"
TICK: Final = 26
"""The side of a box to tick, in logical pixels."""
LINES_KEPT: Final = 2_000
# Texts broken before: what stands still is broken once, not at every painting.
_broken: dict[tuple[str, str, int, int], tuple[str, ...]] = {}


def box(
    painter: QPainter,
    rect: QRect,
    *,
    fill: QColor | None,
    edge: QColor | None = None,
    width: int = 1,
    radius: int = 8,
    dashed: bool = False,
) -> None:
    """A rounded rectangle whose line lies wholly inside `rect`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    if edge is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(rect), radius, radius)
        return
    pen = QPen(edge, width)
    if dashed:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    half = width / 2
    inner = QRectF(rect).adjusted(half, half, -half, -half)
    painter.drawRoundedRect(inner, radius - half, radius - half)


def fresh(painter: QPainter, look: Appearance, inner: QRect, width: int, *, margin: int) -> None:
    """The ground of a figure at the right of `inner` that the next digit replaces."""
    gap = look.px(margin)
    contrast = look.tokens.name == "contrast"
    box(
        painter,
        QRect(
            inner.right() - width + look.px(6), inner.top() + gap, width, inner.height() - 2 * gap
        ),
        fill=look.colour("primary_soft"),
        edge=look.colour("primary") if contrast else None,
        radius=look.px(6),
    )


def tick_box(
    painter: QPainter, look: Appearance, mark: QRect, *, checked: bool, idle: bool = False
) -> None:
    """A box to tick; an idle one cannot be ticked now."""
    box(
        painter,
        mark,
        fill=look.colour("primary" if checked else "sunken" if idle else "surface"),
        edge=look.colour("primary" if checked else "line" if idle else "edge"),
        width=look.px(2),
        radius=look.px(RADIUS_TAG),
    )
    if checked:
        inset = look.px(3)
        side = mark.width() - 2 * inset
        icon(painter, look, "check", "on_primary", mark.x() + inset, mark.y() + inset, side)


def focus_ring(painter: QPainter, look: Appearance, rect: QRect, radius: int) -> None:
    """The ring of the control that has the keyboard: 3 px in the focus colour."""
    box(painter, rect, fill=None, edge=look.colour("focus"), width=look.px(3), radius=radius)


def icon(
    painter: QPainter, look: Appearance, name: str, token: str, x: int, y: int, size: int
) -> None:
    """An icon with its top left corner at a point; `size` in real pixels."""
    ratio = painter.device().devicePixelRatio()
    painter.drawPixmap(x, y, icons.pixmap(name, getattr(look.tokens, token), size, ratio))


def text(
    painter: QPainter,
    rect: QRect,
    words: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """One line of text; it is never clipped at the top or bottom of its box."""
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, _flags(align), drawable(words))


@lru_cache
def _flags(align: Qt.AlignmentFlag) -> int:
    # Put together once: an operation on Qt's enumerations costs as much as a short text's layout.
    return align.value | Qt.TextFlag.TextSingleLine.value | Qt.TextFlag.TextDontClip.value


def lines(words: str, font: QFont, width: int, most: int) -> list[str]:
    """A text broken into at most `most` lines; the last one ends in "…" when more was left.

    A number is never parted from its unit.
    """
    if width <= 0 or not words:
        return [words]
    key = (words, font.key(), width, most)
    broken = _broken.get(key)
    if broken is None:
        if len(_broken) >= LINES_KEPT:
            _broken.clear()
        broken = _broken[key] = _break(words, font, width, most)
    return list(broken)


def _break(words: str, font: QFont, width: int, most: int) -> tuple[str, ...]:
    words = _BEFORE_UNIT.sub(_NO_BREAK, words)
    metrics = QFontMetrics(font)
    layout = QTextLayout(words, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    broken: list[str] = []
    while len(broken) < most:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        if len(broken) == most - 1:
            rest = words[line.textStart() :]
            broken.append(metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width))
        else:
            broken.append(words[line.textStart() : line.textStart() + line.textLength()].rstrip())
    layout.endLayout()
    return tuple(broken)


def hint_size(look: Appearance, key: str) -> tuple[int, int]:
    """The width and height of a key hint such as F12."""
    return look.text_width(key, "hint") + look.px(10), look.px(20)


def hint(painter: QPainter, look: Appearance, right: int, top: int, key: str, *, on: str) -> None:
    """A key hint whose right top corner is given; `on` is "surface", "primary", "sunken"."""
    width, height = hint_size(look, key)
    rect = QRect(right - width, top, width, height)
    ink = {"primary": "on_primary", "strip": "on_strip"}.get(on, "ink")
    fill = look.colour(ink)
    fill.setAlpha(0 if look.tokens.name == "contrast" else (50 if on == "primary" else 26))
    box(painter, rect, fill=fill, radius=look.px(RADIUS_TAG) - look.px(2))
    text(painter, rect, key, look.font("hint"), look.colour(ink), CENTRE)


def pips(
    painter: QPainter, look: Appearance, x: int, middle: int, *, full: int, of: int, token: str
) -> int:
    """Tier pips ●●●○ from `x` on; returns the x behind the last one."""
    side, gap = look.px(11), look.px(3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = look.colour(token)
    for place in range(of):
        painter.setPen(QPen(colour, max(1.0, look.px(3) / 2)))
        painter.setBrush(colour if place < full else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(x + 1, middle - side / 2 + 1, side - 2, side - 2))
        x += side + gap
    return x - gap
