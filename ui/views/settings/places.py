"""The places of quick keys: a row of pages, and sixteen places of which one is chosen."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from ui.appearance import Appearance
from ui.appearance.metrics import GAP, QUICK_KEY, RADIUS_CONTROL
from ui.presenters.form import Choice
from ui.presenters.settings.keys import COLUMNS
from ui.presenters.settings.section import Entry
from ui.views.choices import ChoiceGrid
from ui.views.parts import column
from ui.widgets import paint
from ui.widgets.hues import picture_colours
from ui.widgets.kept_pictures import paint_kept


class PlaceGrid(QWidget):
    """Pages over places."""

    page_chosen = Signal(str)
    place_chosen = Signal(str)

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._names: tuple[tuple[str, str], ...] = ()
        self._tabs: ChoiceGrid | None = None
        self.places: list[PlaceButton] = []
        self._column = column(look, self, gap=12)
        self._place = QWidget()
        self._grid = QGridLayout(self._place)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(look.px(GAP))
        self._column.addWidget(self._place)

    def present(self, pages: tuple[Entry, ...], places: tuple[Entry, ...]) -> None:
        """Show pages and places."""
        names = tuple((page.key, page.title) for page in pages)
        if names != self._names:
            self._make_tabs(names)
        chosen = next((page.key for page in pages if page.chosen), "-")
        if self._tabs is not None:
            self._tabs.present(chosen)
        self._place.setVisible(bool(places))
        while len(self.places) < len(places):
            at = len(self.places)
            button = PlaceButton(self._look)
            button.clicked.connect(lambda _=False, of=at: self.place_chosen.emit(str(of)))
            self._grid.addWidget(button, at // COLUMNS, at % COLUMNS)
            self.places.append(button)
        for entry, button in zip(places, self.places, strict=False):
            button.present(entry)

    def _make_tabs(self, names: tuple[tuple[str, str], ...]) -> None:
        self._names = names
        if self._tabs is not None:
            self._column.removeWidget(self._tabs)
            self._tabs.hide()
            self._tabs.deleteLater()
        choices = tuple(Choice(key, title) for key, title in names)
        self._tabs = ChoiceGrid(self._look, "", choices)
        self._tabs.chosen.connect(self.page_chosen)
        self._column.insertWidget(0, self._tabs)


class PlaceButton(QAbstractButton):
    """One place: the product on it, or a dashed outline."""

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._entry = Entry(key="", title="")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def present(self, entry: Entry) -> None:
        """Show what stands on the place."""
        self._entry = entry
        self.setAccessibleName(entry.note)
        self.update()

    def sizeHint(self) -> QSize:
        """As big as a quick key is at least."""
        return QSize(self._look.px(QUICK_KEY[0]), self._look.px(QUICK_KEY[1]))

    def minimumSizeHint(self) -> QSize:
        """A quick key is never smaller."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, initial, name in two lines; the chosen place has a thick edge and a pen."""
        look, painter = self._look, QPainter(self)
        entry = self._entry
        shown = ("place", look, entry.title, entry.colour, entry.dim, entry.chosen)
        paint_kept(painter, self.rect(), shown, self._draw, self.update)
        if self.hasFocus():
            paint.focus_ring(painter, look, self.rect(), look.px(RADIUS_CONTROL))

    def _draw(self, painter: QPainter, rect: QRect) -> None:
        look, entry = self._look, self._entry
        paint.box(
            painter,
            rect,
            fill=look.colour("primary_soft" if entry.chosen else "surface"),
            edge=look.colour("primary" if entry.chosen else "edge"),
            width=look.px(2) if entry.chosen else look.edge_width,
            radius=look.px(RADIUS_CONTROL),
            dashed=entry.dim and not entry.chosen,
        )
        pad = look.px(8)
        if not entry.dim:
            side = look.px(26)
            square = QRect(pad, pad, side, side)
            fill, ink = picture_colours(look, entry.colour or "grey")
            edge = ink if look.tokens.name == "contrast" else None
            paint.box(painter, square, fill=fill, edge=edge, radius=look.px(6))
            font = look.font("caption", bold=True)
            paint.text(painter, square, entry.title.strip()[:1].upper(), font, ink, paint.CENTRE)
        if entry.chosen:
            side = look.px(18)
            x = self.width() - pad - side
            paint.icon(painter, look, "edit", "primary", x, pad, side)
        font, line = look.font("caption"), look.line_height("caption")
        shown = paint.lines(entry.title, font, self.width() - 2 * pad, 2)
        top = self.height() - pad // 2 - len(shown) * line
        tone = look.colour("ink3" if entry.dim else "ink")
        for at, words in enumerate(shown):
            place = QRect(pad, top + at * line, self.width() - 2 * pad, line)
            paint.text(painter, place, words, font, tone)
