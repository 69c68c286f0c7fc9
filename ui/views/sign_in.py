"""The sign-in: names two by two, the PIN's dots, the pad with 7-8-9 on top, and the languages."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.appearance import Appearance, Layout
from ui.appearance.metrics import GAP, RADIUS_CONTROL
from ui.presenters.sign_in import OperatorTile, SignInPresenter, SignInState
from ui.views.parts import KeepingArea, Said, column, panel, row, scrolling
from ui.widgets import paint
from ui.widgets.buttons import ActionButton, kept_widgets, main_button
from ui.widgets.hues import hue_of, picture_colours
from ui.widgets.number_pad import PinDots, pin_pad
from ui.widgets.progress import Skeleton
from ui.widgets.text import Text
from ui.widgets.view import ScreenView, ViewContext

NAME_HEIGHT = 76
PAD_WIDTH = 400
MOST_WIDTH, MOST_HEIGHT = 1400, 720


class SignInView(ScreenView):
    """Left who, right the PIN; in portrait one over the other."""

    def __init__(self, presenter: SignInPresenter, context: ViewContext) -> None:
        super().__init__(context)
        self._presenter = presenter
        look, words = self.look, self.words
        self._title = Text(look, role="title")
        self._hint = Text(look, role="body", tone="ink2", wrap=True)
        self._names = NameGrid(look)
        self._names_place = column(look)
        self._area: KeepingArea | None = None
        self._names.setAccessibleName(words("sign_in.names"))
        self._skeleton = Skeleton(look, rows=2)
        self._note = Text(look, role="caption", tone="ink2", wrap=True)
        self._languages = QButtonGroup(self)
        self._language_row = row(look)
        for tile in presenter.state.languages:
            button = ActionButton(
                look, tile.label, checkable=True, least_width=44 if look.narrow else 72
            )
            button.clicked.connect(lambda _=False, code=tile.code: presenter.speak(code))
            self._languages.addButton(button)
            self._language_row.addWidget(button)
        self._language_row.addStretch(1)
        self._recover = ActionButton(look, words("sign_in.forgot"), icon="key")
        self._recover.clicked.connect(presenter.recover)
        if not look.narrow:
            self._language_row.addWidget(self._recover)
        self._names.pressed = presenter.choose
        presenter.laid_out(self._names.columns)
        self._make_pin(presenter)
        self._arrange()
        self.bind(presenter)

    def _make_pin(self, presenter: SignInPresenter) -> None:
        look, words = self.look, self.words
        self._pin_title = Text(look, role="strong", align=paint.CENTRE)
        self._dots = PinDots(look, name=words("sign_in.pin_entered"))
        self._message = Said(look)
        self._pad = pin_pad(look, words, presenter)
        self._button = main_button(look, words("sign_in.sign_in"), icon="check", key="Enter")
        self._button.clicked.connect(presenter.submit)

    def _arrange(self) -> None:
        look = self.look
        # The lowest window has just enough for one name and the two taps beside it.
        left = column(look, gap=6 if look.narrow else 8)
        if look.narrow:
            self._arrange_narrow(left)
            return
        frame, inside = panel(look, pad=20, gap=8)
        inside.addWidget(self._pin_title)
        inside.addWidget(self._dots)
        inside.addWidget(self._message)
        inside.addWidget(self._pad, 1)
        inside.addWidget(self._button)
        frame.setMaximumHeight(look.px(620))
        left.addWidget(self._title)
        left.addWidget(self._hint)
        left.addSpacing(look.px(8))
        left.addWidget(self._skeleton)
        left.addLayout(self._names_place, 1)
        left.addWidget(self._note)
        left.addLayout(self._language_row)
        if look.layout is Layout.PORTRAIT:
            whole = column(look, self, pad=24, gap=16)
            whole.addLayout(left, 1)
            whole.addWidget(frame)
        else:
            # On a large screen names and pad stay together in the middle, one glance apart.
            place = QWidget()
            place.setMaximumSize(look.px(MOST_WIDTH), look.px(MOST_HEIGHT))
            centre = row(look, self)
            centre.addStretch(1)
            centre.addWidget(place, MOST_WIDTH)
            centre.addStretch(1)
            beside = row(look, place, pad=24, gap=24)
            beside.addLayout(left, 1)
            frame.setFixedWidth(look.px(PAD_WIDTH))
            beside.addWidget(frame, 0, Qt.AlignmentFlag.AlignVCenter)

    def _arrange_narrow(self, left: QVBoxLayout) -> None:
        """Dots and message stand over the names, for the pad needs the whole height."""
        look = self.look
        for unused in (self._title, self._hint, self._note):
            unused.hide()
        self._skeleton.setMaximumHeight(look.px(80))
        left.addWidget(self._pin_title)
        left.addWidget(self._dots)
        left.addWidget(self._message)
        left.addWidget(self._skeleton)
        left.addLayout(self._names_place, 1)
        left.addLayout(self._language_row)
        left.addWidget(self._recover)
        right = column(look)
        right.addWidget(self._pad, 1)
        right.addWidget(self._button)
        beside = row(look, self, pad=8, gap=12)
        beside.addLayout(left, 4)
        beside.addLayout(right, 3)

    @property
    def zones(self) -> tuple[QWidget, ...]:
        """Tab goes through names, languages and the lost PIN, then through the pad."""
        return (
            self._names,
            *self._languages.buttons(),
            self._recover,
            self._pad,
            self._button,
        )

    def present(self, state: SignInState) -> None:
        """Show names, dots, message; say refusals aloud at once, never the PIN."""
        self._title.setText(state.title)
        self._hint.setText(state.hint)
        self._note.setText(state.note)
        self._skeleton.setVisible(state.loading and not state.operators)
        self._names.present(state.operators)
        if state.operators and self._area is None:
            # A scroll area costs the first paint a tenth: it comes with the names.
            self._area = scrolling(self.look, self._names)
            self._names_place.addWidget(self._area, 1)
        if self._area is not None:
            self._area.keep(self._names.chosen)
        self._pin_title.setText(state.pin_title)
        self._dots.present(state.dots, state.dots_shown)
        self._message.present(state.message, refused=state.refused)
        self._button.set_words(state.button)
        self._button.setEnabled(not state.busy and not state.wait_s)
        for tile, button in zip(state.languages, self._languages.buttons(), strict=True):
            button.setChecked(tile.chosen)


class NameGrid(QWidget):
    """Names, two side by side; one when there is no room."""

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.buttons: list[NameButton] = []
        self.pressed = lambda operator_id: None
        self.columns = 1 if look.narrow else 2
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(look.px(GAP))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, look.px(4), 0)
        whole.addLayout(self._grid)
        whole.addStretch(1)
        for place in range(self.columns):
            self._grid.setColumnStretch(place, 1)

    @property
    def chosen(self) -> NameButton | None:
        """The chosen name, which is kept in sight."""
        return next((button for button in self.buttons if button.isChecked()), None)

    def present(self, tiles: tuple[OperatorTile, ...]) -> None:
        """Show the names. Whoever stays keeps their button, which may be under a finger just then:
        the names that were shown first may not be all, nor in this order.
        """
        if [tile.operator_id for tile in tiles] != [b.operator_id for b in self.buttons]:
            self.buttons = kept_widgets(
                {button.operator_id: button for button in self.buttons},
                {tile.operator_id: tile for tile in tiles},
                self._made,
            )
            for place, button in enumerate(self.buttons):
                self._grid.removeWidget(button)
                self._grid.addWidget(button, place // self.columns, place % self.columns)
        for tile, button in zip(tiles, self.buttons, strict=True):
            button.present(tile)

    def _made(self, tile: OperatorTile) -> NameButton:
        button = NameButton(self._look, tile, self)
        button.clicked.connect(lambda _=False, key=tile.operator_id: self.pressed(key))
        return button


class NameButton(QAbstractButton):
    """A name with its initial and role."""

    def __init__(self, look: Appearance, tile: OperatorTile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._tile = look, tile
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.present(tile)

    @property
    def operator_id(self) -> bytes:
        """Whose button this is."""
        return self._tile.operator_id

    def present(self, tile: OperatorTile) -> None:
        """Show another state of the same name."""
        self._tile = tile
        self.setChecked(tile.chosen)
        self.setAccessibleName(f"{tile.name}, {tile.role}")
        self.update()

    def nextCheckState(self) -> None:
        """The presenter says who is chosen; a press alone ticks nothing."""

    def sizeHint(self) -> QSize:
        """Big enough for a thumb."""
        return QSize(self._look.px(220), self._look.px(NAME_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, initial, name, role."""
        look, painter, tile = self._look, QPainter(self), self._tile
        radius = look.px(RADIUS_CONTROL)
        paint.box(
            painter,
            self.rect(),
            fill=look.colour("primary_soft" if tile.chosen or self.isDown() else "surface"),
            edge=look.colour("primary" if tile.chosen else "edge"),
            width=look.px(2) if tile.chosen else look.edge_width,
            radius=radius,
        )
        side = look.px(48)
        square = QRect(look.px(14), (self.height() - side) // 2, side, side)
        fill, ink = picture_colours(look, hue_of(tile.operator_id))
        edge = ink if look.tokens.name == "contrast" else None
        paint.box(painter, square, fill=fill, edge=edge, radius=look.px(8))
        paint.text(painter, square, tile.initial, look.font("strong"), ink, paint.CENTRE)
        left = square.right() + look.px(14)
        width = self.width() - left - look.px(12)
        name_line, role_line = look.line_height("strong"), look.line_height("caption")
        top = (self.height() - name_line - role_line) // 2
        for words, role, y, line, tone in (
            (tile.name, "strong", top, name_line, "ink"),
            (tile.role, "caption", top + name_line, role_line, "ink2"),
        ):
            font = look.font(role)
            shown = paint.lines(words, font, width, 1)[0]
            paint.text(painter, QRect(left, y, width, line), shown, font, look.colour(tone))
        if self.hasFocus():
            paint.focus_ring(painter, look, self.rect(), radius)
