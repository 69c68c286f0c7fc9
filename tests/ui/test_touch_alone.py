"""The whole till by one finger: no key of a real keyboard, no hover, no drag, no gesture.

Real windows, real services, real presses through the window system; what a step wants is found by
what stands on the screen. Files are the exception: they are picked in the system's own dialog.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication
from pytestqt.qtbot import QtBot

from posloyalty.domain.shop.operator import Role
from posloyalty.system import SystemClock
from posloyalty.wording import Words
from tests.ui.touch import Touch
from ui.application import TillApplication, make_qt_application
from ui.book_door import BookDoor
from ui.keyboard import Keyboard, wait
from ui.options import Options
from ui.presenters.enrolment import EnrolmentPresenter
from ui.presenters.member import MemberPresenter
from ui.presenters.ports import Screen
from ui.presenters.wizard import Step
from ui.tour import PINS

Sizes = tuple[int, int]


@dataclass
class Hand:
    """A running till and the finger on it."""

    till: TillApplication
    touch: Touch
    time: Keyboard

    @property
    def words(self) -> Words:
        """What the screens say."""
        return self.till.session.words

    def state(self, screen: Screen) -> Any:
        """What a presenter shows, to look at and never to change."""
        return self.till.window.navigator.presenter(screen).state

    def tap(self, code: str, **facts: object) -> None:
        """Tap the button that says the words of a code; a moment passes, for screens are deaf."""
        self.time.rest(400)
        self.touch.tap(self.words(code, **facts))

    def front(self, screen: Screen) -> None:
        """Wait for a screen."""
        wait(lambda: self.till.window.navigator.screen is screen, f"{screen} did not come")

    def list(self, code: str) -> QAbstractItemView:
        """The list of a name."""
        name = self.words(code)
        return next(
            view
            for view in self.till.window.findChildren(QAbstractItemView)
            if view.isVisible() and view.accessibleName() == name
        )


Begin = Callable[..., Hand]


@pytest.fixture
def begin(qtbot: QtBot, tmp_path: Path) -> Iterator[Begin]:
    make_qt_application()
    begun: list[TillApplication] = []

    def start(
        folder: Path | None = None,
        *,
        language: str = "zh_CN",
        size: Sizes = (1366, 768),
        scale: int = 100,
    ) -> Hand:
        time = Keyboard()
        book = folder or tmp_path / "book"
        door = BookDoor(book, demo=True, clock=SystemClock(UTC))
        options = Options(
            demo=folder is not None, data=book, language=language, size=size, scale=scale
        )
        till = TillApplication(options, door, now_ms=time.now_ms, key_stamp=time.stamp)
        begun.append(till)
        time.window = till.window
        till.start()
        wait(lambda: till.window.keyboard is not None, "the window does not listen")
        return Hand(till, Touch(till.window), time)

    yield start
    for till in begun:
        till.close()
        till.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo shop, made once."""
    folder = tmp_path_factory.mktemp("touch") / "book"
    BookDoor(folder, demo=True).make_demo("zh_CN", members=20).close()
    return folder


@pytest.fixture
def demo(shop: Path, tmp_path: Path) -> Path:
    """A copy of the demo shop for one test."""
    return Path(shutil.copytree(shop, tmp_path / "demo"))


def sign_in(hand: Hand, role: Role) -> None:
    wait(lambda: hand.state(Screen.SIGN_IN).operators, "no names")
    # The names are there before the services behind them.
    wait(lambda: hand.till.session.till_open, "the till did not open")
    people = hand.till.session.till.sign_in.operators()
    name = next(one.name for one in people if one.role is role)
    hand.touch.tap(name)
    enter_pin(hand, PINS[role])


def enter_pin(hand: Hand, pin: str) -> None:
    for digit in pin:
        hand.touch.tap_on(hand.touch.pad_key(digit))
    hand.time.rest(400)
    hand.touch.tap(hand.state(Screen.SIGN_IN).button)
    hand.front(Screen.SALE)


@pytest.mark.long(sample=1)
@pytest.mark.parametrize(
    ("language", "size", "scale"),
    [("zh_CN", (1366, 768), 100), ("zh_TW", (1080, 1920), 150), ("en", (1024, 768), 200)],
)
def test_from_nothing_to_the_first_sale(
    begin: Begin, language: str, size: Sizes, scale: int
) -> None:
    hand = begin(language=language, size=size, scale=scale)
    through_the_wizard(hand)
    add_product(hand)
    sell(hand)
    sales = hand.till.session.till.history.page(limit=5)
    assert len(sales) == 1
    assert hand.till.session.till.verify.verify().holds


