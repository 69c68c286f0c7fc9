"""The counter as a person meets it: real keys, bursts of scans, taps, every layout and look."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from posloyalty.domain.shop.authority import Need
from posloyalty.domain.shop.operator import Right
from posloyalty.domain.shop.tender import TenderKind
from tests.fakes.small_shop import CARD, CASHIER, MANAGER, PAYMENT_CODE
from tests.ui.counter_stage import CounterStage, counter_stage
from tests.ui.stage import end_stage
from tests.ui.walk import (
    controls,
    nameless,
    wrong_controls,
)
from ui.appearance.metrics import SCALES
from ui.menu import MenuSheet
from ui.presenters.approval import ReasonChoice, ask_approval
from ui.presenters.ports import Screen, Sheet
from ui.views.done import DoneView
from ui.views.find_item import FindView
from ui.views.pay import PayView
from ui.views.redeem import RedeemView
from ui.views.sale import SaleView
from ui.widgets.buttons import ActionButton, Kind

CTRL = Qt.KeyboardModifier.ControlModifier
SIZES = [(1366, 768), (1024, 768), (1920, 1080), (1080, 1920)]
Make = Callable[..., CounterStage]


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Make]:
    """Open stages; all are closed at the end."""
    stages: list[CounterStage] = []

    def made(**more: object) -> CounterStage:
        stage = counter_stage(**more)  # type: ignore[arg-type]
        stages.append(stage)
        return stage

    yield made
    for stage in stages:
        end_stage(stage)


def sale_view(stage: CounterStage) -> SaleView:
    assert isinstance(stage.shown, SaleView)
    return stage.shown


def pay_view(stage: CounterStage) -> PayView:
    assert isinstance(stage.shown, PayView)
    return stage.shown


def mains(root: QWidget) -> list[ActionButton]:
    return [
        widget
        for widget in controls(root)
        if isinstance(widget, ActionButton) and widget.kind is Kind.MAIN
    ]


# Keys


def test_cash_with_a_200_note_by_real_keys(make: Make) -> None:
    stage = make()
    stage.fill()
    stage.press(Qt.Key.Key_F12)
    stage.settle()
    stage.type("200")
    stage.press(Qt.Key.Key_Return)
    assert stage.front is Screen.DONE
    assert stage.till.check_out.completed[0][0].given_minor == 20000
    stage.settle()
    stage.press(Qt.Key.Key_Return)
    assert stage.front is Screen.SALE


def test_enter_is_deaf_for_the_first_moment_of_pay(make: Make) -> None:
    stage = make()
    stage.fill()
    stage.press(Qt.Key.Key_F12)
    stage.press(Qt.Key.Key_Return)
    assert stage.front is Screen.PAY
    stage.settle()
    stage.press(Qt.Key.Key_Return)
    assert stage.front is Screen.DONE


def test_a_wallet_by_real_keys_takes_its_reference(make: Make) -> None:
    stage = make()
    stage.fill()
    stage.press(Qt.Key.Key_F12)
    stage.settle()
    stage.press(Qt.Key.Key_3, CTRL)
    stage.type("42a7")
    assert stage.pay.state.reference == "42a7"
    stage.press(Qt.Key.Key_Return)
    assert stage.till.check_out.completed[0][0].kind is TenderKind.QR_WALLET


def test_the_most_useful_points_by_two_real_keys(make: Make) -> None:
    stage = make()
    stage.fill()
    stage.press(Qt.Key.Key_F5)
    stage.settle()
    stage.press(Qt.Key.Key_Return)
    assert stage.sale.state.total.total_minor == 13876 - 2400


def test_letters_search_and_backspace_narrows_nothing_away(make: Make) -> None:
    stage = make()
    stage.type("qn")
    assert stage.window.navigator.sheet is Sheet.FIND
    stage.settle()
    view = stage.window.navigator.sheet_view
    assert isinstance(view, FindView)
    assert [row.title for row in view.list.rows] == ["茶叶蛋"]
    stage.press(Qt.Key.Key_Backspace)
    assert [row.title for row in view.list.rows] == ["全麦吐司 400g", "茶叶蛋"]
    stage.press(Qt.Key.Key_Down)
    stage.press(Qt.Key.Key_Return)
    assert [row.name for row in stage.sale.state.rows] == ["茶叶蛋"]


def test_del_removes_and_ctrl_z_brings_back(make: Make) -> None:
    stage = make()
    stage.fill()
    stage.press(Qt.Key.Key_Delete)
    assert len(sale_view(stage).basket.list.rows) == 5
    stage.press(Qt.Key.Key_Z, CTRL)
    assert len(sale_view(stage).basket.list.rows) == 6


# Scans


@pytest.mark.long(sample=3)
@pytest.mark.parametrize("where", ["sale", "chip", "pad", "find", "redeem", "why", "pay", "done"])
def test_a_burst_is_a_scan_whatever_has_the_keyboard(make: Make, where: str) -> None:
    stage = make()
    stage.fill()
    if where == "chip":
        sale_view(stage).member.chips.chips[0].setFocus()
    elif where == "pad":
        stage.sale.scanned("103")
    elif where in ("find", "redeem", "why"):
        {"find": stage.sale.find, "redeem": stage.sale.redeem, "why": stage.sale.why}[where]()
    elif where in ("pay", "done"):
        stage.sale.main_action()
        stage.settle()
        if where == "pay":
            pay_view(stage).amount.setFocus()
        else:
            stage.pay.main_action()
            stage.settle()
    stage.rest()
    stage.scan("6901234500204")
    stage.rest()
    if where == "done":
        assert stage.front is Screen.SALE
    assert stage.sale.state.rows[-1].name == "美式咖啡"
    assert stage.sale.state.echo == ""
    pad = stage.sale.state.pad
    assert pad is None or pad.value == ""
    if where == "pay":
        assert stage.pay.state.amount_fresh


def test_a_payment_code_scanned_into_the_reference_is_refused(make: Make) -> None:
    stage = make()
    stage.fill()
    stage.sale.main_action()
    stage.settle()
    stage.pay.tender(3)
    pay_view(stage).reference.setFocus()
    stage.scan(PAYMENT_CODE)
    assert stage.pay.state.reference == ""
    assert stage.front is Screen.PAY
    assert stage.window.toasts.said.startswith("A payment code")


# Taps


def test_a_sale_by_touch_alone(make: Make, qtbot: QtBot) -> None:
    stage = make()
    view = sale_view(stage)
    keys = view.keys.keys
    assert keys is not None
    for key in (keys.keys[0], keys.keys[0], keys.keys[4]):
        qtbot.mouseClick(key, Qt.MouseButton.LeftButton)
    assert [(r.quantity, r.name) for r in stage.sale.state.rows] == [
        ("2", "茶叶蛋"),
        ("1", "美式咖啡"),
    ]
    qtbot.mouseClick(view.pay, Qt.MouseButton.LeftButton)
    stage.settle()
    pay = pay_view(stage)
    qtbot.mouseClick(pay.notes.buttons[0], Qt.MouseButton.LeftButton)
    assert stage.front is Screen.DONE
    assert isinstance(stage.shown, DoneView)
    stage.settle()
    qtbot.mouseClick(stage.shown.next, Qt.MouseButton.LeftButton)
    assert stage.front is Screen.SALE


def test_six_of_one_by_three_taps(make: Make, qtbot: QtBot) -> None:
    stage = make()
    stage.sale.scanned("105")
    view = sale_view(stage)
    stage.rest()
    qtbot.mouseClick(view.basket.list._buttons.quantity, Qt.MouseButton.LeftButton)
    pad = view.keys.pad
    six = next(
        key for key in pad.findChildren(ActionButton) if key.text() == "6" and key.isVisible()
    )
    qtbot.mouseClick(six, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(pad._ok, Qt.MouseButton.LeftButton)
    assert stage.sale.state.rows[0].quantity == "6"


def test_a_tap_does_not_take_the_keyboard_from_the_basket(make: Make, qtbot: QtBot) -> None:
    stage = make()
    stage.fill()
    view = sale_view(stage)
    qtbot.mouseClick(view.keys.keys.keys[0], Qt.MouseButton.LeftButton)  # type: ignore[union-attr]
    assert QApplication.focusWidget() is view.basket.list


def test_every_function_of_the_sale_answers_a_tap(make: Make, qtbot: QtBot) -> None:
    for place in range(6):
        stage = make()
        stage.fill()
        stage.sale.remove()
        before = (stage.sale.state, stage.front, stage.window.navigator.sheet)
        button = sale_view(stage).functions[place]
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        after = (stage.sale.state, stage.front, stage.window.navigator.sheet)
        assert after != before, button.text()


def test_a_manager_can_make_a_product_of_an_unknown_code_by_tap(make: Make, qtbot: QtBot) -> None:
    stage = make(operator=MANAGER)
    stage.scan("6901234567892")
    view = sale_view(stage)
    assert view.keys.currentWidget() is view.keys.unknown
    qtbot.mouseClick(view.keys.unknown.add, Qt.MouseButton.LeftButton)
    assert stage.front is Screen.SETTINGS


@pytest.mark.parametrize("question", ["6901234567892", "103"])
def test_tab_leads_into_a_question_and_stays_there_until_it_is_over(
    make: Make, question: str
) -> None:
    stage = make(operator=MANAGER)
    stage.sale.scanned(question)
    view = sale_view(stage)
    stage.press(Qt.Key.Key_Tab)
    first = QApplication.focusWidget()
    for _ in range(20):
        focused = QApplication.focusWidget()
        assert focused is not None
        assert view.keys.isAncestorOf(focused)
        stage.press(Qt.Key.Key_Tab)
    assert isinstance(first, QAbstractButton)
    stage.press(Qt.Key.Key_Escape)
    assert not view.keys.asking
    assert QApplication.focusWidget() is view.basket.list


def test_an_unknown_code_becomes_a_product_by_keys_alone(make: Make) -> None:
    stage = make(operator=MANAGER)
    stage.sale.scanned("6901234567892")
    stage.press(Qt.Key.Key_Tab)
    stage.press(Qt.Key.Key_Return)
    assert stage.front is Screen.SETTINGS


def test_behind_tabs_a_question_comes_to_the_front_and_goes_back_to_the_basket(make: Make) -> None:
    stage = make(scale=200)
    stage.sale.scanned("103")
    view = sale_view(stage)
    assert view.keys.pad.isVisible()
    stage.sale.pad_key("2")
    stage.sale.pad_ok()
    assert view.basket.list.isVisible()
    assert QApplication.focusWidget() is view.basket.list


def test_redeeming_by_taps_on_the_pad(make: Make, qtbot: QtBot) -> None:
    stage = make()
    stage.fill()
    stage.sale.redeem()
    view = stage.window.navigator.sheet_view
    assert isinstance(view, RedeemView)
    qtbot.mouseClick(view.less, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(view.ok, Qt.MouseButton.LeftButton)
    assert stage.sale.state.total.total_minor == 13876 - 2300


# Looks


def approving(stage: CounterStage) -> Iterator[str]:
    """Somebody without the authority asks; first why, then the PIN, at last a wrong one."""
    signed_in = stage.session.operator
    stage.session.sign_in(CASHIER)
    reasons = tuple(ReasonChoice(code, f"common.{code}") for code in ("back", "save", "undo"))
    words = stage.session.words
    asked = words("sale.redeem_too_many", points="12,300")
    ask_approval(
        stage.session, Need(Right.VOID), what=lambda: asked, reasons=reasons, done=lambda _a: None
    )
    yield "approve: reason"
    presenter = stage.window.navigator.presenter(Sheet.APPROVE)
    presenter.typed("1")
    yield "approve: pin"
    for key in "0000":
        presenter.typed(key)
    presenter.enter()  # type: ignore[attr-defined]
    yield "approve: wrong"
    stage.window.close_sheet()
    stage.session.sign_in(signed_in)


def states(stage: CounterStage) -> Iterator[str]:
    """Every state of the counter, one after another, by name."""
    yield "empty"
    stage.fill()
    yield "sale"
    stage.sale.remove()
    yield "toast"
    stage.sale.show_chips()
    yield "chips"
    stage.sale.escape()
    stage.sale.scanned("103")
    yield "weight"
    stage.sale.escape()
    stage.sale.basket_discount()
    yield "discount"
    stage.sale.escape()
    stage.sale.scanned("6901234567892")
    yield "unknown"
    stage.sale.escape()
    for sheet in (stage.sale.find, stage.sale.redeem, stage.sale.why):
        sheet()
        yield sheet.__name__
        stage.window.close_sheet()
    yield from approving(stage)
    stage.sale.main_action()
    yield "pay"
    for key in "50":
        stage.pay.typed(key)
    stage.pay.main_action()
    yield "part paid"
    stage.pay.tender(3)
    yield "wallet"
    stage.pay.typed("7")
    stage.pay.main_action()
    yield "done"


@pytest.mark.long(sample=5)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("practice", [False, True], ids=["real", "training"])
def test_everything_fits_its_window_and_nothing_is_cut_or_too_small(
    make: Make, size: tuple[int, int], scale: int, language: str, practice: bool
) -> None:
    stage = make(size=size, scale=scale, language=language, operator=MANAGER, practice=practice)
    for name in states(stage):
        stage.rest()
        window = stage.window
        assert (window.width(), window.height()) == size, name
        assert list(wrong_controls(window, window.look)) == [], name


@pytest.mark.parametrize("look", ["light", "dark", "contrast"])
def test_every_control_has_a_name_and_one_button_is_filled(make: Make, look: str) -> None:
    stage = make(look=look)
    for name in states(stage):
        stage.rest()
        assert nameless(stage.window) == [], name
        assert len(mains(stage.window)) == 1, name


def test_a_switch_of_language_and_look_keeps_the_sale_and_the_open_pad(make: Make) -> None:
    stage = make()
    stage.fill()
    stage.sale.scanned("103")
    stage.sale.pad_key("7")
    stage.session.speak("zh_TW")
    stage.session.look_changed(look="dark", scale=150)
    stage.rest()
    view = sale_view(stage)
    assert len(view.basket.list.rows) == 6
    assert view.keys.currentWidget() is view.keys.pad
    assert stage.sale.state.pad is not None
    assert stage.sale.state.pad.value == "7"
    assert view.pay.text().startswith("結帳")


def test_the_member_and_the_lines_are_told_to_the_screen_reader(make: Make) -> None:
    stage = make()
    stage.fill()
    view = sale_view(stage)
    assert "王小雨" in view.member.card.accessibleName()
    assert "2,480 pts" in view.member.card.accessibleName()
    rows = view.basket.list.model()
    spoken = rows.data(rows.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "1, 纯牛奶 250ml×12, 49.90 each, 44.90, 会员价 −5.00"
    chip = view.member.chips.chips[0]
    assert chip.accessibleName() == "会员价, applied, −5.00"


def test_tab_walks_basket_member_chips_keys_functions_pay(make: Make) -> None:
    stage = make()
    stage.fill()
    view = sale_view(stage)
    wanted = [
        view.basket.list,
        view.member.card,
        view.member.chips.chips[0],
        view.keys.keys.keys[0] if view.keys.keys is not None else view.keys,
        view.functions[0],
        view.pay,
    ]
    met: list[QWidget | None] = [QApplication.focusWidget()]
    for _ in range(60):
        stage.press(Qt.Key.Key_Tab)
        met.append(QApplication.focusWidget())
    assert [widget for widget in met[: met.index(view.pay) + 1] if widget in wanted] == wanted
    stage.press(Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() in met


def test_a_card_scanned_shows_the_member_at_once(make: Make) -> None:
    stage = make()
    stage.scan(CARD)
    assert sale_view(stage).member.card.row is not None


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
@pytest.mark.parametrize(
    ("size", "scale"),
    [((1366, 768), 100), ((1024, 768), 100), ((1366, 768), 200), ((1080, 1920), 100)],
)
def test_every_way_to_pay_has_its_place_in_every_layout(
    make: Make, language: str, size: tuple[int, int], scale: int
) -> None:
    stage = make(language=language, size=size, scale=scale)
    stage.till.check_out.stored = frozenset({TenderKind.GIFT_CARD, TenderKind.WALLET})
    stage.till.gift_cards.balances = {"LG1:GIFT7777": 5_000}
    stage.fill()
    stage.sale.main_action()
    stage.pay.scanned("LG1:GIFT7777")
    stage.pay.main_action()
    stage.rest()
    assert [button.isVisible() for button in pay_view(stage).kinds] == [True] * 5
    window, look = stage.window, stage.window.look
    told = (*wrong_controls(window, look),)
    assert list(told) == []


@pytest.mark.parametrize(
    ("size", "shown"),
    [((1366, 768), True), ((1080, 1920), True), ((800, 600), True), ((1024, 768), False)],
)
def test_a_discount_on_the_basket_has_a_button_where_the_row_has_room_for_it(
    make: Make, size: tuple[int, int], shown: bool
) -> None:
    stage = make(size=size, operator=MANAGER)
    stage.fill()
    words = stage.session.words("action.basket_discount")
    buttons = [one for one in stage.shown.findChildren(ActionButton) if one.text() == words]
    assert len(buttons) == shown
    stage.window.show_menu()
    menu = next(one for one in stage.window.findChildren(MenuSheet) if one.isVisible())
    button = buttons[0] if buttons else next(b for b in menu.buttons if b.text() == words)
    button.click()
    assert stage.sale.state.pad is not None
