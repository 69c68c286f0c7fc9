"""Tab through the window, zone by zone, in the order that is read, however late a control was made.

Qt's own chain follows the order in which widgets were made; chips, quick keys, panes and payments
come and go, and what a menu covers is in it. `tab_through_window` walks what is in front: an
overlay or a sheet alone, or the zones of a screen and then the strip above it; each zone from left
to right and top to bottom as it lies. What it comes to is brought into view.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea, QWidget

from ui.widgets.view import bring_into_view

if TYPE_CHECKING:
    from ui.main_window import MainWindow


def tab_through_window(window: MainWindow, *, forward: bool) -> bool:
    """Tab, or Tab back; False when nothing in front can have the keyboard."""
    return tab_through(zones_in_front(window), forward=forward)


def zones_in_front(window: MainWindow) -> tuple[QWidget, ...]:
    """What Tab may come to now, in order."""
    covered_by = window.overlays.shown
    if covered_by is not None:
        return (covered_by,)
    sheet, view = window.navigator.sheet_view, window.navigator.view
    if sheet is not None:
        return sheet.zones
    if view is None:
        return (window.strip,)
    return view.zones if view.waits_for_answer else (*view.zones, window.strip)


def next_in(zones: Sequence[QWidget], now: QWidget | None, *, forward: bool) -> QWidget | None:
    """The control that Tab leads to; None when no zone has any."""
    order = [widget for zone in zones for widget in _stops(zone)]
    if not order:
        return None
    if now not in order:
        return order[0] if forward else order[-1]
    return order[(order.index(now) + (1 if forward else -1)) % len(order)]


def tab_through(zones: Sequence[QWidget], *, forward: bool) -> bool:
    """Tab, or Tab back; False when no zone has a control."""
    to = next_in(zones, QApplication.focusWidget(), forward=forward)
    if to is None:
        return False
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    to.setFocus(reason)
    bring_into_view(to)
    return True


def _stops(zone: QWidget) -> list[QWidget]:
    """A zone's controls, or the zone itself."""
    if not zone.isVisible():
        return []
    below = [widget for widget in zone.findChildren(QWidget) if _takes_tab(widget)]
    below.sort(key=lambda widget: _place(widget, zone))
    return ([zone] if _takes_tab(zone) else []) + below


def _takes_tab(widget: QWidget) -> bool:
    if not (widget.isVisible() and widget.isEnabled()):
        return False
    chosen = _chosen_beside(widget)
    if chosen is not None:
        return widget is chosen
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _chosen_beside(widget: QWidget) -> QAbstractButton | None:
    """Of choices that exclude one another, the chosen one: arrow keys go on from it. Qt would stop
    at the one that had the keyboard last, or at the first.
    """
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    if group is None or not group.exclusive():
        return None
    chosen = group.checkedButton()
    if chosen is None or not (chosen.isVisible() and chosen.isEnabled()):
        return None
    by_tab = (one.focusPolicy() & Qt.FocusPolicy.TabFocus for one in group.buttons())
    return chosen if any(by_tab) else None


def _place(widget: QWidget, zone: QWidget) -> tuple[tuple[int, int], ...]:
    """Where it lies; what a scrolling area holds is read where the area lies, however far it is
    scrolled now.
    """
    inner, outer = widget, widget.parentWidget()
    way: list[tuple[int, int]] = []
    while outer is not None and outer is not zone:
        if isinstance(outer, QScrollArea) and (held := outer.widget()) is not None:
            way.append(_corner(inner, held))
            inner = outer
        outer = outer.parentWidget()
    return (_corner(inner, zone), *reversed(way))


def _corner(widget: QWidget, within: QWidget) -> tuple[int, int]:
    at = widget.mapTo(within, QPoint(0, 0))
    return at.y(), at.x()
