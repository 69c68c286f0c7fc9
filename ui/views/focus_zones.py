"""Tab through a screen zone by zone, in the order that is read, however late a control was made.

Qt's own chain follows the order in which widgets were made; chips, quick keys and payments come and
go. `next_in` walks the zones given, each from left to right and top to bottom as it lies, and
`tab_through` gives the keyboard to where it comes.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from ui.widgets.strip import StatusStrip
from ui.widgets.view import bring_into_view


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
    return True


def tab_through_screen(view: QWidget, zones: Sequence[QWidget], *, forward: bool) -> bool:
    """The same through a screen's zones, and then out to the strip above it, which goes on as its
    parts were made; what it comes to is brought into view.
    """
    strip = getattr(view.window(), "strip", None)
    beyond = (strip.keys_button, strip.menu_button) if isinstance(strip, StatusStrip) else ()
    if not tab_through((*zones, *beyond), forward=forward):
        return False
    now = QApplication.focusWidget()
    if now is not None:
        bring_into_view(now)
    return True


def _stops(zone: QWidget) -> list[QWidget]:
    """A zone's controls, or the zone itself."""
    if not zone.isVisible():
        return []
    below = [widget for widget in zone.findChildren(QWidget) if _takes_tab(widget)]
    below.sort(key=lambda widget: _place(widget, zone))
    return ([zone] if _takes_tab(zone) else []) + below


def _takes_tab(widget: QWidget) -> bool:
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes and widget.isVisible() and widget.isEnabled()


def _place(widget: QWidget, zone: QWidget) -> tuple[int, int]:
    at = widget.mapTo(zone, QPoint(0, 0))
    return at.y(), at.x()
