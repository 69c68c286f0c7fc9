"""A member's details: ink card with the balance, what is pending and expiring, answers, visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.appearance import Appearance
from ui.appearance.metrics import RADIUS_CARD, TARGET
from ui.presenters.member_detail import EMPTY_PIP, FULL_PIP, ConsentLine, MemberDetail, VisitLine
from ui.views.parts import column, empty_layout, row, scrolling
from ui.widgets import paint
from ui.widgets.buttons import ActionButton, main_button
from ui.widgets.fields import Toggle
from ui.widgets.text import Panel, Tag, Text
from ui.widgets.view import ViewContext

if TYPE_CHECKING:
    from ui.presenters.member import MemberPresenter

CARD = 184
CARD_BARE = 88


class DetailPane(Panel):
    """Everything about one member, scrolling; the actions keep their places below."""

    def __init__(self, presenter: MemberPresenter, context: ViewContext) -> None:
        super().__init__("surface")
        self._presenter = presenter
        look, self._words = context.look, context.words
        self._look = look
        self._shown: MemberDetail | None = None
        self._card = DetailCard(look)
        self._warning = Tag(look, tone="warn")
        self._facts = column(look, gap=2)
        self._consents = column(look)
        self._visits = column(look, gap=2)
        inner = QWidget()
        inside = column(look, inner, gap=12)
        inside.addWidget(self._card)
        inside.addWidget(self._warning)
        inside.addLayout(self._facts)
        inside.addWidget(Text(look, self._words("member.consents"), "strong"))
        inside.addLayout(self._consents)
        inside.addWidget(Text(look, self._words("member.visits"), "strong"))
        inside.addLayout(self._visits)
        inside.addStretch(1)
        high = TARGET if look.narrow else 56
        card = ActionButton(look, self._words("member.show_card"), icon="qr", height=high)
        card.clicked.connect(presenter.show_card)
        lost = ActionButton(look, self._words("member.replace_card"), icon="card", height=high)
        lost.clicked.connect(presenter.ask_replace)
        more = ActionButton(look, self._words("member.doings"), icon="star", height=high)
        more.clicked.connect(presenter.doings)
        close = ActionButton(
            look, self._words("common.close"), icon="close", key="Esc", height=high
        )
        close.clicked.connect(presenter.close_pane)
        self.main = main_button(look, self._words("member.add"), icon="check")
        self.main.clicked.connect(presenter.add)
        for button in (card, lost, more, close):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if look.narrow:
            beside = row(look, self, pad=8, gap=12)
            beside.addWidget(scrolling(look, inner), 3)
            right = column(look)
            for button in (close, more, card, lost):
                right.addWidget(button)
            right.addStretch(1)
            right.addWidget(self.main)
            beside.addLayout(right, 2)
            return
        whole = column(look, self, pad=16)
        whole.addWidget(scrolling(look, inner), 1)
        for pair in ((card, lost), (more, close)):
            acts = row(look)
            for button in pair:
                acts.addWidget(button, 1)
            whole.addLayout(acts)
        whole.addWidget(self.main)

    def present(self, detail: MemberDetail) -> None:
        """Show a member; made anew only when something changed."""
        if detail == self._shown:
            return
        self._shown = detail
        self.setAccessibleName(detail.name)
        self._card.present(detail)
        self._warning.setVisible(bool(detail.warning))
        self._warning.present(detail.warning, tone="warn")
        self._fill_facts(detail)
        empty_layout(self._consents)
        for line in detail.consents:
            self._consents.addWidget(self._consent(line))
        empty_layout(self._visits)
        for visit in detail.visits:
            self._visits.addWidget(self._visit(visit))
        if not detail.visits:
            none = self._words("member.no_visits")
            self._visits.addWidget(Text(self._look, none, "body", tone="ink2"))

    def _fill_facts(self, detail: MemberDetail) -> None:
        empty_layout(self._facts)
        facts = [note for wallet in detail.wallets for note in wallet.notes]
        facts += [fact for tier in detail.tiers for fact in tier.facts]
        facts += detail.vouchers
        facts += [fact for fact in (detail.birthday, detail.joined) if fact]
        if detail.card_code:
            facts.append(f"{self._words('member.card_code')} {detail.card_code}")
        for fact in facts:
            self._facts.addWidget(Text(self._look, fact, "body", tone="ink2", wrap=True))

    def _consent(self, line: ConsentLine) -> Toggle:
        toggle = Toggle(self._look, line.label, line.note)
        toggle.present(line.granted, enabled=not line.fixed)
        set_consent = self._presenter.set_consent
        toggle.clicked.connect(
            lambda granted, of=line: set_consent(of.purpose, of.channel, granted)
        )
        return toggle

    def _visit(self, visit: VisitLine) -> QWidget:
        look = self._look
        place = QWidget()
        line = row(look, place, gap=12)
        line.addWidget(Text(look, visit.at, "body", tone="ink2", tabular=True))
        if look.narrow:
            line.addStretch(1)
        else:
            line.addWidget(Text(look, visit.number, "body", tone="ink2", tabular=True), 1)
        line.addWidget(Text(look, visit.amount, "body", tabular=True, align=paint.RIGHT))
        place.setAccessibleName(f"{visit.at}, {visit.number}, {visit.amount}")
        return place


class DetailCard(QWidget):
    """The ink card: name, phone, tier with pips, balance in gold with its time, way to go."""

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._detail: MemberDetail | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(look.px(CARD))

    def present(self, detail: MemberDetail) -> None:
        """Show a member."""
        self._detail = detail
        self.setFixedHeight(self._look.px(CARD if detail.wallets or detail.tiers else CARD_BARE))
        wallets = ", ".join(f"{wallet.name} {wallet.balance}" for wallet in detail.wallets)
        tiers = ", ".join(f"{tier.spoken}, {tier.note}" for tier in detail.tiers)
        parts = (detail.name, detail.phone, wallets, detail.as_of, tiers)
        self.setAccessibleName(", ".join(part for part in parts if part))
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as it may be."""
        return QSize(self._look.px(300), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and the four lines."""
        detail = self._detail
        if detail is None:
            return
        look, painter = self._look, QPainter(self)
        paint.box(
            painter,
            self.rect(),
            fill=look.colour("card"),
            edge=look.colour("card_edge"),
            width=look.edge_width,
            radius=look.px(RADIUS_CARD),
        )
        inner = self.rect().adjusted(look.px(20), look.px(14), -look.px(20), -look.px(14))
        right = self._tier(painter, inner, detail)
        name = QRect(inner.x(), inner.y(), inner.width() - right - look.px(12), look.px(34))
        font = look.font("title")
        shown = paint.lines(detail.name, font, name.width(), 1)[0]
        paint.text(painter, name, shown, font, look.colour("on_card"))
        phone = QRect(inner.x(), inner.y() + look.px(34), inner.width(), look.px(24))
        tone = look.colour("on_card2")
        paint.text(painter, phone, detail.phone, look.font("body", tabular=True), tone)
        self._balance(painter, inner, detail)
        self._progress(painter, inner, detail)

    def _tier(self, painter: QPainter, inner: QRect, detail: MemberDetail) -> int:
        if not detail.tiers:
            return 0
        look, tier = self._look, detail.tiers[0]
        levels = tier.pips.count(FULL_PIP) + tier.pips.count(EMPTY_PIP)
        words = look.text_width(tier.name, "body", bold=True)
        pips = levels * look.px(14)
        width = words + pips + look.px(48)
        tag = QRect(inner.right() - width, inner.y(), width, look.px(34))
        paint.box(painter, tag, fill=look.colour("card_soft"), radius=look.px(6))
        paint.icon(
            painter, look, "star", "gold", tag.x() + look.px(8), tag.y() + look.px(8), look.px(18)
        )
        text = QRect(tag.x() + look.px(32), tag.y(), words + 4, tag.height())
        paint.text(painter, text, tier.name, look.font("body", bold=True), look.colour("gold"))
        full = tier.pips.count(FULL_PIP)
        x, middle = text.right() + look.px(4), tag.center().y()
        paint.pips(painter, look, x, middle, full=full, of=levels, token="gold")
        return width

    def _balance(self, painter: QPainter, inner: QRect, detail: MemberDetail) -> None:
        look = self._look
        if not detail.wallets:
            return
        wallet = detail.wallets[0]
        rect = QRect(inner.x(), inner.y() + look.px(62), inner.width(), look.px(48))
        font = look.font("balance", tabular=True)
        paint.text(painter, rect, wallet.balance, font, look.colour("gold"))
        painter.setFont(font)
        after = rect.x() + painter.fontMetrics().horizontalAdvance(wallet.balance) + look.px(10)
        unit = QRect(after, rect.y() + look.px(8), rect.width(), look.px(40))
        paint.text(painter, unit, wallet.name, look.font("body"), look.colour("gold"))
        font = look.font("body")
        paint.text(painter, rect, detail.as_of, font, look.colour("on_card2"), paint.RIGHT)

    def _progress(self, painter: QPainter, inner: QRect, detail: MemberDetail) -> None:
        if not detail.tiers:
            return
        look, tier = self._look, detail.tiers[0]
        bar = QRect(inner.x(), inner.y() + look.px(116), inner.width(), look.px(8))
        paint.box(painter, bar, fill=look.colour("card_soft"), radius=look.px(4))
        if look.tokens.name == "contrast":
            paint.box(painter, bar, fill=None, edge=look.colour("on_card"), radius=look.px(4))
        done = max(0, min(tier.progress, tier.goal))
        filled = QRect(bar.x(), bar.y(), bar.width() * done // max(1, tier.goal), bar.height())
        if filled.width():
            paint.box(painter, filled, fill=look.colour("gold"), radius=look.px(4))
        rect = QRect(inner.x(), bar.bottom() + look.px(4), inner.width(), look.px(26))
        paint.text(painter, rect, tier.note, look.font("body"), look.colour("on_card"))
