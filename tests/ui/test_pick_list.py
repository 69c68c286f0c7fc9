"""Why a line cannot come back is whole in its row, also beside a low till's other columns."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from posloyalty.wording import LANGUAGES, Words
from ui.appearance import Appearance, layout_of
from ui.appearance.fonts import load_faces
from ui.presenters.returning.state import ReturnLine
from ui.views.returning import _pick_row
from ui.widgets.pick_list import PickList

WIDTH = 626
"""What the list has at 1024 x 768."""


def line(number: int, why_not: str) -> ReturnLine:
    return ReturnLine(
        number=number,
        name="Gift card",
        sub=why_not or "bought 1, can return 1",
        count="0",
        amount="50.00",
        ticked=False,
        can_tick=not why_not,
        can_count=False,
        why_not=why_not,
        spoken="",
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_a_line_waits_is_whole_and_the_others_keep_their_height(
    qapp: QApplication, language: str
) -> None:
    load_faces()
    why_not = Words(language)("refusal.VALUE_BACK_NOT_LENT", time="03-01 10:30")
    look = Appearance(language=language, layout=layout_of(1024, 768, 100))
    shown = PickList(look, name="lines", fewer="fewer", more="more")
    shown.resize(WIDTH, 400)
    shown.present((_pick_row(line(1, why_not)), _pick_row(line(2, ""))), 0)
    (refused, usual), painter = shown.rows, shown.itemDelegate()
    said = painter._sub_lines(refused)
    assert "".join(said).replace(" ", "") == why_not.replace(" ", "")
    room = shown.viewport().width() - painter.beside(refused)
    assert max(look.text_width(one, "caption") for one in said) <= room
    assert shown.sizeHintForRow(0) > shown.sizeHintForRow(1)
    assert not usual.whole
    shown.deleteLater()
