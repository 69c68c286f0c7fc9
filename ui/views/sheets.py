"""What all sheets share: a frame with a title and Esc, flat in the narrow layout."""

from __future__ import annotations

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.appearance.metrics import GAP
from ui.widgets.sheet import SheetFrame
from ui.widgets.view import ScreenView, ViewContext

TITLE_LINES = 2


class SheetView(ScreenView):
    """A sheet: `body` is the column below the title."""

    def __init__(self, context: ViewContext, title: str) -> None:
        super().__init__(context)
        look = self.look
        self.frame = SheetFrame(look, title, close_words=self.words("common.close"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.frame)
        self.body = self.frame.body
        if look.narrow:
            inside = self.frame.layout()
            pad = look.px(GAP)
            if inside is not None:
                inside.setContentsMargins(pad, pad // 2, pad, pad)
                inside.setSpacing(pad // 2)

    @property
    def zones(self) -> tuple[QWidget, ...]:
        """Tab stays in the sheet: what lies below it is covered."""
        return (self.frame,)

    def break_title(self) -> None:
        """A long title stands on two lines, whole: a face's lines are higher than the design's."""
        high = QFontMetrics(self.look.font("title")).lineSpacing()
        self.frame.title.setWordWrap(True)
        self.frame.title.setMaximumHeight(TITLE_LINES * high)

    def tighten(self) -> None:
        """Leave the frame no more room than it must have: a pad needs the height."""
        self.frame.set_tight(True)
