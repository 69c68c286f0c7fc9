"""The member's card on the sale screen, and the line of what the sale earns.

Shape: `MemberCardRow` is worded and formatted; None shows the dashed outline that asks for a
member. Gold stands here and nowhere else. The age of a balance is always shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from ui.appearance.look import Appearance
from ui.appearance.metrics import CHIP, RADIUS_CARD, Layout
from ui.widgets import paint
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.text import Panel, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCardRow:
    """A member as the card shows them.

    `pips_full` of `pips_of` is the tier's rank; `progress` is in thousandths of the way to the next
    tier, None when there is none. `stale` puts the time into an amber tag with a clock.
    """

    name: str
    phone: str
    balance: str
    unit: str
    as_of: str
    tier: str = ""
    pips_full: int = 0
    pips_of: int = 0
    pending: str = ""
    birthday: str = ""
    progress: int | None = None
    progress_words: str = ""
    deadline: str = ""
    stale: bool = False
    note: str = ""


class MemberCard(QAbstractButton):
    """The card: a press opens the member, or looks for one while there is none."""

    def __init__(
        self, look: Appearance, *, find_words: str, find_hint: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._find = find_words
        self._find_hint = find_hint
        self._row: MemberCardRow | None = None
        self.short = look.layout in (Layout.COMPACT, Layout.NARROW)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(look.px(138 if self.short else 178))
        self.setAccessibleName(f"{find_words} {find_hint}")

    @property
    def row(self) -> MemberCardRow | None:
        """The member shown."""
        return self._row

    def present(self, row: MemberCardRow | None) -> None:
        """Show a member, or the invitation to find one."""
        if row == self._row:
            return
        self._row = row
        if row is None:
            self.setAccessibleName(f"{self._find} {self._find_hint}")
        else:
            parts = (row.name, row.tier, f"{row.balance} {row.unit}", row.as_of, row.pending)
            more = (row.birthday, row.progress_words, row.deadline)
            self.setAccessibleName(", ".join(part for part in (*parts, *more) if part))
        self.update()

    def sizeHint(self) -> QSize:
        """356 wide at least."""
        return QSize(self._look.px(320), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card, or its outline."""
        look, painter = self._look, QPainter(self)
        radius = look.px(RADIUS_CARD)
        if self._row is None:
            self._paint_invitation(painter)
        else:
            tokens = look.tokens
            paint.box(
                painter,
                self.rect(),
                fill=look.colour("card"),
                edge=None if tokens.card == tokens.card_edge else look.colour("card_edge"),
                width=look.edge_width,
                radius=radius,
            )
            self._paint_member(painter, self._row)
        if self.hasFocus():
            paint.focus_ring(painter, look, self.rect(), radius)

    def _paint_invitation(self, painter: QPainter) -> None:
        look = self._look
        paint.box(
            painter,
            self.rect(),
            fill=look.colour("primary_soft") if self.isDown() else None,
            edge=look.colour("edge"),
            width=max(look.edge_width, look.px(2) // 2 + 1),
            radius=look.px(RADIUS_CARD),
            dashed=True,
        )
        side = look.px(32)
        line, middle = look.line_height("strong"), self.height() // 2
        top = middle - (side + line + look.line_height("caption") + look.px(8)) // 2
        paint.icon(painter, look, "person", "ink2", (self.width() - side) // 2, top, side)
        top += side + look.px(6)
        rect = QRect(0, top, self.width(), line)
        paint.text(
            painter, rect, self._find_hint, look.font("strong"), look.colour("ink"), paint.CENTRE
        )
        rect = QRect(0, top + line, self.width(), look.line_height("caption"))
        paint.text(
            painter, rect, self._find, look.font("caption"), look.colour("ink2"), paint.CENTRE
        )
        paint.hint(painter, look, self.width() - look.px(10), look.px(10), "F2", on="surface")

    def _paint_member(self, painter: QPainter, row: MemberCardRow) -> None:
        look = self._look
        pad = look.px(16)
        inner = self.rect().adjusted(pad, look.px(10), -pad, -look.px(10))
        right_width = self._paint_right(painter, inner, row)
        left_width = inner.width() - right_width - look.px(12)
        y = inner.y()
        font = look.font("title")
        if look.text_width(row.name, "title") > left_width:
            font = look.font("strong")
        name = paint.lines(row.name, font, left_width, 1)[0]
        height = look.px(34)
        paint.text(
            painter, QRect(inner.x(), y, left_width, height), name, font, look.colour("on_card")
        )
        y += height
        phone = QRect(inner.x(), y, left_width, look.px(22))
        font = look.font("caption", tabular=True)
        paint.text(painter, phone, row.phone, font, look.colour("on_card2"))
        y += look.px(22)
        self._paint_balance(painter, inner.x(), y, row)
        if not self.short:
            self._paint_progress(painter, inner, y + look.px(56), row)

    def _paint_right(self, painter: QPainter, inner: QRect, row: MemberCardRow) -> int:
        """Tier, birthday, time and pending at the right; returns the width they took."""
        look = self._look
        widest = 0
        y = inner.y() + look.px(2)
        if row.tier:
            widest = self._paint_tier(painter, inner.right(), y, row)
        y += look.px(34)
        if row.birthday:
            widest = max(widest, self._paint_birthday(painter, inner.right(), y, row.birthday))
        y += look.px(26)
        for words, tone, stale in (
            (row.as_of, "on_card2", row.stale),
            (row.pending, "on_card2", False),
        ):
            if words:
                self._paint_small(painter, inner.right(), y, words, tone, stale=stale)
            y += look.px(24)
        return widest

    def _paint_tier(self, painter: QPainter, right: int, y: int, row: MemberCardRow) -> int:
        look = self._look
        height, side = look.px(30), look.px(18)
        words = look.text_width(row.tier, "caption", bold=True)
        pips = row.pips_of * look.px(14)
        width = look.px(24) + side + words + (pips + look.px(6) if pips else 0)
        rect = QRect(right - width, y, width, height)
        contrast = look.tokens.name == "contrast"
        paint.box(
            painter,
            rect,
            fill=look.colour("card_soft"),
            edge=look.colour("gold") if contrast else None,
            width=look.edge_width,
            radius=look.px(6),
        )
        x = rect.x() + look.px(10)
        paint.icon(painter, look, "star", "gold", x, y + (height - side) // 2, side)
        x += side + look.px(6)
        font = look.font("caption", bold=True)
        paint.text(painter, QRect(x, y, words + 4, height), row.tier, font, look.colour("gold"))
        x += words + look.px(8)
        paint.pips(
            painter, look, x, y + height // 2, full=row.pips_full, of=row.pips_of, token="gold"
        )
        return width

    def _paint_birthday(self, painter: QPainter, right: int, y: int, words: str) -> int:
        look = self._look
        width, side = look.text_width(words, "caption", bold=True), look.px(18)
        rect = QRect(right - width, y, width + 2, look.px(22))
        font = look.font("caption", bold=True)
        paint.text(painter, rect, words, font, look.colour("gold"), paint.RIGHT)
        paint.icon(painter, look, "cake", "gold", rect.x() - side - look.px(6), y, side)
        return width + side + look.px(6)

    def _paint_small(
        self, painter: QPainter, right: int, y: int, words: str, tone: str, *, stale: bool
    ) -> None:
        look = self._look
        font = look.font("caption")
        width, height = look.text_width(words, "caption"), look.px(22)
        rect = QRect(right - width, y, width + 2, height)
        if stale:
            side = look.px(16)
            ground = rect.adjusted(-side - look.px(14), 0, 0, 0)
            paint.box(painter, ground, fill=look.colour("warn_fill"), radius=look.px(6))
            x = ground.x() + look.px(6)
            paint.icon(painter, look, "clock", "on_warn", x, y + (height - side) // 2, side)
            rect.translate(-look.px(6), 0)
            tone = "on_warn"
        paint.text(painter, rect, words, font, look.colour(tone), paint.RIGHT)

    def _paint_balance(self, painter: QPainter, x: int, y: int, row: MemberCardRow) -> None:
        look = self._look
        font = look.font("balance", tabular=True)
        width = QFontMetrics(font).horizontalAdvance(row.balance)
        height = look.line_height("balance")
        paint.text(painter, QRect(x, y, width + 4, height), row.balance, font, look.colour("gold"))
        unit = QRect(x + width + look.px(8), y + look.px(6), look.px(120), height - look.px(6))
        paint.text(painter, unit, row.unit, look.font("body"), look.colour("gold"))

    def _paint_progress(self, painter: QPainter, inner: QRect, y: int, row: MemberCardRow) -> None:
        look = self._look
        if row.progress is not None:
            bar = QRect(inner.x(), y, inner.width(), look.px(8))
            contrast = look.tokens.name == "contrast"
            edge = look.colour("on_card") if contrast else None
            paint.box(painter, bar, fill=look.colour("card_soft"), edge=edge, radius=look.px(4))
            done = QRect(bar)
            done.setWidth(max(look.px(8), bar.width() * min(row.progress, 1000) // 1000))
            paint.box(painter, done, fill=look.colour("gold"), radius=look.px(4))
        words = QRect(inner.x(), y + look.px(10), inner.width(), look.px(24))
        font = look.font("caption")
        deadline = look.text_width(row.deadline, "caption")
        left = paint.lines(row.progress_words, font, words.width() - deadline - look.px(8), 1)[0]
        paint.text(painter, words, left, font, look.colour("on_card"))
        paint.text(painter, words, row.deadline, font, look.colour("on_card2"), paint.RIGHT)


class EarnLine(Panel):
    """What this sale earns: label, amount, unit, a note such as "gold 1.5×", and why."""

    why = Signal()

    def __init__(self, look: Appearance, *, why_name: str, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        short = look.layout in (Layout.COMPACT, Layout.NARROW)
        self.setFixedHeight(look.px(CHIP))
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(12), 0, look.px(6), 0)
        row.setSpacing(look.px(6))
        self._label = Text(look, tone="ink2")
        self._amount = Text(look, role="strong", tabular=True)
        self._unit = Text(look, role="caption", tone="ink2")
        self._note = Text(look, role="caption", tone="ink2", align=paint.RIGHT)
        if short:
            self._note.hide()
        self._why = ActionButton(look, icon="help", name=why_name, kind=Kind.QUIET)
        self._why.clicked.connect(self.why)
        for part in (self._label, self._amount, self._unit):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self._note)
        row.addWidget(self._why)

    def present(self, label: str, amount: str, unit: str = "", note: str = "") -> None:
        """Show an amount; empty shows the label alone and no why."""
        self._label.setText(label)
        self._amount.setText(amount)
        self._unit.setText(unit)
        self._note.setText(note)
        self._why.setVisible(bool(amount))
        self.setAccessibleName(" ".join(part for part in (label, amount, unit, note) if part))
