"""A card turned to the member, and the pane that replaces a lost one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.appearance import Appearance, Layout
from ui.appearance.metrics import RADIUS_CARD
from ui.presenters.card_at_counter import CardShown
from ui.presenters.member_detail import MemberDetail
from ui.views.parts import column, row
from ui.widgets import paint
from ui.widgets.buttons import ActionButton, main_button
from ui.widgets.text import Icon, Panel, Text
from ui.widgets.view import ViewContext

if TYPE_CHECKING:
    from ui.presenters.member import MemberPresenter

QUIET_MODULES = 4
CARD_MOST = (480, 303)


class CardPane(Panel):
    """The card large enough for a telephone's camera, its code for the eye."""

    def __init__(self, presenter: MemberPresenter, context: ViewContext) -> None:
        super().__init__("surface")
        look, words = context.look, context.words
        narrow = look.layout is Layout.NARROW
        self._title = Text(look, role="title", wrap=True)
        self._subtitle = Text(look, role="body", tone="ink2", wrap=True)
        self._card = CardFace(look, name=words("member.card_qr"))
        self._print = printed = ActionButton(
            look, words("member.print_card"), icon="printer", height=44 if narrow else 56
        )
        printed.clicked.connect(presenter.print_card)
        saved = ActionButton(
            look, words("member.save_card"), icon="file", height=44 if narrow else 56
        )
        saved.clicked.connect(presenter.save_card)
        self.main = main_button(look, words("member.back_to_sale"), icon="next")
        self.main.clicked.connect(presenter.main_action)
        for button in (printed, saved):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if narrow:
            beside = row(look, self, pad=8, gap=12)
            beside.addWidget(self._card, 3)
            right = column(look)
            self._subtitle.hide()
            for part in (self._title, printed, saved):
                right.addWidget(part)
            right.addStretch(1)
            right.addWidget(self.main)
            beside.addLayout(right, 2)
            return
        acts = row(look)
        acts.addWidget(printed)
        acts.addWidget(saved)
        head = row(look, gap=12)
        head.addWidget(Icon(look, "check-circle", 32, tone="success"))
        head.addWidget(self._title, 1)
        whole = column(look, self, pad=16, gap=12)
        whole.addLayout(head)
        whole.addWidget(self._subtitle)
        whole.addWidget(self._card, 1)
        whole.addLayout(acts)
        whole.addWidget(self.main)

    def present(self, card: CardShown) -> None:
        """Show a card."""
        self._title.setText(card.title)
        self._subtitle.setText(card.subtitle)
        self._card.present(card)
        self._print.setEnabled(card.can_print)


class CardFace(QWidget):
    """The face of the card as it is printed: ink ground, shop, name, QR on white, short code."""

    def __init__(self, look: Appearance, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._name = look, name
        self._card: CardShown | None = None
        self.setMinimumHeight(look.px(130))

    def present(self, card: CardShown) -> None:
        """Show a card."""
        self._card = card
        self.setAccessibleName(f"{self._name}, {card.name}, {card.code}")
        self.update()

    def sizeHint(self) -> QSize:
        """A bank card's shape."""
        return QSize(self._look.px(CARD_MOST[0]), self._look.px(CARD_MOST[1]))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, words left, code right."""
        card = self._card
        if card is None:
            return
        look, painter = self._look, QPainter(self)
        width = min(self.width(), look.px(CARD_MOST[0]), self.height() * 856 // 540)
        height = width * 540 // 856
        face = QRect((self.width() - width) // 2, (self.height() - height) // 2, width, height)
        paint.box(
            painter,
            face,
            fill=look.colour("card"),
            edge=look.colour("card_edge"),
            width=look.edge_width,
            radius=look.px(RADIUS_CARD),
        )
        pad = width // 16
        side = height - 2 * pad - look.line_height("strong")
        square = QRect(face.right() - pad - side, face.y() + pad, side, side)
        paint.box(painter, square, fill=QColor("#FFFFFF"), radius=look.px(6))
        _code(painter, square, card.qr)
        left = QRect(face.x() + pad, face.y() + pad, square.x() - face.x() - 2 * pad, side)
        self._words(painter, left, card)
        code = QRect(
            face.x() + pad, square.bottom() + 1, width - 2 * pad, face.bottom() - square.bottom()
        )
        font = look.font("strong", tabular=True)
        paint.text(painter, code, card.code, font, look.colour("on_card"), paint.RIGHT)

    def _words(self, painter: QPainter, left: QRect, card: CardShown) -> None:
        look, line = self._look, self._look.line_height("strong")
        font = look.font("strong")
        for at, words in enumerate(paint.lines(card.shop, font, left.width(), 2)):
            rect = QRect(left.x(), left.y() + at * line, left.width(), line)
            paint.text(painter, rect, words, font, look.colour("on_card"))
        font, line = look.font("body"), look.line_height("body")
        rect = QRect(left.x(), left.bottom() - line, left.width(), line)
        shown = paint.lines(card.name, font, left.width(), 1)[0]
        paint.text(painter, rect, shown, font, look.colour("on_card2"))


class ReplacePane(Panel):
    """What replacing a card means, and the button that does it."""

    def __init__(self, presenter: MemberPresenter, context: ViewContext) -> None:
        super().__init__("surface")
        look, words = context.look, context.words
        self._name = Text(look, role="strong", wrap=True)
        self.main = main_button(look, words("member.replace_confirm"), icon="card")
        self.main.clicked.connect(presenter.replace_card)
        cancel = ActionButton(look, words("common.back"), icon="back", key="Esc", height=72)
        cancel.clicked.connect(presenter.close_pane)
        head = row(look, gap=12)
        head.addWidget(Icon(look, "look", 32, tone="warn"))
        head.addWidget(Text(look, words("member.replace_title"), "title", wrap=True), 1)
        foot = row(look)
        foot.addWidget(cancel)
        foot.addWidget(self.main, 1)
        whole = column(look, self, pad=8 if look.narrow else 16, gap=12)
        whole.addLayout(head)
        whole.addWidget(self._name)
        text = Text(look, words("member.replace_text"), "body", tone="ink2", wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        whole.addWidget(text)
        whole.addStretch(1)
        whole.addLayout(foot)

    def present(self, detail: MemberDetail, *, busy: bool) -> None:
        """Show whose card it is."""
        self._name.setText(f"{detail.name} · {detail.card_code}".strip(" ·"))
        self.main.setEnabled(not busy)


def _code(painter: QPainter, square: QRect, qr: tuple[tuple[bool, ...], ...]) -> None:
    """The modules with whole pixels each and four of quiet around; sharp for a camera."""
    count = len(qr) + 2 * QUIET_MODULES
    module = max(1, square.width() // count)
    inset = (square.width() - module * len(qr)) // 2
    for y, line in enumerate(qr):
        for x, dark in enumerate(line):
            if dark:
                at = QRect(
                    square.x() + inset + x * module, square.y() + inset + y * module, module, module
                )
                painter.fillRect(at, QColor("#000000"))
