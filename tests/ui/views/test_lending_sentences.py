"""Why head office lends nothing of what a sale wants, whole on the message line of the sale."""

from __future__ import annotations

from typing import Final

import pytest
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from posloyalty.wording import LANGUAGES, Words
from tests.ui.counter_stage import CounterStage, counter_stage
from tests.ui.stage import end_stage
from ui.presenters.counter import counter_of
from ui.views.sale import SaleView
from ui.widgets import paint

WHAT: Final = ("points", "stored", "voucher", "reward")
WHY: Final = ("not_free", "put_back", "day_ahead")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1366, 768), (1024, 768), (1024, 600)], ids=str)
def test_why_nothing_is_lent_is_whole_on_the_message_line(
    qtbot: QtBot, size: tuple[int, int], language: str
) -> None:
    words = Words(language)
    stage = counter_stage(size=size, language=language)
    try:
        texts = [
            words(f"sale.{what}_{why}", points="12,345", money="1,234.50", stores="S2")
            for what in WHAT
            for why in WHY
        ]
        said = [text for text in texts if is_cut(stage, text)]
    finally:
        end_stage(stage)
    assert said == []


def is_cut(stage: CounterStage, text: str) -> bool:
    """Whether two lines do not hold it."""
    counter_of(stage.session).refuse(text)
    stage.rest()
    view = stage.shown
    assert isinstance(view, SaleView)
    message = view.entry.toast
    assert message.message == text
    look = stage.window.look
    room = message.width() - look.px(12 + 24 + 10 + 8)
    font = look.font("caption", bold=True)
    shown = paint.lines(text, font, room, 2)
    assert all(QFontMetrics(font).horizontalAdvance(one) <= room for one in shown)
    return shown[-1].endswith("…")
