"""A tour through every screen and sheet of the running till, for pictures and tests of all views.

`Tour(till, keyboard).go(name)` brings a scene of `SCENES` to the front, in their order: each builds
on the one before, as a cashier would come there. `NotReached` says which did not come.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QLineEdit

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.product import Product
from ui.finger import Finger
from ui.keyboard import Keyboard, NotReached, wait
from ui.presenters.ports import Screen, Sheet
from ui.presenters.typing.keys import TONGUES
from ui.tour_money import MONEY
from ui.tour_scenes import MORE, TRAINING, pay_wallet

if TYPE_CHECKING:
    from ui.application import TillApplication

PINS: Final = {Role.CASHIER: "1234", Role.SUPERVISOR: "2345", Role.MANAGER: "3456"}
NAMES_MOST: Final = 10
REST_MS: Final = 400
PATIENCE: Final = 5  # making a demo book on a slow or busy disk
GOODS: Final = ("DAI055", "DAI056", "DRI039", "DRI039", "HOU159", "BAK072", "BAK072", "BRE001")
POINTS: Final = range(2_000, 5_000)
# What is tapped for the picture of the keyboard: a family name, and a given name half way.
TYPED: Final = {
    "zh_CN": (*(f"sign:{sign}" for sign in "ouyang"), "take:0", *(f"sign:{s}" for s in "xiaoyu")),
    "zh_TW": (
        *(f"sign:{sign}" for sign in "ㄔㄣˊ"),
        "take:0",
        *(f"sign:{s}" for s in "ㄒㄧㄠˇㄩˇ"),
    ),
    "en": ("act:shift", "sign:A", *(f"sign:{sign}" for sign in "nna")),
}
# A key that only the layer has in which a language's screens begin a name.
COMES_FIRST: Final = {"zh_CN": "sign:，", "zh_TW": "sign:ㄅ", "en": "act:shift"}
SECTIONS: Final = (
    "store",
    "prices",
    "keys",
    "taxes",
    "operators",
    "printer",
    "tills",
    "office",
    "look",
    "programme",
    "data",
    "about",
)


class Tour:
    """Brings scenes to the front."""

    def __init__(self, till: TillApplication, keyboard: Keyboard) -> None:
        self.till = till
        self.keyboard = keyboard
        self._sale_id: bytes | None = None
        opened = "the book did not open"
        wait(lambda: till.session.till_open or till.fault, opened, patience=PATIENCE)
        if till.fault:
            raise NotReached(till.fault)

    def go(self, scene: str) -> None:
        """Bring a scene to the front."""
        _STEPS[scene](self)
        self.settle()

    def settle(self) -> None:
        """Let everything that is under way arrive."""
        # A last key may still be held back as the possible begin of a scan.
        self.till.window.capture.flush()
        runner = self.till.runner
        # Twice: what a lane has done is told to others, such as a printed paper to the strip.
        for _ in range(2):
            done: list[int] = []
            for lane in (runner.write, runner.look_up, runner.printing):
                lane(lambda: None, _counted(done), _counted(done))
            wait(lambda at=done: len(at) == 3, "the lanes did not come to rest")  # type: ignore[misc]
        self.clear_toast()

    def clear_toast(self) -> None:
        """Take a message away that would hide the entry line."""
        self.till.window.toasts.clear()

    def sign_in_as(self, role: Role) -> None:
        """Choose a name by the arrow keys and type the demo's PIN."""
        wait(lambda: self.state(Screen.SIGN_IN).operators, "no names at the sign-in")
        people = self.till.session.till.sign_in.operators()
        wanted = next(one.id for one in people if one.role is role)
        for _ in range(NAMES_MOST):
            names = self.state(Screen.SIGN_IN).operators
            if any(one.chosen and one.operator_id == wanted for one in names):
                break
            self.keyboard.press("Right")
        self.keyboard.type(PINS[role])
        self.press("Enter")
        wait(lambda: self.front is Screen.SALE, "the sale did not open")

    def go_and_pay(self) -> None:
        """F12 at the sale; the pay screen still holds what it showed last time until it comes."""
        self.press("F12")
        wait(lambda: self.front is Screen.PAY, "the pay screen did not come")
        wait(lambda: self.state(Screen.PAY).ready, "there is nothing to pay")

    def press(self, key: str) -> None:
        """Press a key a moment after the screen came."""
        self.rest()
        self.keyboard.press(key)

    def rest(self) -> None:
        """Let the first moments of a screen pass, in which keys are not heeded."""
        self.keyboard.rest(REST_MS)

    @property
    def front(self) -> Screen | None:
        """The screen in front."""
        return self.till.window.navigator.screen

    def state(self, place: Screen | Sheet) -> Any:
        """What a presenter shows."""
        return self.till.window.navigator.presenter(place).state

    def presenter(self, place: Screen | Sheet) -> Any:
        """The presenter of a screen or sheet."""
        return self.till.window.navigator.presenter(place)

    def section(self, name: str) -> Any:
        """The presenter of a section of the settings."""
        return self.presenter(Screen.SETTINGS).sections[name]

    @property
    def operator(self) -> Operator:
        """Whoever is signed in."""
        found = self.till.session.operator
        if found is None:
            raise NotReached("nobody is signed in")
        return found

    # Scenes

    def _sign_in(self) -> None:
        wait(lambda: self.state(Screen.SIGN_IN).operators, "no names at the sign-in")

    def _sale_empty(self) -> None:
        self.sign_in_as(Role.MANAGER)
        if self.state(Screen.SALE).rows:
            # A tour before this one ended over a basket.
            self.press("Ctrl+Backspace")
        wait(lambda: not self.state(Screen.SALE).rows, "the basket is not empty")

    def _sale(self) -> None:
        if self.front is Screen.SHIFT:
            self.press("F12")
            wait(lambda: self.front is Screen.SALE, "the shift was not opened")
        till = self.till.session.till
        for sku in GOODS:
            self.keyboard.scan(self.article(sku).codes[0][-13:])
        kinds = len(set(GOODS))
        wait(lambda: len(self.state(Screen.SALE).rows) == kinds, "not every scan arrived")
        card = till.enrol.card(self.rich_member())
        self.keyboard.scan(card.token_text)
        wait(lambda: self.state(Screen.SALE).member is not None, "the card brought no member")
        wait(lambda: not self.state(Screen.SALE).quoting, "the quote did not come")

    def _find(self) -> None:
        self.press("F3")
        self.keyboard.type("BAK")
        wait(lambda: self.state(Sheet.FIND).rows, "nothing was found")

    def _redeem(self) -> None:
        self.press("Esc")
        self.press("F5")
        wait(lambda: self.till.window.navigator.sheet is Sheet.REDEEM, "redeeming did not open")

    def _doings(self) -> None:
        self.press("Esc")
        self.press("Ctrl+M")
        wait(lambda: self.state(Sheet.DOINGS).rows, "there is nothing to do")

    def _doing(self) -> None:
        """An activity with its evidence, as far as it is filled in."""
        presenter = self.till.window.navigator.presenter(Sheet.DOINGS)
        presenter.open_row("activity:bottles")  # type: ignore[attr-defined]
        for name, text in (("quantity", "12"), ("bin", "B-07")):
            presenter.change(name, text)  # type: ignore[attr-defined]
        wait(lambda: self.state(Sheet.DOINGS).page.gives, "nothing is told of what it gives")

    def _why(self) -> None:
        self.press("Esc")
        chips = [chip for chip in self.state(Screen.SALE).chips if "refused" in str(chip.kind)]
        presenter = self.till.window.navigator.presenter(Screen.SALE)
        if chips:
            presenter.why_chip(chips[0].id)  # type: ignore[attr-defined]
        else:
            self.press("Ctrl+I")
        wait(lambda: self.till.window.navigator.sheet is Sheet.WHY, "why did not open")

    def _recall(self) -> None:
        """Two baskets on hold; the tour's own is taken up again afterwards."""
        till = self.till.session.till
        self.press("Esc")
        self.press("F6")
        wait(lambda: not self.state(Screen.SALE).rows, "the basket was not put aside")
        for sku in GOODS[:2]:
            product = next(one for one in till.catalogue.search(sku) if one.sku == sku)
            self.keyboard.scan(product.codes[0][-13:])
        wait(lambda: len(self.state(Screen.SALE).rows) == 2, "not every scan arrived")
        self.keyboard.type("12")
        self.press("F6")
        wait(lambda: not self.state(Screen.SALE).rows, "the second basket was not put aside")
        self.press("F7")
        wait(lambda: len(self.state(Sheet.RECALL).rows) > 1, "nothing is on hold")

    def _take_up(self) -> None:
        """The fuller one goes on."""
        self.press("Down")
        self.press("Enter")
        wait(lambda: len(self.state(Screen.SALE).rows) > 2, "the basket did not come back")

    def _menu(self) -> None:
        if self.till.window.navigator.sheet is Sheet.RECALL:
            self._take_up()
        self.press("Esc")
        self.press("F10")

    def _keys(self) -> None:
        self.press("Esc")
        self.press("F1")

    def _member(self) -> None:
        self.press("Esc")
        self.till.window.navigator.show(Screen.MEMBER)
        self.keyboard.type("wa")
        wait(lambda: self.state(Screen.MEMBER).rows, "no member was found")

    def _typing(self) -> None:
        """A new member's name on the on-screen keyboard, half composed."""
        window = self.till.window
        window.navigator.show(Screen.MEMBER)
        presenter = window.navigator.presenter(Screen.MEMBER)
        presenter.enrolment.clear()  # type: ignore[attr-defined]
        presenter.new_member()  # type: ignore[attr-defined]
        self.settle()
        label = self.till.session.words("member.name_optional")
        view = window.navigator.view
        fields = [] if view is None else view.findChildren(QLineEdit)
        field = next(one for one in fields if one.accessibleName() == label)
        field.setFocus()
        finger, keyboard = Finger(window), window.keyboard
        if keyboard is None:
            raise NotReached("the window does not listen")
        # The tour types with real keys: a finger asks for the keyboard by the strip's button.
        keyboard.close()
        finger.tap(window.strip.keys_button)
        language = self.till.session.words.language
        for _ in TONGUES[language]:
            if not keyboard.shows(COMES_FIRST[language]):
                finger.tap(*keyboard.place_of("act:tongue"))
        for cell_id in TYPED[language]:
            wait(lambda at=cell_id: keyboard.shows(at), f"no key {cell_id}")  # type: ignore[misc]
            finger.tap(*keyboard.place_of(cell_id))

    def _pay(self) -> None:
        self.till.window.navigator.show(Screen.SALE)
        self.settle()
        self.go_and_pay()
        self.keyboard.type("200")
        wait(lambda: self.state(Screen.PAY).completes, "the note does not complete the sale")

    def _done(self) -> None:
        self.press("Enter")
        wait(lambda: self.front is Screen.DONE, "the sale was not completed")
        rows = self.till.session.till.history.page(limit=1)
        self._sale_id = rows[0].sale_id

    def _return(self) -> None:
        """Two lines of the sale by its receipt's code, and why."""
        self.till.window.navigator.show(Screen.SALE)
        self.press("F8")
        self.till.window.navigator.presenter(Screen.RETURN).opened(sale_id=self._sale_id)
        wait(lambda: self.state(Screen.RETURN).lines, "the receipt brought no goods")
        for key in (" ", "Down", "Down", " ", "2"):
            self.keyboard.press(key)
        wait(lambda: self.state(Screen.RETURN).ready, "the return was not reckoned")

    def _receipt(self) -> None:
        self.till.window.navigator.show(Screen.RECEIPT, paper_id=self._sale_id)
        wait(lambda: self.state(Screen.RECEIPT).page is not None, "no receipt is shown")

    def _history(self) -> None:
        self.till.window.navigator.show(Screen.HISTORY)
        wait(lambda: self.state(Screen.HISTORY).rows, "no sale is listed")

    def _audit(self) -> None:
        """What was done so far, with a line removed and a discount given before."""
        self.till.window.navigator.show(Screen.AUDIT)
        wait(lambda: self.state(Screen.AUDIT).rows, "the audit lists nothing")

    def _section(self, name: str) -> None:
        self.till.window.navigator.show(Screen.SETTINGS, section=name)

    def article(self, sku: str) -> Product:
        """An article of the shop by its stock number."""
        found = self.till.session.till.catalogue.search(sku)
        return next(one for one in found if one.sku == sku)

    def _recovery(self) -> None:
        self.till.window.navigator.show(Screen.RECOVERY, cause="pin")

    def rich_member(self) -> bytes:
        """Somebody with points to spend and a level to keep, once the till knows its members."""
        settled: list[int] = []
        self.till.runner.long(
            lambda _progress: None,
            lambda _: settled.append(1),
            lambda _fault: settled.append(1),
            lambda *_: None,
        )
        wait(lambda: settled, "the look-up cache is not ready")
        members = self.till.session.till.members
        for digits in range(10_000):
            for row in members.search(f"{digits:04d}").rows:
                points = int("".join(sign for sign in str(row.balance) if sign.isdigit()) or 0)
                if points in POINTS and row.tier_name:
                    return row.member_id
        raise NotReached("no member has points to spend")


