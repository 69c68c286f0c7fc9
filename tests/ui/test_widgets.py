"""What the widgets tell and show: each signal once, each state where it belongs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from posloyalty.wording import LANGUAGES, Words
from tests.ui.gallery import CHIPS, ROWS, Gallery
from ui import icons
from ui.appearance import Appearance, Layout
from ui.appearance.fonts import load_faces
from ui.presenters.ports import ToastKind
from ui.presenters.strip_state import LampState, StripState
from ui.widgets import paint
from ui.widgets.buttons import ActionButton
from ui.widgets.chips import ChipKind, ChipRow
from ui.widgets.lists import ListRow
from ui.widgets.number_pad import NumberPad, PadKind
from ui.widgets.quick_keys import TurnKeyRow
from ui.widgets.strip import Lamp, StatusStrip
from ui.widgets.tables import TableRow

LEFT = Qt.MouseButton.LeftButton


def test_a_row_that_begins_a_group_has_room_for_its_heading(made: Gallery) -> None:
    rows = (
        ListRow(id="a", title="Bottles", heading="Activities"),
        ListRow(id="b", title="Trial class"),
        ListRow(id="c", title="Tea evening", heading="Events"),
    )
    made.rows.present(rows)
    model = made.rows.model()
    heights = [made.rows.visualRect(model.index(place, 0)).height() for place in range(3)]
    assert heights[0] == heights[2] > heights[1]


@pytest.fixture
def made(qtbot: QtBot) -> Gallery:
    load_faces()
    gallery = Gallery(Appearance())
    qtbot.addWidget(gallery)
    gallery.resize(760, 900)
    gallery.show()
    qtbot.waitExposed(gallery)
    return gallery


def test_the_pad_has_seven_eight_nine_on_top_and_tells_each_key(made: Gallery) -> None:
    typed: list[str] = []
    made.pad.typed.connect(typed.append)
    for key in made.pad.keys:
        if key.text().replace(".", "0").isdigit():
            key.click()
    assert typed == ["7", "8", "9", "4", "5", "6", "1", "2", "3", "00", "0", "."]


@pytest.mark.parametrize(
    ("kind", "last"), [(PadKind.AMOUNT, ["00", "0", "."]), (PadKind.PIN, ["Clear", "0", ""])]
)
def test_each_kind_of_pad_has_its_last_row(qtbot: QtBot, kind: PadKind, last: list[str]) -> None:
    pad = NumberPad(Appearance(), kind, clear_words="Clear", backspace_name="Back")
    qtbot.addWidget(pad)
    below = max(key.y() for key in _shown(pad))
    assert [key.text() for key in pad.keys if key.y() == below] == last


def test_where_there_are_no_cents_there_is_no_point_and_its_place_stays_empty(
    qtbot: QtBot,
) -> None:
    pad = NumberPad(Appearance(), clear_words="Clear", backspace_name="Back")
    qtbot.addWidget(pad)
    typed: list[str] = []
    pad.typed.connect(typed.append)
    point = next(key for key in _shown(pad) if key.text() == ".")
    where = point.geometry()
    pad.show_point(False)
    assert "." not in [key.text() for key in _shown(pad)]
    QTest.mouseClick(pad, LEFT, pos=where.center())
    assert typed != []
    assert "." not in typed
    pad.show_point(True)
    assert [key.geometry() for key in _shown(pad) if key.text() == "."] == [where]


def _shown(pad: NumberPad) -> list[ActionButton]:
    pad.show()
    pad.resize(400, 400)
    return [key for key in pad.keys if key.isVisible()]


def test_a_press_between_two_pad_keys_belongs_to_the_nearest(made: Gallery) -> None:
    typed: list[str] = []
    made.pad.typed.connect(typed.append)
    seven, eight = made.pad.keys[0], made.pad.keys[1]
    gap = QPoint(seven.geometry().right() + 2, seven.geometry().center().y())
    assert not seven.geometry().contains(gap)
    assert not eight.geometry().contains(gap)
    QTest.mouseClick(made.pad, LEFT, pos=gap)
    assert typed == ["7"]


def test_the_backspace_does_not_lie_beside_the_main_button(made: Gallery) -> None:
    erase = next(key for key in made.pad.keys if key.accessibleName() == "Backspace")
    assert erase.geometry().bottom() < made.pad.height() // 2


def test_the_open_row_carries_the_buttons_and_tells_its_number(made: Gallery) -> None:
    told: list[tuple[str, int]] = []
    for name in ("fewer", "more", "quantity", "price", "why", "removed"):
        signal = getattr(made.basket, name)
        signal.connect(lambda number, name=name: told.append((name, number)))
    row = made.basket._buttons
    for button in (row.fewer, row.more, row.quantity, row.why, row.remove):
        button.click()
    assert told == [("fewer", 1), ("more", 1), ("quantity", 1), ("why", 1), ("removed", 1)]
    assert not row.price.isVisible()
    made.basket.present(ROWS, 3)
    row.price.click()
    assert told[-1] == ("price", 3)


def test_what_was_weighed_cannot_be_counted(made: Gallery) -> None:
    made.basket.present(ROWS, 2)
    row = made.basket._buttons
    assert not row.fewer.isVisible()
    assert not row.more.isVisible()
    assert row.remove.isVisible()


def test_the_open_row_is_taller_and_its_buttons_lie_in_it(made: Gallery) -> None:
    first = made.basket.visualRect(made.basket.model().index(0, 0))
    second = made.basket.visualRect(made.basket.model().index(1, 0))
    assert first.height() == 92 + 26
    assert second.height() == 48
    assert first.contains(made.basket._buttons.geometry())


def test_a_press_on_a_row_asks_for_it(made: Gallery) -> None:
    asked: list[int] = []
    made.basket.chosen.connect(asked.append)
    rect = made.basket.visualRect(made.basket.model().index(1, 0))
    QTest.mouseClick(made.basket.viewport(), LEFT, pos=rect.center())
    assert asked == [2]


def test_the_newest_of_many_rows_is_in_view(made: Gallery) -> None:
    rows = tuple(
        ROWS[1].__class__(
            number=n, quantity="1", name=f"Item {n}", unit_price="1", amount="1", spoken=str(n)
        )
        for n in range(1, 501)
    )
    made.basket.present(rows, 500)
    QApplication.processEvents()
    rect = made.basket.visualRect(made.basket.model().index(499, 0))
    assert made.basket.viewport().rect().contains(rect)
    assert made.basket._buttons.isVisible()


def test_an_emptied_basket_hides_the_buttons(made: Gallery) -> None:
    made.basket.present((), None)
    assert not made.basket._buttons.isVisible()
    assert made.basket.selected is None


def test_a_quick_key_tells_its_article_and_an_empty_place_nothing(made: Gallery) -> None:
    pressed: list[bytes] = []
    made.quick.pressed.connect(pressed.append)
    for key in made.quick.keys:
        key.click()
    assert pressed == [b"1"]
    chosen: list[int] = []
    made.quick.tab_chosen.connect(chosen.append)
    made.quick.tabs[1].click()
    assert chosen == [1]


@pytest.mark.long(sample=7)
@pytest.mark.parametrize("width", range(60, 200, 7))
def test_a_line_never_ends_between_a_number_and_its_unit(made: Gallery, width: int) -> None:
    shown = paint.lines("Spring water 550 ml", Appearance().font("caption"), width, 9)
    assert any(line.endswith("550\u00a0ml") for line in shown)


def test_the_last_place_turns_the_leaves_and_tells_no_article(made: Gallery) -> None:
    pressed: list[bytes] = []
    turned: list[bool] = []
    made.quick.pressed.connect(pressed.append)
    made.quick.turned.connect(lambda: turned.append(True))
    turn = TurnKeyRow(words="Next page", place="1/2", spoken="Next page; 1 of 2 shown")
    made.quick.present(("Top", "Fruit"), 0, (), turn=turn)
    last = made.quick.keys[-1]
    assert last.accessibleName() == "Next page; 1 of 2 shown"
    last.setFocus()
    QTest.keyClick(last, Qt.Key.Key_Space)
    assert (pressed, turned) == ([], [True])


def test_a_low_place_shows_fewer_chips_and_says_how_many_there_are_more(made: Gallery) -> None:
    made.chips.fit(200)
    assert [chip.row.id for chip in made.chips.chips] == ["a", "u"]
    assert made.chips.more.isVisibleTo(made.chips)
    made.chips.fit(400)
    assert [chip.row.id for chip in made.chips.chips] == ["a", "u", "r"]


def test_chips_stand_applied_then_usable_then_refused(made: Gallery) -> None:
    assert [chip.row.id for chip in made.chips.chips] == ["a", "u", "r"]
    told: list[tuple[str, str]] = []
    made.chips.toggled.connect(lambda chip: told.append(("toggle", chip)))
    made.chips.why.connect(lambda chip: told.append(("why", chip)))
    made.chips.chips[1].click()
    made.chips.chips[2].why_button.click()
    assert told == [("toggle", "u"), ("why", "r")]


def test_past_four_chips_the_rest_waits_behind_its_number(made: Gallery) -> None:
    many = tuple(
        ChipRow(id=str(n), kind=ChipKind.USABLE, title=str(n), sub="", spoken=str(n))
        for n in range(7)
    )
    made.chips.present(many)
    assert len(made.chips.chips) == 4
    assert made.chips.more.text() == "3 more"
    made.chips.more.click()
    assert len(made.chips.chips) == 7
    assert not made.chips.more.isVisible()


def test_a_chip_that_changes_keeps_its_widget(made: Gallery) -> None:
    before = made.chips.chips[1]
    applied = ChipRow(
        id="u", kind=ChipKind.APPLIED, title="Points", sub="", spoken="applied", amount="−24.00"
    )
    made.chips.present((CHIPS[0], applied, CHIPS[2]))
    assert before in made.chips.chips
    assert before.row == applied


def test_a_message_takes_the_place_of_the_echo_and_gives_it_back(made: Gallery) -> None:
    line = made.entry
    line.say("Removed", ToastKind.NEWS)
    assert line.toast.isVisible()
    assert line.toast.geometry() == line.rect()
    line.clear_toast()
    assert not line.toast.isVisible()
    assert line.echo == "3 ×"


def test_undo_is_offered_once(made: Gallery) -> None:
    undone: list[int] = []
    made.entry.say("Removed", ToastKind.NEWS, lambda: undone.append(1))
    made.entry.toast.button.click()
    made.entry.toast.button.click()
    assert undone == [1]
    assert not made.entry.toast.isVisible()


def test_a_field_shows_a_finding_and_tells_only_what_a_person_typed(made: Gallery) -> None:
    told: list[str] = []
    made.text.edited.connect(told.append)
    made.text.present("138", finding="")
    assert told == []
    QTest.keyClicks(made.text.input, "0")
    assert told == ["1380"]
    made.text.present("1380", finding="Too short")
    assert made.text.input.accessibleDescription() == "Too short"


def test_the_input_method_is_on_for_names_alone(qtbot: QtBot) -> None:
    from ui.widgets.fields import TextField

    on, off = TextField(Appearance(), "Name", ime=True), TextField(Appearance(), "Code")
    qtbot.addWidget(on)
    qtbot.addWidget(off)
    attribute = Qt.WidgetAttribute.WA_InputMethodEnabled
    assert on.input.testAttribute(attribute)
    assert not off.input.testAttribute(attribute)


def test_a_list_tells_a_press_and_a_second_press(made: Gallery) -> None:
    told: list[tuple[str, int]] = []
    made.rows.chosen.connect(lambda place: told.append(("chosen", place)))
    made.rows.opened.connect(lambda place: told.append(("opened", place)))
    for place in (1, 0):
        rect = made.rows.visualRect(made.rows.model().index(place, 0))
        QTest.mouseClick(made.rows.viewport(), LEFT, pos=rect.center())
    assert told == [("chosen", 1), ("opened", 0)]


def test_a_table_keeps_its_rows_when_a_page_is_added(made: Gallery) -> None:
    first = made.table.rows
    more = (*first, TableRow(id="9", cells=("9", "2.00")))
    resets: list[int] = []
    made.table.model().modelReset.connect(lambda: resets.append(1))
    made.table.present(more, 3)
    assert made.table.rows == more
    assert resets == []


def test_a_list_shows_what_to_do_when_it_is_empty(made: Gallery) -> None:
    made.rows.present((), empty="No member found. Press F12 to join")
    before = made.rows.grab().toImage()
    made.rows.present((), empty="")
    assert made.rows.grab().toImage() != before


def test_trouble_is_always_worded_and_wellness_only_where_there_is_room(qtbot: QtBot) -> None:
    well = LampState(id="p", icon="printer", words="Printer OK")
    bad = LampState(id="p", icon="printer", words="Paper out · 2 waiting", trouble=True)
    for layout, wordy in ((Layout.WIDE, True), (Layout.COMPACT, False), (Layout.NARROW, False)):
        look = Appearance(layout=layout)
        for state, shown in ((well, wordy), (bad, True)):
            lamp = Lamp(look, state)
            qtbot.addWidget(lamp)
            assert lamp.wordy is shown
            assert lamp.accessibleName() == state.words


def a_strip(qtbot: QtBot, look: Appearance, width: int) -> tuple[QWidget, StatusStrip]:
    """A window, to be kept, and a strip of that width in it, which does not grow."""
    window = QWidget()
    qtbot.addWidget(window)
    strip = StatusStrip(look, menu_name="Menu", keys_name="Keys", parent=window)
    strip.resize(width, strip.height())
    window.show()
    return window, strip


PRINTER_WELL = LampState(id="printer", icon="printer", words="Printer OK")
PAPER_OUT = LampState(id="printer", icon="printer", words="Paper out · 2 waiting", trouble=True)
SCANNER = LampState(id="scanner", icon="scan", words="Scanner")


@pytest.mark.parametrize(
    ("layout", "width"), [(Layout.NARROW, 512), (Layout.PORTRAIT, 540), (Layout.NARROW, 683)]
)
@pytest.mark.parametrize("printer", [PRINTER_WELL, PAPER_OUT], ids=["well", "paper out"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_strip_is_cut_and_what_is_amiss_first_is_always_said(
    qtbot: QtBot, language: str, printer: LampState, layout: Layout, width: int
) -> None:
    _window, strip = a_strip(qtbot, Appearance(layout=layout, language=language), width)
    for code in ("strip.sending_stopped_n", "strip.sending_offline_n"):
        words = Words(language).counted(code, 1234)
        sync = LampState(id="sync", icon="cloud-off", words=words, trouble=True)
        strip.present(
            StripState(shop="Dawn Mart · Renmin Road", time="14:05", lamps=(sync, printer, SCANNER))
        )
        QApplication.processEvents()
        strip.layout().activate()
        assert strip.lamps[0].wordy
        assert [lamp.width() for lamp in strip.lamps] == [
            lamp.sizeHint().width() for lamp in strip.lamps
        ]
        assert strip.rect().contains(strip.menu_button.geometry())


def test_a_mended_printer_gives_its_room_back_to_the_name(qtbot: QtBot) -> None:
    _window, strip = a_strip(qtbot, Appearance(layout=Layout.NARROW), 600)
    offline = LampState(id="sync", icon="cloud-off", words="Offline · 1,234 to send", strong=True)
    said = []
    for printer in (PAPER_OUT, PRINTER_WELL):
        strip.present(StripState(shop="Dawn Mart", time="14:05", lamps=(offline, printer)))
        said.append([lamp.wordy for lamp in strip.lamps])
    assert said == [[False, True], [True, False]]


@pytest.mark.parametrize(("width", "wordy"), [(512, False), (640, True), (1024, True)])
def test_offline_is_said_in_the_low_windows_strip_where_it_fits(
    qtbot: QtBot, width: int, wordy: bool
) -> None:
    strip = StatusStrip(Appearance(layout=Layout.NARROW), menu_name="Menu", keys_name="Keys")
    qtbot.addWidget(strip)
    offline = LampState(id="sync", icon="cloud-off", words="Offline · 37 to send", strong=True)
    well = LampState(id="printer", icon="printer", words="Printer OK")
    strip.present(StripState(shop="Dawn Mart", time="14:05", lamps=(offline, well)))
    strip.resize(width, strip.height())
    strip.show()
    assert [lamp.wordy for lamp in strip.lamps] == [wordy, False]
    strip.layout().activate()
    assert strip.lamps[0].width() == strip.lamps[0].sizeHint().width()


def test_a_question_answers_by_place(made: Gallery) -> None:
    answers: list[int] = []
    made.question.answered.connect(answers.append)
    for button in made.question.buttons:
        button.click()
    assert answers == [0, 1]


def test_long_names_break_into_two_lines_and_end_in_an_ellipsis(qapp: QApplication) -> None:
    load_faces()
    font = Appearance().font("body")
    broken = paint.lines("Laundry liquid, concentrated, lavender and mint, 3 kg", font, 160, 2)
    assert len(broken) == 2
    assert broken[1].endswith("…")
    assert paint.lines("Milk", font, 160, 2) == ["Milk"]
    assert paint.lines("", font, 160, 2) == [""]


def test_icons_are_drawn_in_the_colour_asked_for(qapp: QApplication) -> None:
    image = icons.pixmap("check", "#1D4FC4", 48).toImage()
    colours = {
        image.pixelColor(x, y).name()
        for x in range(48)
        for y in range(48)
        if image.pixelColor(x, y).alpha() == 255
    }
    assert colours == {"#1d4fc4"}
    with pytest.raises(FileNotFoundError):
        icons.pixmap("no-such-icon", "#000000", 24)


def test_list_rows_speak_even_without_words_of_their_own(made: Gallery) -> None:
    made.rows.present((ListRow(id="1", title="Wang", sub="138", amount="45"),), 0)
    index = made.rows.model().index(0, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Wang, 138, 45"