def through_the_wizard(hand: Hand) -> None:
    """From nothing to a shop without goods, its manager signed in."""
    touch, words = hand.touch, hand.words
    hand.front(Screen.WIZARD)
    hand.tap("wizard.next")
    if any(f.name == "evaluation" for f in hand.state(Screen.WIZARD).form.fields):
        hand.tap("wizard.evaluation_agree")
    hand.tap("wizard.next")
    fill_shop(hand)
    hand.tap("wizard.next")
    fill_manager(hand)
    hand.tap("wizard.next")
    hand.tap("wizard.skip")
    hand.tap("wizard.data_empty")
    hand.tap("wizard.create")
    wait(lambda: hand.state(Screen.WIZARD).step is Step.RECOVERY, "no book was made")
    group = hand.state(Screen.WIZARD).groups[-1]
    touch.into(words("wizard.recovery_check"))
    touch.write(group)
    hand.tap("wizard.recovery_written")
    hand.tap("wizard.next")
    hand.tap("wizard.start")
    hand.front(Screen.SIGN_IN)
    wait(lambda: hand.state(Screen.SIGN_IN).operators, "no names")
    enter_pin(hand, "4711")


def test_a_member_called_ouyang_xiaoyu_is_enrolled_and_found_again(
    begin: Begin, demo: Path
) -> None:
    hand = begin(demo)
    sign_in(hand, Role.CASHIER)
    enrol(hand, "13900006021", ("ouyang", "欧阳"), ("xiaoyu", "小雨"))
    assert hand.state(Screen.SALE).member.name.startswith("欧阳小雨")
    hand.tap("action.member")
    # The screen opens with whoever is in the sale, and gives their details the keyboard.
    wait(lambda: hand.state(Screen.MEMBER).detail is not None, "the member is not shown")
    hand.touch.into(hand.words("member.search_label"))
    hand.touch.write("oyxy")
    results = hand.list("member.results")
    wait(lambda: results.model().rowCount() == 1, "the member was not found by initials")
    hand.touch.tap_row(results, 0)


@pytest.mark.long(sample=1)
@pytest.mark.parametrize(
    ("phone", "reading", "name"),
    [
        # 𠮷 is no character of pypinyin's and in no face of ours; 𫍽 and 𫘧 are both.
        ("13900006022", (("ji", "𠮷"), ("ye", "野")), "𠮷野"),
        ("13900006023", (("xuan", "𫍽"), ("lu", "𫘧")), "𫍽𫘧"),
    ],
)
def test_a_member_whose_name_has_four_byte_characters_is_enrolled(
    begin: Begin, demo: Path, phone: str, reading: tuple[tuple[str, str], ...], name: str
) -> None:
    hand = begin(demo)
    sign_in(hand, Role.CASHIER)
    enrol(hand, phone, *reading)
    member = hand.state(Screen.SALE).member
    found = hand.till.session.till.members.search(phone[-4:]).rows
    assert member is not None
    assert name in [row.name for row in found]


def test_an_operator_is_added_and_signs_in(begin: Begin, demo: Path) -> None:
    hand = begin(demo, language="zh_TW")
    touch, words = hand.touch, hand.words
    sign_in(hand, Role.MANAGER)
    go_to_settings(hand, "operators")
    hand.tap("settings.operator_new")
    touch.into(words("settings.operator_name"))
    touch.chinese(("ㄔㄣˊ", "陳"), ("ㄕㄨˊ", "淑"), ("ㄈㄣ", "芬"))
    for label in ("settings.operator_pin", "settings.operator_pin_again"):
        touch.into(words(label, least=4, most=8))
        touch.write("8642")
    hand.tap("settings.save")
    people = hand.till.session.till.sign_in.operators
    wait(lambda: any(one.name == "陳淑芬" for one in people()), "nobody was added")
    hand.tap("action.menu")
    hand.tap("action.lock")
    hand.front(Screen.SIGN_IN)
    wait(lambda: len(hand.state(Screen.SIGN_IN).operators) == len(people()), "no new name")
    touch.tap("陳淑芬")
    enter_pin(hand, "8642")


def test_a_note_of_several_lines_is_edited(begin: Begin, demo: Path) -> None:
    hand = begin(demo, size=(1024, 768))
    touch, words = hand.touch, hand.words
    sign_in(hand, Role.MANAGER)
    go_to_settings(hand, "store")
    touch.into(words("settings.store_footer"))
    before = hand.till.session.shop.receipt_footer
    for _ in range(3):
        touch.key("act:left")
    touch.write("!")
    touch.key("act:backspace")
    for _ in range(3):
        touch.key("act:right")
    touch.key("act:enter")
    touch.chinese(("huanying", "欢迎"))
    touch.write("7-23 h")
    hand.tap("settings.save")
    wait(
        lambda: hand.till.session.shop.receipt_footer == f"{before}\n欢迎7-23 h",
        "the note was not saved",
    )


