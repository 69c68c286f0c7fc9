"""A cashier's journey through every screen and sheet, for `gui_process`.

It posts key events and then lets go: a person's keys lie 60 ms apart, a scanner's 8, and a screen
that opened is looked at for 400 ms. It sells, holds a basket and takes it up, takes goods back and
exchanges them, counts and closes the shift, opens every screen and sheet for the first time and
some of them again, and switches language, look and scale on two screens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

KEY_MS = 60
SCANNER_MS = 8
LOOK_MS = 400
POLL_MS = 10
DEAF_MS = 400
GOODS = ("DAI055", "DRI039", "HOU159", "BAK072", "BRE001", "COF019", "PAN128", "HOU174")
PIN = "3456"
LEAST_POINTS = 2_000
NAME = "wang"
# So much is missing when the drawer is counted, so that somebody has to say why.
SHORT_MINOR = 500
FLOAT = "500"

Reached = Callable[[], object]
Step = int | Reached
"""What a journey waits for: so many milliseconds, or that something is so."""


class Journey:
    """The steps. Each part says what it does, so that its turns are named."""

    def __init__(self, till: Any, keyboard: Any, turns: Any) -> None:
        self._till = till
        self._keyboard = keyboard
        self._turns = turns
        self._codes: list[str] = []
        self._card = ""
        self._sold = b""

    def go(self) -> Iterator[Step]:
        """The whole way."""
        for name, parts in (
            ("opening", (self._open,)),
            ("selling", (self._sign_in, self._sell, self._sheets, self._hold, self._pay)),
            ("selling", (self._again,)),
            ("returning", (self._return, self._exchange)),
            ("closing", (self._audit, self._open_shift, self._cash, self._count)),
            ("looking", (self._behind, self._settings)),
            ("dressing", (self._dress, self._lock)),
        ):
            for part in parts:
                self._turns.part = name
                yield from part()

    # Parts

    def _open(self) -> Iterator[Step]:
        from ui.presenters.ports import Screen

        self._doing("the book opens behind the sign-in")
        yield lambda: self._state(Screen.SIGN_IN).operators
        # The names are there before the services behind them.
        yield lambda: self._till.session.till_open
        yield from self._prepare()
        self._doing("the sign-in at rest")
        yield 1_500

    def _sign_in(self) -> Iterator[Step]:
        from ui.presenters.ports import Screen

        self._doing("a name and a PIN")
        while not self._manager_chosen():
            yield from self._press("Right")
        for digit in PIN:
            yield from self._press(digit)
        self._doing("sign in to the sale")
        yield from self._press("Enter")
        yield lambda: self._front() is Screen.SALE
        yield LOOK_MS

    def _sell(self) -> Iterator[Step]:
        from ui.presenters.ports import Screen

        for place, code in enumerate(self._codes, start=1):
            self._doing("scan goods" if place > 1 else "scan the first goods")
            yield from self._scan(code)
            yield lambda n=place: len(self._state(Screen.SALE).rows) == n
        yield LOOK_MS
        self._doing("scan a member")
        yield from self._scan(self._card)
        yield lambda: self._state(Screen.SALE).member is not None
        yield lambda: not self._state(Screen.SALE).quoting
        yield LOOK_MS
        self._doing("work on a line")
        for key in ("Up", "Up", "+", "-", "Del", "Ctrl+Z"):
            yield from self._press(key)
        yield LOOK_MS

    def _sheets(self) -> Iterator[Step]:
        from ui.presenters.ports import Sheet

        for key, sheet, typed in (
            ("F3", Sheet.FIND, "BAK"),
            ("Ctrl+I", Sheet.WHY, ""),
            ("F5", Sheet.REDEEM, ""),
            ("Ctrl+M", Sheet.DOINGS, ""),
            ("Ctrl+O", Sheet.APPROVE, ""),
            ("F3", Sheet.FIND, "da"),
            ("F5", Sheet.REDEEM, ""),
        ):
            self._doing(f"open the sheet {sheet.name.lower()}")
            yield from self._press(key)
            yield lambda wanted=sheet: self._sheet() is wanted
            yield LOOK_MS
            if typed:
                self._doing("search goods")
                for sign in typed:
                    yield from self._press(sign)
                yield LOOK_MS
            self._doing(f"close the sheet {sheet.name.lower()}")
            yield from self._press("Esc")
        for key, name in (("F10", "the menu"), ("F1", "the keys")):
            self._doing(f"open {name}")
            yield from self._press(key)
            yield LOOK_MS
            self._doing(f"close {name}")
            yield from self._press("Esc")
            yield LOOK_MS

    def _hold(self) -> Iterator[Step]:
        """A discount that is begun by hand, then two baskets put aside and the fuller taken up."""
        from ui.presenters.ports import Screen, Sheet

        self._doing("open the pad of a discount")
        yield from self._press("F9")
        yield LOOK_MS
        yield from self._press("5")
        self._doing("close the pad of a discount")
        yield from self._press("Esc")
        yield LOOK_MS
        self._doing("hold the basket")
        yield from self._press("F6")
        yield lambda: not self._state(Screen.SALE).rows
        yield LOOK_MS
        for code in self._codes[:2]:
            yield from self._scan(code)
        yield lambda: len(self._state(Screen.SALE).rows) == 2
        yield from self._press("F6")
        yield lambda: not self._state(Screen.SALE).rows
        yield LOOK_MS
        self._doing("open the sheet recall")
        yield from self._press("F7")
        yield lambda: self._sheet() is Sheet.RECALL and len(self._state(Sheet.RECALL).rows) > 1
        yield LOOK_MS
        self._doing("take a basket up")
        yield from self._press("Down")
        yield from self._press("Enter")
        yield lambda: len(self._state(Screen.SALE).rows) > 2
        yield lambda: not self._state(Screen.SALE).quoting
        yield LOOK_MS

    def _pay(self) -> Iterator[Step]:
        from ui.presenters.ports import Screen

        self._doing("open pay")
        yield from self._press("F12")
        yield lambda: self._front() is Screen.PAY and self._state(Screen.PAY).due_minor > 0
        yield LOOK_MS
        self._doing("type the sum given")
        for digit in "1000":
            yield from self._press(digit)
        yield lambda: self._state(Screen.PAY).completes
        self._doing("complete the sale")
        yield from self._press("Enter")
        yield lambda: self._front() is Screen.DONE
        yield LOOK_MS

    def _again(self) -> Iterator[Step]:
        """A second sale: nothing is opened for the first time."""
        from ui.presenters.ports import Screen

        self._doing("the next sale")
        for code in self._codes[:3]:
            yield from self._scan(code)
        yield lambda: len(self._state(Screen.SALE).rows) == 3
        yield LOOK_MS
        self._doing("open pay again")
        yield from self._press("F12")
        yield lambda: self._front() is Screen.PAY and self._state(Screen.PAY).due_minor > 0
        yield LOOK_MS
        self._doing("complete the sale again")
        for digit in "1000":
            yield from self._press(digit)
        yield from self._press("Enter")
        yield lambda: self._front() is Screen.DONE
        yield LOOK_MS

    def _return(self) -> Iterator[Step]:
        """Two lines of the sale that was just paid, for their money."""
        from ui.presenters.ports import Screen

        self._turns.apart = True
        self._sold = self._till.session.till.history.page(limit=1)[0].sale_id
        yield POLL_MS
        self._doing("open the return")
        yield from self._press("F8")
        yield lambda: self._front() is Screen.RETURN and self._state(Screen.RETURN).lines
        yield LOOK_MS
        self._doing("choose what comes back")
        for key in (" ", "Down", " ", "2"):
            yield from self._press(key)
        yield lambda: self._state(Screen.RETURN).ready
        yield LOOK_MS
        self._doing("give the money back")
        yield from self._press("F12")
        yield lambda: self._front() is Screen.DONE
        yield LOOK_MS

    def _exchange(self) -> Iterator[Step]:
        """The third line, by the number of its receipt, for other goods."""
        from ui.presenters.ports import Screen

        self._turns.apart = True
        number = self._till.session.till.history.page(limit=2)
        code = next(row.number for row in number if row.sale_id == self._sold)
        self._doing("open the return by its number")
        yield from self._press("F8")
        yield lambda: self._front() is Screen.RETURN
        for sign in code:
            yield from self._press(sign)
        yield from self._press("Enter")
        yield lambda: self._state(Screen.RETURN).lines
        yield LOOK_MS
        self._doing("choose what is exchanged")
        for key in ("Down", "Down", " ", "2"):
            yield from self._press(key)
        yield lambda: self._state(Screen.RETURN).can_exchange
        yield LOOK_MS
        self._doing("exchange")
        yield from self._press("F9")
        yield lambda: self._front() is Screen.SALE
        yield LOOK_MS
        for place, code in enumerate(self._codes[4:], start=1):
            yield from self._scan(code)
            yield lambda n=place: len(self._state(Screen.SALE).rows) == n
        self._doing("open pay with a return")
        yield from self._press("F12")
        yield lambda: self._front() is Screen.PAY
        yield LOOK_MS
        self._doing("complete the exchange")
        yield from self._press("Ctrl+0")
        yield lambda: self._state(Screen.PAY).completes
        yield from self._press("Enter")
        yield lambda: self._front() is Screen.DONE
        yield LOOK_MS

    def _behind(self) -> Iterator[Step]:
        from ui.presenters.ports import Screen

        self._doing("open the receipt")
        self._show(Screen.RECEIPT, paper_id=self._sold)
        yield lambda: self._state(Screen.RECEIPT).page is not None
        yield LOOK_MS
        self._doing("open the history")
        self._show(Screen.HISTORY)
        yield lambda: self._state(Screen.HISTORY).rows
        yield LOOK_MS
        self._doing("reprint")
        yield from self._press("Ctrl+P")
        yield LOOK_MS
        self._doing("open the members")
        self._show(Screen.MEMBER)
        yield LOOK_MS
        self._doing("search members")
        for sign in NAME:
            yield from self._press(sign)
        yield lambda: self._state(Screen.MEMBER).rows
        yield LOOK_MS
        self._doing("open enrolment")
        presenter = self._till.window.navigator.presenter(Screen.MEMBER)
        presenter.enrolment.clear()
        presenter.new_member()
        yield LOOK_MS
        self._doing("open the on-screen keyboard")
        self._till.window.strip.keys_button.click()
        yield LOOK_MS
        self._doing("close the on-screen keyboard")
        self._till.window.keyboard.close()
        yield LOOK_MS
        self._doing("back to the sale")
        self._show(Screen.SALE)
        yield LOOK_MS

    def _settings(self) -> Iterator[Step]:
        from ui.presenters.ports import Screen

        for name in ("products", *self._sections):
            self._doing(f"open the settings {name}")
            self._show(Screen.SETTINGS, section=name)
            yield LOOK_MS

    def _audit(self) -> Iterator[Step]:
        from ui.presenters.ports import Screen

        self._doing("open the audit")
        self._show(Screen.AUDIT)
        yield lambda: self._state(Screen.AUDIT).rows
        yield LOOK_MS
        self._doing("look at other days of the audit")
        for key in ("Ctrl+Left", "Ctrl+Right"):
            yield from self._press(key)
            yield LOOK_MS

    def _cash(self) -> Iterator[Step]:
        from ui.presenters.ports import Screen

        self._doing("open cash in and out")
        self._show(Screen.CASH)
        yield lambda: self._state(Screen.CASH).reasons
        yield LOOK_MS
        self._doing("type cash in")
        for key in ("3", "0", "Down"):
            yield from self._press(key)
        yield LOOK_MS

    def _open_shift(self) -> Iterator[Step]:
        """With a float; none is open in the demo shop."""
        from ui.presenters.ports import Screen
        from ui.presenters.shift_state import Step as At

        self._doing("open the shift")
        self._show(Screen.SHIFT)
        yield lambda: self._state(Screen.SHIFT).step is At.OPEN
        yield LOOK_MS
        for digit in FLOAT:
            yield from self._press(digit)
        yield from self._press("F12")
        yield lambda: self._front() is Screen.SALE
        yield LOOK_MS

    def _count(self) -> Iterator[Step]:
        """The drawer counted blind and short, compared, the shift closed with its Z."""
        from ui.presenters.ports import Screen, Sheet
        from ui.presenters.shift_state import Step as At

        def at(step: At) -> Reached:
            return lambda: self._state(Screen.SHIFT).step is step

        self._doing("open the count")
        self._show(Screen.SHIFT)
        yield at(At.COUNT)
        yield LOOK_MS
        self._turns.apart = True
        shifts = self._till.session.till.shifts
        left, pieces = shifts.report().due_minor - SHORT_MINOR, shifts.pieces()
        yield POLL_MS
        self._doing("count the drawer")
        for worth in pieces:
            for digit in str(left // worth):
                yield from self._press(digit)
            yield from self._press("Enter" if worth != pieces[-1] else "Up")
            left %= worth
        self._doing("compare the count")
        yield from self._press("F12")
        yield at(At.COMPARE)
        yield LOOK_MS
        self._doing("close the shift")
        yield from self._press("F12")
        yield lambda: self._sheet() is Sheet.APPROVE or at(At.PAPER)()
        yield LOOK_MS
        if self._sheet() is Sheet.APPROVE:
            yield from self._press("1")
        yield at(At.PAPER)
        yield LOOK_MS
        self._doing("leave the paper")
        yield from self._press("F12")
        yield LOOK_MS

    def _dress(self) -> Iterator[Step]:
        from ui.presenters.ports import Screen

        session = self._till.session
        acts: tuple[tuple[str, Callable[[], None]], ...] = (
            ("switch the language", lambda: session.speak("en")),
            ("switch the look", lambda: session.look_changed(look="dark")),
            ("switch the scale", lambda: session.look_changed(scale=150)),
        )
        for screen in (Screen.SETTINGS, Screen.SALE):
            for name, act in acts:
                self._doing(f"{name} on the {screen.name.lower()}")
                act()
                yield LOOK_MS
            session.speak("zh_CN")
            yield LOOK_MS
            session.look_changed(look="light", scale=100)
            yield LOOK_MS
            self._doing("show the sale in another look")
            self._show(Screen.SALE)
            yield LOOK_MS

    def _lock(self) -> Iterator[Step]:
        from ui.presenters.ports import Screen

        self._doing("lock")
        yield from self._press("F11")
        yield lambda: self._front() is Screen.SIGN_IN
        yield LOOK_MS

    # Hands

    def _press(self, key: str) -> Iterator[Step]:
        self._keyboard.rest(DEAF_MS)
        self._keyboard.post(key)
        yield KEY_MS

    def _scan(self, code: str) -> Iterator[Step]:
        self._keyboard.rest(1_000)
        for sign in (*code, "Enter"):
            self._keyboard.rest(SCANNER_MS)
            self._keyboard.post(sign)
            yield SCANNER_MS
        yield KEY_MS

    def _show(self, screen: Any, **arguments: object) -> None:
        self._till.window.navigator.show(screen, **arguments)

    # Eyes

    def _doing(self, what: str) -> None:
        self._turns.doing = what

    def _front(self) -> Any:
        return self._till.window.navigator.screen

    def _sheet(self) -> Any:
        return self._till.window.navigator.sheet

    def _state(self, place: Any) -> Any:
        return self._till.window.navigator.presenter(place).state

    def _manager_chosen(self) -> bool:
        from ui.presenters.ports import Screen

        operators = self._state(Screen.SIGN_IN).operators
        return any(one.chosen and one.operator_id == self._manager for one in operators)

    def _prepare(self) -> Iterator[Step]:
        """Look up what will be scanned; not the till's own work, hence apart."""
        from posloyalty.domain.shop.operator import Role
        from ui.tour import SECTIONS

        till = self._till.session.till
        self._turns.apart = True
        self._sections = SECTIONS
        people = till.sign_in.operators()
        self._manager = next(one.id for one in people if one.role is Role.MANAGER)
        for sku in GOODS:
            product = next(one for one in till.catalogue.search(sku) if one.sku == sku)
            self._codes.append(product.codes[0][-13:])
        yield POLL_MS

        def found() -> object:
            self._turns.apart = True
            return till.members.search(NAME).rows

        # The till finds members a moment later than it sells.
        yield found
        self._turns.apart = True
        self._card = self._a_card(till)
        yield POLL_MS

    def _a_card(self, till: Any) -> str:
        """The card of a member with a level and points."""
        from posloyalty.services.refusal import ServiceRefusal

        for n in range(10_000):
            for row in till.members.search(f"{n:04d}").rows:
                points = int("".join(sign for sign in str(row.balance) if sign.isdigit()) or 0)
                if row.tier_name and points > LEAST_POINTS:
                    try:
                        return str(till.enrol.card(row.member_id).token_text)
                    except ServiceRefusal:
                        continue
        raise LookupError("no member has a card and points")
