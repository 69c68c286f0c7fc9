"""A widget that is thrown away lets go of its parts, and they of it.

A view knows its parts, they know it by what they call when they are pressed: circles, which only a
look for garbage finds. Two thousand objects of an old screen were found by whichever look came
next, in a turn of somebody's. What is let go here is freed at once, a few at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

AT_ONCE: Final = 100


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
    """Delete a widget, then what its parts know of one another, so many at each `next`."""
    if not isValid(widget):
        return
    parts = [widget, *widget.findChildren(QObject)]
    # Its button may be the one that is being pressed: it goes when that is over.
    widget.deleteLater()
    yield
    # Before its end Qt may still call what it wants of its parts; who makes haste leaves it so.
    while parts and not isValid(widget):
        for part in parts[-AT_ONCE:]:
            vars(part).clear()
        del parts[-AT_ONCE:]
        yield