def test_a_card_payment_takes_a_reference_of_letters_over_nothing_that_matters(
    begin: Begin, demo: Path
) -> None:
    hand = begin(demo, size=(1024, 768))
    touch, words = hand.touch, hand.words
    sign_in(hand, Role.CASHIER)
    hand.tap("action.find")
    touch.write("kl")
    found = hand.list("sale.find_name")
    wait(lambda: found.model().rowCount(), "nothing was found")
    touch.tap_row(found, 0)
    wait(lambda: hand.state(Screen.SALE).can_pay, "nothing to pay")
    hand.tap("sale.pay")
    hand.front(Screen.PAY)
    hand.tap("pay.card")
    touch.tap_on(touch.pad_key("4"))
    assert not touch.keyboard.open
    touch.tap(words("pay.reference"))
    touch.write("AB-7")
    assert hand.state(Screen.PAY).reference == "4AB-7"
    view = hand.till.window.navigator.view
    for kept in (view.main, view.reference, *view.pad.keys):
        assert not kept.isVisible() or touch.finger.reaches(kept), kept.accessibleName()
    hand.tap("pay.complete")
    hand.front(Screen.DONE)
    assert not touch.keyboard.open


@pytest.mark.long(sample=1)
@pytest.mark.parametrize(("size", "scale"), [((1366, 768), 100), ((1024, 768), 200)])
def test_a_basket_is_held_and_its_goods_come_back_after_they_were_paid(
    begin: Begin, demo: Path, size: Sizes, scale: int
) -> None:
    hand = begin(demo, size=size, scale=scale)
    touch = hand.touch
    sign_in(hand, Role.CASHIER)
    for act in ("action.find", "action.hold", "action.recall"):
        if touch.window.look.narrow:
            hand.tap("sale.tab_more")
        hand.tap(act)
        if act == "action.find":
            touch.write("kl")
            wait(lambda: hand.list("sale.find_name").model().rowCount(), "nothing was found")
            touch.tap_row(hand.list("sale.find_name"), 0)
            wait(lambda: hand.state(Screen.SALE).can_pay, "nothing to pay")
        elif act == "action.hold":
            wait(lambda: hand.state(Screen.SALE).held, "the basket was not put aside")
    held = hand.list("sale.recall_title")
    wait(lambda: held.model().rowCount(), "nothing is on hold")
    touch.tap_row(held, 0)
    wait(lambda: hand.state(Screen.SALE).can_pay, "the basket did not come back")
    hand.tap("sale.pay")
    hand.front(Screen.PAY)
    hand.tap("pay.exact")
    hand.front(Screen.DONE)
    hand.tap("done.next")
    hand.tap("action.menu")
    hand.tap("app.history")
    wait(lambda: hand.state(Screen.HISTORY).chosen, "no sale is listed")
    hand.tap("action.return")
    goods = hand.list("return.goods_name")
    wait(lambda: goods.model().rowCount(), "the sale has no goods")
    touch.tap_row(goods, 0)
    hand.tap("return.reason_wrong")
    wait(lambda: hand.state(Screen.RETURN).ready, "the return was not reckoned")
    hand.time.rest(400)
    touch.tap(hand.state(Screen.RETURN).main)
    hand.front(Screen.DONE)
    assert hand.state(Screen.DONE).title == hand.words("done.refund_title")
    assert hand.till.session.till.verify.verify().holds


def test_the_recovery_code_is_typed(begin: Begin, demo: Path) -> None:
    hand = begin(demo)
    touch, words = hand.touch, hand.words
    wait(lambda: hand.state(Screen.SIGN_IN).operators, "no names")
    hand.tap("sign_in.forgot")
    hand.front(Screen.RECOVERY)
    touch.into(words("wizard.recover_code"))
    touch.write("AB12-CD34")
    for label in ("wizard.recover_pin", "wizard.recover_pin_again"):
        touch.into(words(label))
        touch.write("2468")
    form = hand.state(Screen.RECOVERY).form
    assert [field.value for field in form.fields] == ["AB12-CD34", "2468", "2468"]


def enrol(hand: Hand, phone: str, *name: tuple[str, str]) -> None:
    """From the sale to a new member on it."""
    touch, words = hand.touch, hand.words
    hand.tap("action.member")
    hand.front(Screen.MEMBER)
    touch.into(words("member.phone"))
    touch.write(phone)
    touch.into(words("member.name_optional"))
    touch.chinese(*name)
    touch.into(words("member.birthday"))
    touch.write("05-28")
    required = next(tile for tile in enrolment(hand).state.consents if tile.required)
    touch.tap(required.label)
    hand.tap("member.join")
    wait(lambda: hand.state(Screen.MEMBER).card is not None, "nobody has joined")
    wait(lambda: not touch.keyboard.open, "the keyboard stays over the card")
    hand.tap("member.back_to_sale")
    hand.front(Screen.SALE)
    wait(lambda: hand.state(Screen.SALE).member is not None, "the member is not on the sale")


