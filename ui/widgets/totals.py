"""Totals: what is saved and what is to pay, and figures in rows such as those of the pay screen."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.appearance.look import Appearance
from ui.widgets import paint
from ui.widgets.entry_line import announce
from ui.widgets.text import Panel, Text, label_of


class TotalsPanel(QWidget):
    """The foot of the basket: before offers and saved at the left, TO PAY large at the right.

    The total is told to the screen reader when it changes.
    """

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._before = Text(look, role="caption", tone="ink2")
        self._before_amount = Text(look, role="caption", tone="ink2", tabular=True)
        self._saved = Text(look, role="caption", tone="success")
        self._saved_amount = Text(look, role="caption", tone="success", bold=True, tabular=True)
        self._label = Text(look, tone="ink2", align=paint.RIGHT)
        self.total = Text(look, role="total", tabular=True, align=paint.RIGHT)
        small = QGridLayout()
        small.setHorizontalSpacing(look.px(12))
        small.setVerticalSpacing(look.px(4))
        self._given = Text(look, role="caption", tone="ink2")
        self._given_amount = Text(look, role="caption", tone="ink2", bold=True, tabular=True)
        for line, (label, amount) in enumerate(
            (
                (self._before, self._before_amount),
                (self._saved, self._saved_amount),
                (self._given, self._given_amount),
            )
        ):
            small.addWidget(label, line, 0)
            amount.setAlignment(paint.RIGHT)
            small.addWidget(amount, line, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(10), look.px(8), look.px(10), look.px(8))
        row.setSpacing(look.px(12))
        row.addLayout(small)
        row.addStretch(1)
        row.addWidget(self._label)
        row.addWidget(self.total)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._shown = ""

    def present(
        self,
        *,
        label: str,
        total: str,
        before: tuple[str, str] | None = None,
        saved: tuple[str, str] | None = None,
        given: tuple[str, str] | None = None,
    ) -> None:
        """Show the total; `before`, `saved` and `given` are label and amount, or None."""
        for pair, words, amount in (
            (before, self._before, self._before_amount),
            (saved, self._saved, self._saved_amount),
            (given, self._given, self._given_amount),
        ):
            words.setText(pair[0] if pair else "")
            amount.setText(pair[1] if pair else "")
        for part in (self._given, self._given_amount):
            part.setVisible(given is not None)
        self._label.setText(label)
        self.total.setText(total)
        spoken = f"{label} {total}"
        self.setAccessibleName(spoken)
        if spoken != self._shown:
            self._shown = spoken
            announce(self, spoken)

    def sizeHint(self) -> QSize:
        """One large line high."""
        return QSize(super().sizeHint().width(), self._look.px(76))


class FigureList(Panel):
    """Label and amount in rows; a tone per row. For sums, taxes, points after."""

    def __init__(
        self, look: Appearance, kind: str = "surface", parent: QWidget | None = None
    ) -> None:
        super().__init__(kind, parent)
        self._look = look
        self._rows: tuple[tuple[str, str, str], ...] = ()
        self._layout = QVBoxLayout(self)
        pad = look.px(12)
        self._layout.setContentsMargins(pad, look.px(8), pad, look.px(8))
        self._layout.setSpacing(look.px(2))

    def present(self, rows: tuple[tuple[str, str, str], ...]) -> None:
        """Show rows of (label, amount, tone); tone "ink" is the usual one."""
        if rows == self._rows:
            return
        self._rows = rows
        while self._layout.count():
            item = self._layout.takeAt(0)
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for label, amount, tone in rows:
            self._layout.addWidget(_Figure(self._look, label, amount, tone, self))
        # Shown while it lies nowhere yet, it would open a window of its own.
        if not rows:
            self.hide()
        elif self.parentWidget() is not None:
            self.show()


class _Figure(QWidget):
    """One row: a label and its amount."""

    def __init__(
        self, look: Appearance, label: str, amount: str, tone: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(8))
        row.addWidget(label_of(look, label, tone="ink2" if tone == "ink" else tone), 1)
        figure = Text(
            look, amount, "caption", tone=tone, bold=True, tabular=True, align=paint.RIGHT
        )
        row.addWidget(figure)
        self.setAccessibleName(f"{label} {amount}")
