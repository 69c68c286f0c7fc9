"""The screens beside the sale as a person meets them: real keys, scans and taps, every size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.back_office import CODE, LI, PIN, WANG, sale_row
from tests.fakes.goods import PRODUCTS
from tests.ui.office_stage import OfficeStage, office_stage
from tests.ui.stage import end_stage
from tests.ui.walk import controls, cut_words, nameless, wrong_controls
from ui.presenters.member_state import Pane
from ui.presenters.ports import Screen
from ui.presenters.wizard import Step
from ui.views.history import HistoryView
from ui.views.member import MemberView
from ui.views.receipt_paper import ReceiptPaper
from ui.views.settings import SettingsView
from ui.views.wizard import WizardView
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.fields import Toggle

Make = Callable[..., OfficeStage]
SIZES = [
    (1366, 768, 100),
    (1024, 768, 100),
    (768, 1024, 100),
    (1366, 768, 150),
    (1366, 768, 200),
]


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Make]:
    """Open stages; all are closed at the end."""
    stages: list[OfficeStage] = []

    def made(**more: Any) -> OfficeStage:
        stage = office_stage(**more)
        stages.append(stage)
        return stage

    yield made
    for stage in stages:
        end_stage(stage)


# Every state of every screen, by how one gets there.


def sign_in(stage: OfficeStage) -> None:
    stage.till.sign_in.wait_s = 5
    stage.session.sign_in(None)
    stage.show(Screen.SIGN_IN)
    presenter = stage.presenter(Screen.SIGN_IN)
    for digit in "0000":
        presenter.typed(digit)
    presenter.submit()


def member_found(stage: OfficeStage) -> None:
    stage.show(Screen.MEMBER)
    stage.presenter(Screen.MEMBER).search("1")


def member_form(stage: OfficeStage) -> None:
    stage.show(Screen.MEMBER)
    presenter = stage.presenter(Screen.MEMBER)
    presenter.new_member()
    presenter.enrolment.change_birthday("13-40")
    presenter.main_action()


def member_detail(stage: OfficeStage) -> None:
    stage.show(Screen.MEMBER, member_id=WANG.member_id)


def member_card(stage: OfficeStage) -> None:
    member_detail(stage)
    stage.presenter(Screen.MEMBER).show_card()


def member_replace(stage: OfficeStage) -> None:
    member_detail(stage)
    stage.presenter(Screen.MEMBER).ask_replace()


def history(stage: OfficeStage) -> None:
    stage.till.receipts.in_doubt = (sale_row(213),)
    stage.show(Screen.HISTORY)


def receipt(stage: OfficeStage) -> None:
    stage.show(Screen.RECEIPT, paper_id=sale_row(214).sale_id)


def section(name: str) -> Callable[[OfficeStage], None]:
    def opened(stage: OfficeStage) -> None:
        stage.show(Screen.SETTINGS, section=name)
        found = stage.presenter(Screen.SETTINGS).section
        if name in ("products", "prices", "operators", "taxes"):
            found.new()
            found.save()

    return opened


def wizard(step: Step) -> Callable[[OfficeStage], None]:
    def opened(stage: OfficeStage) -> None:
        stage.show(Screen.WIZARD)
        presenter = stage.presenter(Screen.WIZARD)
        answers = {
            "shop_name": "Dawn Mart",
            "store_name": "Renmin Rd",
            "manager_name": "Huang",
            "pin": PIN,
            "pin_again": PIN,
            "recovery_check": "P1GZ",
            "country": "CN",
        }
        for name, value in answers.items():
            presenter.change(name, value)
        while presenter.state.step is not step:
            presenter.next()
        if step is Step.COUNTRY:
            presenter.change("country", "DE")

    return opened


def recovery(stage: OfficeStage) -> None:
    stage.show(Screen.RECOVERY, cause="pin")
    stage.presenter(Screen.RECOVERY).main_action()


def member_digits(stage: OfficeStage) -> None:
    stage.show(Screen.MEMBER)
    tap(stage, "Digits")


def tap(stage: OfficeStage, *names: str) -> None:
    """Press controls of the shown screen by their accessible names."""
    for name in names:
        buttons = {b.accessibleName(): b for b in stage.shown.findChildren(QAbstractButton)}
        found = next(b for known, b in buttons.items() if known.split(",")[0] == name)
        QTest.mouseClick(found, Qt.MouseButton.LeftButton)
        stage.rest()


SECTIONS = (
    "store", "products", "prices", "keys", "taxes", "operators", "printer", "look", "data", "about",
)  # fmt: skip
STATES: dict[str, Callable[[OfficeStage], None]] = {
    "sign-in": sign_in,
    "member": member_found,
    "member form": member_form,
    "member digits": member_digits,
    "member detail": member_detail,
    "member card": member_card,
    "member replace": member_replace,
    "history": history,
    "receipt": receipt,
    "recovery": recovery,
    **{f"settings {name}": section(name) for name in SECTIONS},
    **{f"wizard {step.value}": wizard(step) for step in Step},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("width", "height", "scale"), SIZES)
def test_everything_is_large_enough_named_whole_and_inside(
    make: Make, state: str, width: int, height: int, scale: int
) -> None:
    stage = make(size=(width, height), scale=scale)
    STATES[state](stage)
    stage.rest()
    view = stage.shown
    assert (stage.window.width(), stage.window.height()) == (width, height)
    assert list(wrong_controls(view, stage.window.look)) == []
    mains = [w for w in controls(view) if isinstance(w, ActionButton) and w.kind is Kind.MAIN]
    assert len(mains) <= 1


@pytest.mark.long(sample=10)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("language", "look"), [("zh_TW", "dark"), ("zh_CN", "contrast")])
def test_every_state_survives_another_language_and_look(
    make: Make, state: str, language: str, look: str
) -> None:
    stage = make(size=(1024, 768))
    STATES[state](stage)
    stage.session.speak(language)
    stage.session.look_changed(look=look)
    stage.rest()
    assert cut_words(stage.shown) == []
    assert nameless(stage.shown) == []


def focus_of(view: QWidget) -> QWidget:
    focus = view.window().focusWidget()
    assert focus is not None
    return focus


# Sign-in


def test_a_cashier_signs_in_by_keyboard_alone(make: Make) -> None:
    stage = make(operator=None)
    stage.show(Screen.SIGN_IN)
    stage.press(Qt.Key.Key_Down)
    stage.type(PIN)
    stage.press(Qt.Key.Key_Return)
    stage.window.capture.flush()
    stage.rest()
    assert stage.session.operator is not None
    assert stage.front is Screen.SALE


def test_a_cashier_signs_in_by_touch_alone(make: Make, qtbot: QtBot) -> None:
    stage = make(operator=None)
    stage.show(Screen.SIGN_IN)
    buttons = {b.accessibleName(): b for b in stage.shown.findChildren(QAbstractButton)}
    for name in (f"{LI.name}, Cashier", *PIN, "Sign in"):
        qtbot.mouseClick(buttons[name], Qt.MouseButton.LeftButton)
    stage.rest()
    assert stage.session.operator == LI


def test_no_accessible_name_or_text_holds_a_digit_of_the_pin(make: Make) -> None:
    stage = make(operator=None)
    stage.show(Screen.SIGN_IN)
    before = {w: w.accessibleName() for w in stage.shown.findChildren(QWidget)}
    stage.type("8642")
    changed = [w for w, name in before.items() if w.accessibleName() != name]
    assert changed == []


# Member


def test_fifteen_keys_enrol_and_add(make: Make) -> None:
    stage = make()
    stage.show(Screen.MEMBER)
    stage.type("13700002208")
    stage.press(Qt.Key.Key_Return)
    stage.window.capture.flush()
    stage.rest()
    assert isinstance(focus_of(stage.shown), Toggle)
    stage.press(Qt.Key.Key_Space)
    stage.window.capture.flush()
    stage.press(Qt.Key.Key_F12)
    stage.window.capture.flush()
    stage.rest()
    assert [form.phone for form in stage.till.enrol.forms] == ["13700002208"]
    assert len(stage.desks.sale.members) == 1


def test_a_member_is_found_and_another_enrolled_by_touch_alone(make: Make) -> None:
    stage = make()
    stage.show(Screen.MEMBER)
    tap(stage, "Digits", *"60219", "Delete the last digit", "Add to sale")
    assert stage.desks.sale.members == [(WANG.member_id, "phone")]
    stage.show(Screen.MEMBER)
    tap(stage, "Clear", *"13700002208", "Programme terms", "Join and add")
    assert [form.phone for form in stage.till.enrol.forms] == ["13700002208"]
    assert len(stage.desks.sale.members) == 2


def test_the_last_four_digits_and_enter_add_a_member(make: Make) -> None:
    stage = make()
    stage.show(Screen.MEMBER)
    stage.type("6021")
    stage.press(Qt.Key.Key_Return)
    stage.window.capture.flush()
    stage.rest()
    assert stage.desks.sale.members == [(WANG.member_id, "phone")]
    assert stage.front is Screen.SALE


def test_a_scan_while_a_name_is_typed_leaves_no_key_in_the_field(make: Make) -> None:
    stage = make()
    stage.show(Screen.MEMBER)
    view = stage.shown
    assert isinstance(view, MemberView)
    view.enrolment._name.input.setFocus()
    stage.type("Ann")
    stage.scan("6901234567892")
    stage.rest()
    assert stage.desks.sale.scans == ["6901234567892"]
    presenter = stage.presenter(Screen.MEMBER)
    assert presenter.enrolment.state.name == "Ann"


def test_the_input_method_is_on_for_the_name_and_off_elsewhere(make: Make) -> None:
    stage = make()
    stage.show(Screen.MEMBER)
    enabled = Qt.WidgetAttribute.WA_InputMethodEnabled
    fields = [f for f in stage.shown.findChildren(QLineEdit) if f.testAttribute(enabled)]
    assert [field.accessibleName() for field in fields] == ["Name (optional)"]


def test_a_card_is_shown_with_its_code_and_esc_leads_back(make: Make) -> None:
    stage = make()
    member_card(stage)
    view = stage.shown
    assert isinstance(view, MemberView)
    assert view.card.isVisible()
    assert len(CODE) == 10
    stage.press(Qt.Key.Key_Escape)
    stage.window.capture.flush()
    assert stage.presenter(Screen.MEMBER).state.pane is not Pane.CARD


# History


def test_arrows_and_enter_open_a_receipt_and_ctrl_p_prints_a_copy(make: Make) -> None:
    stage = make()
    stage.show(Screen.HISTORY)
    assert isinstance(stage.shown, HistoryView)
    stage.press(Qt.Key.Key_Down)
    stage.window.capture.flush()
    stage.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    stage.window.capture.flush()
    assert stage.till.receipts.queued == [(sale_row(213).sale_id, True)]
    stage.press(Qt.Key.Key_Return)
    stage.window.capture.flush()
    stage.rest()
    assert stage.front is Screen.RECEIPT


def test_the_receipt_is_painted_as_dark_marks_on_white_paper_in_every_look(make: Make) -> None:
    for look in ("light", "dark", "contrast"):
        stage = make(look=look)
        receipt(stage)
        paper = stage.shown.findChild(ReceiptPaper)
        assert paper is not None
        image = paper.grab().toImage()
        across = range(image.width() // 2 - 120, image.width() // 2 + 120, 2)
        seen = [image.pixelColor(x, y).lightness() for x in across for y in range(20, 200, 2)]
        assert max(seen) == 255
        assert min(seen) < 60


# Settings


def test_a_price_is_changed_by_keyboard_alone(make: Make) -> None:
    stage = make()
    stage.show(Screen.SETTINGS, section="products")
    stage.press(Qt.Key.Key_Down)
    stage.window.capture.flush()
    stage.rest()
    assert focus_of(stage.shown).accessibleName() == "Name"
    stage.press(Qt.Key.Key_Tab)
    stage.window.capture.flush()
    assert focus_of(stage.shown).accessibleName() == "Price"
    stage.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    stage.window.capture.flush()
    stage.type("52.50")
    stage.press(Qt.Key.Key_F12)
    stage.window.capture.flush()
    [form] = stage.till.catalogue.forms
    assert (form.id, form.price_minor) == (PRODUCTS[0].id, 5250)


def test_sections_are_walked_by_keyboard_also_out_of_a_field(make: Make) -> None:
    stage = make()
    stage.show(Screen.SETTINGS, section="products")
    stage.press(Qt.Key.Key_Down)
    stage.window.capture.flush()
    for _ in range(3):
        stage.press(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
        stage.window.capture.flush()
    assert stage.presenter(Screen.SETTINGS).state.section == "taxes"
    stage.press(Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    stage.window.capture.flush()
    assert stage.presenter(Screen.SETTINGS).state.section == "keys"


def test_a_section_is_opened_by_a_tap_and_its_text_survives_a_new_look(
    make: Make, qtbot: QtBot
) -> None:
    stage = make()
    stage.show(Screen.SETTINGS, section="store")
    stage.presenter(Screen.SETTINGS).section.change("address", "New Road 1")
    stage.session.look_changed(look="dark")
    stage.rest()
    view = stage.shown
    assert isinstance(view, SettingsView)
    texts = [f.toPlainText() for f in view.findChildren(type(_note_input(view)))]
    assert "New Road 1" in texts


def _note_input(view: QWidget) -> QWidget:
    from PySide6.QtWidgets import QPlainTextEdit

    found = view.findChild(QPlainTextEdit)
    assert found is not None
    return found


def test_a_refused_save_puts_the_keyboard_into_the_first_wrong_entry(make: Make) -> None:
    stage = make()
    stage.show(Screen.SETTINGS, section="store")
    settings = stage.presenter(Screen.SETTINGS)
    settings.section.change("store_name", "")
    settings.save()
    stage.rest()
    assert focus_of(stage.shown).accessibleName() == "Store"


# Wizard


def test_the_wizard_is_walked_by_enter_and_typing_alone(make: Make) -> None:
    stage = make()
    stage.show(Screen.WIZARD)
    typed: dict[Step, tuple[str, ...]] = {
        Step.SHOP: ("Dawn Mart", "Renmin Rd"),
        Step.MANAGER: ("Huang", PIN, PIN),
        Step.RECOVERY: ("p1gz",),
    }
    presenter = stage.presenter(Screen.WIZARD)
    while presenter.state.step is not Step.DONE:
        before = presenter.state.step
        for place, text in enumerate(typed.get(before, ())):
            if place:
                stage.press(Qt.Key.Key_Tab)
                stage.window.capture.flush()
            stage.type(text)
        stage.press(Qt.Key.Key_F12)
        stage.window.capture.flush()
        stage.rest()
        stage.settle()
        assert presenter.state.step is not before
    stage.press(Qt.Key.Key_F12)
    stage.window.capture.flush()
    assert stage.desks.maker.opened == 1
    assert stage.desks.maker.answers[0].shop_name == "Dawn Mart"


def test_the_recovery_code_is_spoken_letter_by_letter(make: Make) -> None:
    stage = make()
    wizard(Step.RECOVERY)(stage)
    view = stage.shown
    assert isinstance(view, WizardView)
    assert "P 1 G Z" in view._code.accessibleName()


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768)])
@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_what_the_till_does_not_claim_is_in_view_whatever_the_window(
    make: Make, language: str, size: tuple[int, int]
) -> None:
    stage = make(language=language, size=size)
    stage.show(Screen.WIZARD)
    presenter = stage.presenter(Screen.WIZARD)
    presenter.next()
    stage.rest()
    view = stage.shown
    assert isinstance(view, WizardView)
    assert in_view(view, presenter.state.notices[0])
    presenter.change("country", "DE")
    stage.rest()
    assert in_view(view, presenter.state.warning)
    tick = view.form.controls["evaluation"]
    assert whole(view, tick)
    presenter.next()
    stage.rest()
    assert tick.accessibleDescription() == stage.session.words("wizard.evaluation_needed")
    assert whole(view, tick)


def in_view(view: QWidget, text: str) -> bool:
    """Whether a text stands in a view and no scrolling hides any of it."""
    return any(whole(view, one) for one in view.findChildren(QLabel) if one.text() == text)


def whole(view: QWidget, widget: QWidget) -> bool:
    """Whether all of a widget can be seen."""
    return widget.isVisibleTo(view) and widget.visibleRegion().boundingRect() == widget.rect()
