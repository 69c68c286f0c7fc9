"""A widget that is thrown away goes bundle by bundle, lets go of its parts, and they of it.

Qt deletes a widget with all its parts in one call: the seven hundred of the settings were 12 ms of
one turn. So what is small enough to go at once goes first, and what held it after it.

A view knows its parts, they know it by what they call when they are pressed: circles, which only a
look for garbage finds. Two thousand objects of an old screen were found by whichever look came
next, in a turn of somebody's. What is let go here is freed at once, a few at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QScrollArea, QWidget
from shiboken6 import isValid

AT_ONCE: Final = 100
# Widgets that are deleted in one turn: with what Qt and Python know of them about a millisecond.
BUNDLE: Final = 60


class ThrownAway:
    """What the present language and look have no use for: hidden now, let go when there is time."""

    def __init__(self) -> None:
        self._widgets: list[QWidget] = []

    def add(self, widget: QWidget) -> None:
        """Hide a widget at once."""
        widget.hide()
        self._widgets.append(widget)

    def clear(self) -> Iterator[None]:
        """Let go of all, a piece at each `next`."""
        while self._widgets:
            yield from let_go(self._widgets.pop())


def let_go(widget: QWidget) -> Iterator[None]:
    """Delete a hidden widget, a bundle of its parts at each `next`, the outermost last; then what
    its parts know of one another, so many at each `next`.
    """
    if not isValid(widget):
        return
    parts = [widget, *widget.findChildren(QObject)]
    for part in parts:
        # What is left when something went tells nobody: a stack has another page in front, say.
        part.blockSignals(True)
    for bundle in _bundles(widget):
        for part in bundle:
            # Its button may be the one that is being pressed: it goes when that is over.
            if isValid(part):
                part.deleteLater()
        yield
    # Before its end Qt may still call what it wants of its parts; who makes haste leaves it so.
    while parts and not isValid(widget):
        for part in parts[-AT_ONCE:]:
            vars(part).clear()
        del parts[-AT_ONCE:]
        yield


def _bundles(widget: QWidget) -> Iterator[list[QWidget]]:
    """What to delete one after the other, so that about a bundle of widgets goes at once."""
    bundle: list[QWidget] = []
    together = 0
    for part, size in _inside_out(widget):
        if bundle and together + size > BUNDLE:
            yield bundle
            bundle, together = [], 0
        bundle.append(part)
        together += size
    yield bundle


def _inside_out(widget: QWidget) -> list[tuple[QWidget, int]]:
    """The widget's parts that are small enough to go whole, each with how many widgets it is;
    behind them what held them.
    """
    size = 1 + len(widget.findChildren(QWidget))
    if size <= BUNDLE:
        return [(widget, size)]
    first = [one for part in _held(widget) for one in _inside_out(part)]
    return [*first, (widget, max(1, size - sum(one for _, one in first)))]


def _held(widget: QWidget) -> list[QWidget]:
    """The parts that may go before what holds them: Qt's own of an area that scrolls may not."""
    if isinstance(widget, QScrollArea):
        inner = widget.widget()
        return [] if inner is None else [inner]
    if isinstance(widget, QAbstractScrollArea):
        return []
    # In Qt's order, which has the page in front of a stack last: where it goes while others are
    # left, one of them comes to the front and is styled for nobody.
    return widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
