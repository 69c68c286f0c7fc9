"""Walking over all controls of a window: their sizes, their names, their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QWidget,
)

from ui.appearance import Appearance
from ui.views.choices import Card
from ui.widgets.basket_list import BasketList
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.chips import Chip
from ui.widgets.quick_keys import QuickKeyButton
from ui.widgets.shadow import Shadow
from ui.widgets.tap_bar import TapBar
from ui.widgets.text import Text

CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QAbstractItemView)


def shown(root: QWidget) -> Iterator[QWidget]:
    """Everything below a widget that is there to be seen, in the order of `findChildren`.

    What lies in something hidden is passed over unasked: most of a window's thousands of widgets
    are of views that wait, of which parts that were drawn beforehand may still be called visible.
    """
    for one in root.children():
        if isinstance(one, QWidget) and not one.isHidden():
            if one.isVisible():
                yield one
            yield from shown(one)


def controls(root: QWidget) -> Iterator[QWidget]:
    """Everything below a widget that a person can press, type into or walk through."""
    for widget in shown(root):
        empty_key = isinstance(widget, QuickKeyButton) and widget.row is None
        moved_by_others = isinstance(widget, (QScrollBar, QHeaderView))
        if isinstance(widget, CONTROLS) and not moved_by_others and not empty_key:
            yield widget


def wrong_controls(root: QWidget, look: Appearance) -> Iterator[str]:
    """What any of the looks at controls finds, of one walk over them all, which is most of a look's
    work: a window has thousands of widgets.
    """
    found = list(controls(root))
    yield from too_small(root, look, found)
    yield from nameless(root, found)
    yield from cut_words(root, found)
    yield from outside(root, found)
    yield from overlapping(root, found)


def too_small(root: QWidget, look: Appearance, found: Iterable[QWidget] | None = None) -> list[str]:
    """Controls smaller than DESIGN 4 allows, each with its size; empty when all is well."""
    findings = []
    for widget in found or controls(root):
        least_width, least_height = least_size(widget, look)
        if widget.width() < look.px(least_width) or widget.height() < look.px(least_height):
            name = widget.accessibleName() or type(widget).__name__
            findings.append(f"{name}: {widget.width()}x{widget.height()}, least {least_height}")
    return findings


def least_size(widget: QWidget, look: Appearance) -> tuple[int, int]:
    """The least width and height of a control, in logical pixels."""
    if isinstance(widget, QuickKeyButton):
        return 92, 80
    if isinstance(widget, Chip):
        return 44, 56
    if isinstance(widget, ActionButton) and widget.property("pad"):
        return (44, 44) if look.narrow else (64, 64)
    if isinstance(widget, ActionButton) and widget.kind is Kind.MAIN:
        return 44, 72
    if isinstance(widget, QAbstractItemView):
        return 44, 0
    return 44, 44


def nameless(root: QWidget, found: Iterable[QWidget] | None = None) -> list[str]:
    """Controls that the screen reader would not know what to call."""
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in found or controls(root)
        if not widget.accessibleName().strip()
    ]


def cut_words(root: QWidget, found: Iterable[QWidget] | None = None) -> list[str]:
    """Buttons that are narrower than their words need."""
    findings = []
    for widget in found or controls(root):
        if isinstance(widget, (ActionButton, Card)):
            least = widget.minimumSizeHint().width()
            if widget.width() < least:
                name = widget.text() or widget.accessibleName()
                findings.append(f"{name}: {widget.width()} of {least}")
    return findings


def cut_texts(root: QWidget) -> list[str]:
    """Texts on one line that are longer than their place: nothing says that there is more."""
    return [
        f"{one.text()}: {one.contentsRect().width()} of {needed}"
        for one in shown(root)
        if isinstance(one, Text) and not one.wordWrap()
        for needed in (one.fontMetrics().horizontalAdvance(one.text()),)
        if needed > one.contentsRect().width() + 1
    ]


def squashed(root: QWidget) -> list[str]:
    """Scrolling areas too low for the two taps that move them."""
    return [
        f"a bar of {bar.height()}, least {bar.least_height()}"
        for bar in shown(root)
        if isinstance(bar, TapBar) and bar.height() < bar.least_height()
    ]


def outside(root: QWidget, found: Iterable[QWidget] | None = None) -> list[str]:
    """Controls that reach beyond the window (what scrolls is left out)."""
    findings = []
    for widget in found or controls(root):
        scrolled = widget.parentWidget()
        while scrolled is not None and scrolled is not root:
            if scrolled.objectName() == "qt_scrollarea_viewport":
                break
            scrolled = scrolled.parentWidget()
        else:
            at = widget.mapTo(root, widget.rect().bottomRight())
            if at.x() > root.width() or at.y() > root.height():
                findings.append(f"{widget.accessibleName()}: ends at {at.x()},{at.y()}")
    return findings


def cut_sideways(root: QWidget) -> list[str]:
    """Areas that scroll up and down alone and hold something wider than they are."""
    off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    return [
        f"{area.widget().width()} in {area.viewport().width()}"
        for area in (*root.findChildren(QScrollArea), root)
        if isinstance(area, QScrollArea)
        and area.isVisible()
        and area.widget()
        and area.horizontalScrollBarPolicy() is off
        if not getattr(area, "across", False)
        if area.widget().width() > area.viewport().width()
    ]


def beyond_parents(root: QWidget) -> list[str]:
    """Whatever reaches out of what it lies in and is cut there; what scrolls, and shadows, may."""
    return [
        f"{type(one).__name__} {one.accessibleName()}: {one.geometry().getRect()} in "
        f"{type(held_by).__name__} {held_by.size().toTuple()}"
        for one in shown(root)
        if not one.isWindow()
        if not isinstance(one, Shadow) and not one.geometry().isEmpty()
        for held_by in (one.parentWidget(),)
        if held_by.objectName() != "qt_scrollarea_viewport"
        if not held_by.rect().contains(one.geometry())
    ]


def overlapping(root: QWidget, found: Iterable[QWidget] | None = None) -> list[str]:
    """Pairs of sibling buttons that lie over one another."""
    findings = []
    buttons = [widget for widget in found or controls(root) if isinstance(widget, QAbstractButton)]
    for place, one in enumerate(buttons):
        for other in buttons[place + 1 :]:
            if one.parentWidget() is other.parentWidget() and not isinstance(
                one.parentWidget(), BasketList
            ):
                shared = one.geometry().intersected(other.geometry())
                if not shared.isEmpty():
                    findings.append(f"{one.accessibleName()} / {other.accessibleName()}")
    return findings
