"""The keys themselves: sizes, gaps, names, the nearest key, what no face can draw."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.walk import nameless, overlapping, too_small
from ui.appearance import LOOKS, Appearance, Layout
from ui.appearance.fonts import load_faces
from ui.appearance.metrics import SCALES
from ui.presenters.typing.cells import Cell, Dress
from ui.presenters.typing.keys import COLUMNS, LAYERS, PAD_COLUMNS, Layer, is_pad, rows_most
from ui.widgets.key_panel import REPEATED, KeyPanel, Steps

Rows = tuple[tuple[Cell, ...], ...]


def rows_of(layer: Layer) -> Rows:
    """A layer's keys as cells, each named by its sign or act, under a row of figures."""
    keys = tuple(
        tuple(
            Cell(f"sign:{key.sign}" if key.sign else f"act:{key.act}", key.sign, "key", key.span)
            for key in row
        )
        for row in LAYERS[layer]
    )
    figures = tuple(Cell(f"sign:{sign}", sign, sign) for sign in "1234567890")
    return keys if is_pad(layer) else (figures, *keys)


def panel(
    qtbot: QtBot, look: Appearance, layer: Layer = Layer.LETTERS, *, width: int = 0
) -> KeyPanel:
    load_faces()
    made = KeyPanel(look, name="keys", rows_most=rows_most(look.language))
    qtbot.addWidget(made)
    made.resize(width or made.least_width(), made.sizeHint().height())
    made.show()
    made.present(rows_of(layer), PAD_COLUMNS if is_pad(layer) else COLUMNS)
    return made


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
@pytest.mark.parametrize("layout", [Layout.WIDE, Layout.NARROW])
def test_keys_are_large_enough_and_apart_at_the_least_width(
    qtbot: QtBot, scale: int, language: str, layout: Layout
) -> None:
    look = Appearance(scale=scale, language=language, layout=layout)
    layers = [layer for layer in Layer if layer is not Layer.ZHUYIN or language == "zh_TW"]
    for layer in layers:
        made = panel(qtbot, look, layer)
        assert too_small(made, look) == []
        assert nameless(made) == []
        assert overlapping(made) == []
        keys = [key for key in made.keys if key.isVisible()]
        for one in keys:
            assert made.rect().contains(one.geometry())
            grown = one.geometry().adjusted(0, 0, look.px(8) - 1, look.px(8) - 1)
            assert not any(grown.intersects(key.geometry()) for key in keys if key is not one)


def test_all_layers_of_a_language_have_one_height(qtbot: QtBot) -> None:
    for language in ("zh_CN", "zh_TW"):
        look = Appearance(language=language)
        assert len({panel(qtbot, look, layer).height() for layer in Layer}) == 1


def test_a_press_between_two_keys_belongs_to_the_nearest(qtbot: QtBot) -> None:
    made = panel(qtbot, Appearance(), width=1000)
    told: list[str] = []
    made.pressed.connect(told.append)
    q, w = made.key("sign:q"), made.key("sign:w")
    assert q is not None
    assert w is not None
    for x in (q.geometry().right() + 2, w.geometry().left() - 2):
        QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(x, q.geometry().center().y()))
    assert told == ["sign:q", "sign:w"]


def test_a_key_acts_where_the_finger_came_down_even_if_it_slips(qtbot: QtBot) -> None:
    made = panel(qtbot, Appearance(), width=1000)
    told: list[str] = []
    made.pressed.connect(told.append)
    q = made.key("sign:q")
    assert q is not None
    middle = q.geometry().center()
    QTest.mousePress(made, Qt.MouseButton.LeftButton, pos=middle)
    assert q.isDown()
    assert told == []
    QTest.mouseRelease(made, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 40))
    assert told == ["sign:q"]
    assert not q.isDown()


def test_a_screen_reader_presses_a_key_by_its_own_action(qtbot: QtBot) -> None:
    made = panel(qtbot, Appearance(), width=1000)
    told: list[str] = []
    made.pressed.connect(told.append)
    key = made.key("sign:a")
    assert key is not None
    key.click()
    assert told == ["sign:a"]


def test_a_key_that_does_nothing_now_cannot_be_pressed(qtbot: QtBot) -> None:
    made = panel(qtbot, Appearance(), width=1000)
    told: list[str] = []
    made.pressed.connect(told.append)
    made.present(((Cell("act:next", "", "next", 10, dress=Dress.IDLE),),), COLUMNS)
    QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=made.rect().center())
    assert told == []


def test_backspace_that_is_held_goes_on_and_adds_none_when_it_is_lifted(qtbot: QtBot) -> None:
    made = panel(qtbot, Appearance(), width=1000)
    told: list[str] = []
    made.pressed.connect(told.append)
    made.present(((Cell(REPEATED, "", "backspace", 10),),), COLUMNS)
    QTest.mousePress(made, Qt.MouseButton.LeftButton, pos=made.rect().center())
    made.hold_on()
    made.hold_on()
    QTest.mouseRelease(made, Qt.MouseButton.LeftButton, pos=made.rect().center())
    assert told == [REPEATED, REPEATED]


def test_keys_never_take_the_keyboard_from_the_field(qtbot: QtBot) -> None:
    made = panel(qtbot, Appearance(), width=1000)
    assert made.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert {key.focusPolicy() for key in made.keys} == {Qt.FocusPolicy.NoFocus}


@pytest.mark.parametrize("look", LOOKS)
def test_a_character_that_no_face_has_shows_its_number(qtbot: QtBot, look: str) -> None:
    """Two such characters must not look alike: a person has to tell them apart."""
    made = panel(qtbot, Appearance().with_(look=look), width=1000)
    pictures = []
    for sign in "𠮷𡈽小":
        made.present(((Cell("take:0", sign, sign, 10, dress=Dress.OFFER),),), COLUMNS)
        pictures.append(made.grab().toImage())
    assert pictures[0] != pictures[1]
    assert pictures[1] != pictures[2]


def test_steps_share_what_is_left_over() -> None:
    steps = Steps(5, 1003, 10, 8)
    widths = [steps.end(place) - steps.start(place) for place in range(10)]
    assert max(widths) - min(widths) <= 1
    assert steps.start(0) == 5
    assert steps.end(9) == 5 + 1003
    gaps = {steps.start(place + 1) - steps.end(place) for place in range(9)}
    assert gaps == {8}
