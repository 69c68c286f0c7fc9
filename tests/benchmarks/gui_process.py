"""`python -m tests.benchmarks.gui_process FOLDER [--why]`: a cashier's journey, each turn measured.

The application itself, offscreen, on a demo shop that exists (a copy is used), in its own event
loop. The journey posts key events and then lets go: a person's keys lie 60 ms apart, a scanner's 8,
and a screen that opened is looked at for 400 ms. It opens every screen and sheet for the first time
and some of them again, and switches language, look and scale on several screens.

Printed as JSON: `turns`, a list of [part, doing, cpu_ms, wall_ms]. With `--why`, on standard error,
what the long turns did.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ui.plain_imports import load_qt

KEY_MS = 60
SCANNER_MS = 8
LOOK_MS = 400
POLL_MS = 10
PATIENCE_MS = 60_000
DEAF_MS = 400
GOODS = ("DAI055", "DRI039", "HOU159", "BAK072", "BRE001", "COF019", "PAN128", "HOU174")
PIN = "3456"
LEAST_POINTS = 2_000

Reached = Callable[[], object]
Step = int | Reached
"""What a journey waits for: so many milliseconds, or that something is so."""


def main(folder: Path, *, why: bool) -> int:
    """Go the journey once and print its turns."""
    load_qt()
    from PySide6.QtCore import QTimer

    from tests.benchmarks.turns import Turns
    from ui.application import TillApplication, make_qt_application
    from ui.book_door import BookDoor
    from ui.keyboard import Keyboard, quiet_offscreen
    from ui.options import Options

    quiet_offscreen()
    application = make_qt_application()
    with tempfile.TemporaryDirectory() as place:
        shop = Path(place) / "till"
        shutil.copytree(folder, shop)
        keyboard = Keyboard()
        till = TillApplication(
            Options(demo=True, data=shop, language="zh_CN"),
            BookDoor(shop, demo=True),
            now_ms=keyboard.now_ms,
            key_stamp=keyboard.stamp,
        )
        keyboard.window = till.window
        turns = Turns(application, why=why)
        journey = Journey(till, keyboard, turns)
        till.start()
        driver = Driver(journey.go(), turns, done=application.quit)
        turns.begin()
        QTimer.singleShot(0, driver.go_on)
        application.exec()
        turns.end()
        till.close()
    if driver.fault is not None:
        raise driver.fault
    told = [(turn.part, turn.doing, turn.cpu_ms, turn.wall_ms) for turn in turns.turns]
    print(json.dumps({"turns": told}))
    for turn in turns.turns:
        if turn.why:
            print(turn.doing, f"{turn.cpu_ms:.1f} ms\n", turn.why, file=sys.stderr)
    return 0


class Driver:
    """Goes on with a journey whenever what it waits for is so, each time in a turn of its own."""

    def __init__(self, steps: Iterator[Step], turns: Any, *, done: Callable[[], None]) -> None:
        self._steps = steps
        self._turns = turns
        self._done = done
        self._waits: Step = 0
        self._waited_ms = 0
        self.fault: BaseException | None = None

    def go_on(self) -> None:
        """One step, or another look at what is waited for."""
        from PySide6.QtCore import QTimer

        waits = self._waits
        if callable(waits) and not waits():
            self._waited_ms += POLL_MS
            if self._waited_ms < PATIENCE_MS:
                QTimer.singleShot(POLL_MS, self.go_on)
                return
            self.fault = TimeoutError(self._turns.doing)
            self._done()
            return
        try:
            self._waits, self._waited_ms = next(self._steps), 0
        except StopIteration:
            self._done()
            return
        except Exception as fault:  # noqa: BLE001 - told when the event loop has ended
            self.fault = fault
            self._done()
            return
        QTimer.singleShot(self._waits if isinstance(self._waits, int) else POLL_MS, self.go_on)


class Journey:
    """The steps. Each part says what it does, so that its turns are named."""

    def __init__(self, till: Any, keyboard: Any, turns: Any) -> None:
        self._till = till
        self._keyboard = keyboard
        self._turns = turns
        self._codes: list[str] = []
        self._card = ""

    def go(self) -> Iterator[Step]:
        """The whole way."""
        for name, parts in (
            ("opening", (self._open,)),
            ("selling", (self._sign_in, self._sell, self._sheets, self._pay, self._again)),
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
        yield from self._prepare()
        self._doing("the sign-in at rest")
        yield 1_500

    def _sign_in(self) -> Iterator[Step]:
        from ui.presenters.ports import Screen

        self._doing("a name and a PIN")
        while not self._manager_chosen():
            yield from self._press("Down")
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

    def _behind(self) -> Iterator[Step]:
        from ui.presenters.ports import Screen

        self._turns.apart = True
        sale_id = self._till.session.till.history.page(limit=1)[0].sale_id
        self._doing("open the receipt")
        self._show(Screen.RECEIPT, sale_id=sale_id)
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
        for sign in "wang":
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


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), why="--why" in sys.argv))