def _counted(done: list[int]) -> Callable[[object], None]:
    return lambda _: done.append(1)


_STEPS: Final[dict[str, Callable[[Tour], None]]] = {
    "sign-in": Tour._sign_in,
    "sale-empty": Tour._sale_empty,
    "shift-open": MONEY["shift-open"],
    "sale": Tour._sale,
    "find": Tour._find,
    "redeem": Tour._redeem,
    "doings": Tour._doings,
    "doing": Tour._doing,
    "why": Tour._why,
    "recall": Tour._recall,
    "menu": Tour._menu,
    "keys": Tour._keys,
    "member": Tour._member,
    "typing": Tour._typing,
    "pay": Tour._pay,
    "done": Tour._done,
    "return": Tour._return,
    "receipt": Tour._receipt,
    "history": Tour._history,
    "audit": Tour._audit,
    "shift-count": MONEY["shift-count"],
    "cash": MONEY["cash"],
    "shift-compare": MONEY["shift-compare"],
    "shift-z": MONEY["shift-z"],
    "settings": lambda tour: tour._section("products"),
    **{
        f"settings-{name}": (lambda tour, name=name: tour._section(name))  # type: ignore[misc]
        for name in SECTIONS
    },
    "pay-pending": MONEY["pay-pending"],
    "payments": MONEY["payments"],
    "pay-card": MONEY["pay-card"],
    "pay-wallet": pay_wallet,
    "gift-card": MONEY["gift-card"],
    **MORE,
    "recovery": Tour._recovery,
    "wizard": lambda tour: tour.till.window.navigator.show(Screen.WIZARD),
}
SCENES: Final = tuple(_STEPS)
_STEPS.update(TRAINING)