def enrolment(hand: Hand) -> EnrolmentPresenter:
    presenter = hand.till.window.navigator.presenter(Screen.MEMBER)
    assert isinstance(presenter, MemberPresenter)
    return presenter.enrolment


# What is written in each language: (reading, text) to compose, or letters to type.
MILK = {
    "zh_CN": (("chun", "纯"), ("niunai", "牛奶")),
    "zh_TW": (("ㄔㄨㄣˊ", "純"), ("ㄋㄧㄡˊㄋㄞˇ", "牛奶")),
    "en": (("chun", "纯"), ("niunai", "牛奶")),
}
SHOP_NAME = {
    "zh_CN": (("chenguang", "晨光"),),
    "zh_TW": (("ㄔㄣˊㄍㄨㄤ", "晨光"),),
    "en": (),
}


def fill_shop(hand: Hand) -> None:
    touch, words = hand.touch, hand.words
    touch.into(words("wizard.shop_name"))
    if SHOP_NAME[words.language]:
        touch.chinese(*SHOP_NAME[words.language])
    else:
        touch.write("Dawn")
    touch.into(words("wizard.store_name"))
    touch.write("East 2")
    touch.into(words("wizard.phone"))
    touch.write("+65-123")
    form = hand.state(Screen.WIZARD).form
    told = [form.field(name).value for name in ("shop_name", "store_name", "phone")]
    expected = "".join(text for _, text in SHOP_NAME[words.language]) or "Dawn"
    assert told == [expected, "East 2", "+65-123"]


def fill_manager(hand: Hand) -> None:
    touch, words = hand.touch, hand.words
    touch.into(words("wizard.manager_name"))
    touch.write("Ada")
    for label in (words("wizard.manager_pin", least=4, most=8), words("wizard.manager_pin_again")):
        touch.into(label)
        touch.write("4711")
        shown = [key.accessibleName() for key in touch.panel.keys if key.isVisible()]
        assert "sign:q" not in shown
        assert touch.panel.key("act:tongue") is None
    assert hand.state(Screen.WIZARD).form.field("pin").value == "4711"


def go_to_settings(hand: Hand, section: str) -> None:
    hand.tap("action.menu")
    hand.tap("app.settings")
    hand.front(Screen.SETTINGS)
    name = hand.words(f"settings.section_{section}")
    sections = hand.till.window.navigator.presenter(Screen.SETTINGS).state.sections
    if hand.till.window.look.narrow:
        tab = hand.touch.button(name)
        for _ in sections:
            if hand.touch.finger.reaches(tab):
                break
            hand.tap("settings.sections_after")
        hand.touch.tap_on(tab)
    else:
        place = next(at for at, tile in enumerate(sections) if tile.name == section)
        hand.touch.tap_row(hand.list("settings.sections"), place)


def add_product(hand: Hand) -> None:
    touch, words = hand.touch, hand.words
    go_to_settings(hand, "products")
    hand.tap("settings.product_new")
    touch.into(words("settings.product_name"))
    touch.chinese(*MILK[words.language])
    touch.into(words("settings.product_price"))
    touch.write("12.50")
    touch.into(words("settings.product_sku"))
    touch.write("MILK-1")
    section = hand.till.window.navigator.presenter(Screen.SETTINGS).sections["products"]
    touch.tap(section.state.form.field("tax_class").choices[0].label)
    hand.tap("settings.save")
    catalogue = hand.till.session.till.catalogue
    name = "".join(text for _, text in MILK[words.language])
    wait(lambda: catalogue.search(name, limit=2), "the product was not saved")
    assert [product.price_minor for product in catalogue.search(name, limit=2)] == [1250]
    hand.tap("common.back")
    if touch.keyboard.open:
        touch.hide()


def sell(hand: Hand) -> None:
    touch = hand.touch
    hand.front(Screen.SALE)
    if hand.till.window.look.narrow:
        hand.tap("sale.tab_more")
    hand.tap("action.find")
    assert touch.keyboard.open
    touch.write("cn")
    wait(lambda: hand.list("sale.find_name").model().rowCount(), "nothing was found")
    touch.tap_row(hand.list("sale.find_name"), 0)
    wait(lambda: hand.state(Screen.SALE).can_pay, "the product is not in the basket")
    assert not touch.keyboard.open
    hand.tap("sale.pay")
    hand.front(Screen.PAY)
    hand.tap("pay.exact")
    hand.front(Screen.DONE)
