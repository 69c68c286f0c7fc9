"""What stands still is drawn once, seen to change, and drawn sparingly where somebody waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PIL import Image, ImageChops
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.gallery import Gallery
from ui.appearance import Appearance
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.chips import ChipKind, ChipRow
from ui.widgets.kept_pictures import KeptPictures, kept_pictures
from ui.widgets.quick_keys import QuickKeyButton, QuickKeyRow, TurnKeyRow

RED = QColor("#C00000")
A_KEY = QuickKeyRow(id=b"1", name="Tea egg", price="2.00", initial="T", colour="brown")


class Screen:
    """Something to paint on, and how often a picture was drawn for it."""

    def __init__(self, kept: KeptPictures, *, ratio: float = 1) -> None:
        self.kept = kept
        self.drawn = 0
        self.later = 0
        self.pixmap = QPixmap(round(200 * ratio), round(200 * ratio))
        self.pixmap.setDevicePixelRatio(ratio)
        self.pixmap.fill(QColor("white"))

    def paint(self, state: str, rect: QRect | None = None) -> None:
        painter = QPainter(self.pixmap)
        at = QRect(0, 0, 10, 10) if rect is None else rect
        self.kept.paint(painter, at, (state,), self._draw, self._ask)
        painter.end()

    def red_at(self, x: int, y: int) -> bool:
        return self.pixmap.toImage().pixelColor(x, y) == RED

    def _draw(self, painter: QPainter, rect: QRect) -> None:
        self.drawn += 1
        painter.fillRect(rect, RED)

    def _ask(self) -> None:
        self.later += 1


@pytest.fixture
def clock() -> list[float]:
    return [100.0]


@pytest.fixture
def screen(qapp: QApplication, clock: list[float]) -> Screen:
    return Screen(KeptPictures(4_000, now_s=lambda: clock[0]))


@pytest.fixture
def forgotten(qapp: QApplication) -> Iterator[KeptPictures]:
    """The till's own pictures, none of them yet; no cursor blinks between two looks."""
    kept_pictures().forget()
    blinks = qapp.cursorFlashTime()
    qapp.setCursorFlashTime(0)
    yield kept_pictures()
    qapp.setCursorFlashTime(blinks)
    kept_pictures().forget()


def test_a_picture_is_drawn_once_and_painted_wherever_it_is_asked_for(screen: Screen) -> None:
    screen.paint("a")
    screen.paint("a", QRect(50, 60, 10, 10))
    assert screen.drawn == 1
    assert screen.red_at(0, 0)
    assert screen.red_at(59, 69)
    assert not screen.red_at(60, 70)
    assert not screen.red_at(49, 60)


@pytest.mark.parametrize(
    ("state", "rect"),
    [("b", QRect(0, 0, 10, 10)), ("a", QRect(0, 0, 11, 10)), ("a", QRect(0, 0, 10, 9))],
)
def test_another_state_or_size_is_another_picture(screen: Screen, state: str, rect: QRect) -> None:
    screen.paint("a")
    screen.paint(state, rect)
    assert screen.drawn == 2


def test_what_was_not_asked_for_longest_goes_first(qapp: QApplication) -> None:
    # Each takes 10 x 10 x 4 = 400 bytes; room for sixteen of them, and none is more than a part.
    screen = Screen(KeptPictures(6_400))
    for n in range(16):
        screen.paint(str(n))
    assert (len(screen.kept), screen.kept.bytes_kept) == (16, 6_400)
    screen.paint("0")
    screen.paint("16")
    assert (len(screen.kept), screen.kept.bytes_kept) == (16, 6_400)
    screen.paint("0")
    assert screen.drawn == 17
    screen.paint("1")
    assert screen.drawn == 18


def test_what_would_push_out_too_much_is_painted_and_not_kept(qapp: QApplication) -> None:
    screen = Screen(KeptPictures(300))
    screen.paint("a")
    screen.paint("a", QRect(50, 60, 10, 10))
    assert (screen.drawn, len(screen.kept), screen.kept.bytes_kept) == (2, 0, 0)
    assert screen.red_at(55, 65)


@pytest.mark.parametrize(("ratio", "kept"), [(1, 1), (1.25, 0), (1.5, 0), (2, 1)])
def test_between_two_real_pixels_nothing_is_kept(
    qapp: QApplication, ratio: float, kept: int
) -> None:
    screen = Screen(KeptPictures(), ratio=ratio)
    screen.paint("a", QRect(20, 20, 10, 10))
    assert len(screen.kept) == kept
    assert screen.red_at(round(25 * ratio), round(25 * ratio))
    assert not screen.red_at(round(31 * ratio) + 1, round(25 * ratio))


def test_a_turn_draws_for_so_long_and_leaves_the_rest_for_later(
    screen: Screen, clock: list[float]
) -> None:
    screen.paint("known")
    with screen.kept.sparing(0.005):
        clock[0] += 0.004
        screen.paint("a")
        assert (screen.drawn, screen.later) == (2, 0)
        clock[0] += 0.001
        screen.paint("b", QRect(50, 60, 10, 10))
        screen.paint("known")
    assert (screen.drawn, screen.later) == (2, 1)
    assert not screen.red_at(55, 65)
    screen.paint("b", QRect(50, 60, 10, 10))
    assert (screen.drawn, screen.later) == (3, 1)


def test_one_picture_is_drawn_in_every_turn_however_busy_the_machine(
    screen: Screen, clock: list[float]
) -> None:
    for n in range(3):
        with screen.kept.sparing(0.005):
            clock[0] += 1
            screen.paint(f"first {n}")
            screen.paint(f"second {n}")
    assert (screen.drawn, screen.later) == (3, 3)


def test_a_picture_within_a_picture_is_never_left_out(screen: Screen, clock: list[float]) -> None:
    def around(painter: QPainter, rect: QRect) -> None:
        clock[0] += 1
        screen.kept.paint(painter, rect, ("inner",), screen._draw, screen._ask)

    painter = QPainter(screen.pixmap)
    with screen.kept.sparing(0.005):
        screen.kept.paint(painter, QRect(0, 0, 10, 10), ("outer",), around, screen._ask)
        screen.kept.paint(painter, QRect(0, 0, 10, 10), ("next",), screen._draw, screen._ask)
    painter.end()
    assert (screen.drawn, screen.later) == (1, 1)
    assert screen.red_at(5, 5)


# What widgets say of themselves


def _picture(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


@pytest.mark.parametrize("look", ["light", "dark", "contrast"])
@pytest.mark.parametrize("scale", [100, 150])
def test_every_widget_looks_the_same_whether_its_picture_was_kept_or_not(
    qtbot: QtBot,
    forgotten: KeptPictures,
    monkeypatch: pytest.MonkeyPatch,
    look: str,
    scale: int,
) -> None:
    gallery = Gallery(Appearance().with_(look=look, scale=scale))
    qtbot.addWidget(gallery)
    gallery.resize(900, 900)
    gallery.show()
    QTest.qWaitForWindowActive(gallery)
    inner = gallery.column.parentWidget()
    # Sizes settle when it is first looked at.
    _picture(inner)
    QApplication.processEvents()
    forgotten.forget()
    first = _picture(inner)
    known = len(forgotten)
    again = _picture(inner)
    assert (known > 20, len(forgotten)) == (True, known)
    monkeypatch.setattr(forgotten, "_most", 0)
    bare = _picture(inner)
    assert again == first
    assert _most_apart(first, bare) <= 3  # steps of 255, where smoothed edges are laid over twice


def _most_apart(one: QImage, other: QImage) -> int:
    assert one.size() == other.size()
    a, b = (
        Image.frombytes("RGBX", (each.width(), each.height()), bytes(each.constBits()))
        for each in (one, other)
    )
    return max(most for _least, most in ImageChops.difference(a, b).getextrema())


def _button(look: Appearance) -> ActionButton:
    button = ActionButton(look, "Pay", icon="card", key="F2", checkable=True)
    button.resize(160, 60)
    return button


BUTTON_CHANGES: dict[str, Callable[[ActionButton], object]] = {
    "words": lambda button: button.set_words("Hold"),
    "icon": lambda button: button.set_icon("bin"),
    "count": lambda button: button.set_badge(3),
    "idle": lambda button: button.setEnabled(False),
    "held down": lambda button: button.setDown(True),
    "chosen": lambda button: button.setChecked(True),
    "size": lambda button: button.resize(170, 60),
}


@pytest.mark.parametrize("change", BUTTON_CHANGES.values(), ids=BUTTON_CHANGES)
def test_a_button_is_seen_to_change(
    qtbot: QtBot, forgotten: KeptPictures, change: Callable[[ActionButton], object]
) -> None:
    button = _button(Appearance())
    qtbot.addWidget(button)
    before = _picture(button)
    change(button)
    after = _picture(button)
    forgotten.forget()
    assert after != before
    assert after == _picture(button)


def test_buttons_of_every_kind_and_look_have_pictures_of_their_own(
    qtbot: QtBot, forgotten: KeptPictures
) -> None:
    for look in ("light", "dark", "contrast"):
        for kind in Kind:
            button = ActionButton(Appearance().with_(look=look), "Pay", kind=kind)
            qtbot.addWidget(button)
            button.resize(160, 96)
            button.grab()
    assert len(forgotten) == 3 * len(Kind)


@pytest.mark.parametrize(
    "row",
    [
        QuickKeyRow(id=b"1", name="Tea egg", price="3.00", initial="T", colour="brown"),
        QuickKeyRow(id=b"1", name="Tea eggs", price="2.00", initial="T", colour="brown"),
        QuickKeyRow(id=b"1", name="Tea egg", price="2.00", initial="E", colour="brown"),
        QuickKeyRow(id=b"1", name="Tea egg", price="2.00", initial="T", colour="red"),
        QuickKeyRow(
            id=b"1", name="Tea egg", price="2.00", initial="T", colour="brown", enabled=False
        ),
        TurnKeyRow(words="Next page", place="1/2", spoken="Next page, 1 of 2"),
        None,
    ],
)
def test_a_quick_key_is_seen_to_change(
    qtbot: QtBot, forgotten: KeptPictures, row: QuickKeyRow | TurnKeyRow | None
) -> None:
    key = QuickKeyButton(Appearance())
    qtbot.addWidget(key)
    key.resize(100, 118)
    key.present(A_KEY)
    before = _picture(key)
    key.present(row)
    after = _picture(key)
    forgotten.forget()
    assert after != before
    assert after == _picture(key)


def test_rows_chips_and_cells_are_seen_to_change(qtbot: QtBot, forgotten: KeptPictures) -> None:
    gallery = Gallery(Appearance())
    qtbot.addWidget(gallery)
    gallery.show()
    chip = gallery.chips.chips[0]
    for widget, change in (
        (gallery.rows.viewport(), lambda: gallery.rows.present(gallery.rows.rows, 1)),
        (gallery.table.viewport(), lambda: gallery.table.present(gallery.table.rows, 2)),
        (gallery.basket.viewport(), lambda: gallery.basket.present(gallery.basket.rows, 3)),
        (
            chip,
            lambda: chip.present(
                ChipRow(id="a", kind=ChipKind.APPLIED, title="20 off", sub="applied", spoken="")
            ),
        ),
    ):
        before = _picture(widget)
        change()
        after = _picture(widget)
        forgotten.forget()
        assert after != before
        assert after == _picture(widget)
