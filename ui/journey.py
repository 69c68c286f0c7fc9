"""A cashier's journey without a display: the same app, real widgets, real key events, on the demo.

`ring(options, out)` signs in, scans products and a member in any order, asks why, spends points,
takes cash, looks at the receipt, prints a copy, changes language and look, locks, and proves the
book. Every step says what must have come about; the first that does not ends the journey with exit
code 1. Left in `out`: `screens/*.png`, `receipt.pdf`, the book (and what the recording printer
printed, beside it). An earlier journey's leavings there are replaced.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QApplication

from posloyalty.domain.shop.operator import Role
from posloyalty.wording import Words
from ui.application import TillApplication, make_qt_application
from ui.book_door import BookDoor
from ui.keyboard import Keyboard, NotReached, quiet_offscreen, wait
from ui.options import Options
from ui.presenters.ports import Screen, Sheet

if TYPE_CHECKING:
    from posloyalty.services.members.find_member import MemberRow

CASHIER_PIN: Final = "1234"
FIRST_SCANS: Final = ("BRE001", "COF019")
MORE_SCANS: Final = ("DAI055", "HOU159", "PAN128", "HOU174", "BRE001")
POINTS_WANTED: Final = range(1_000, 3_000)
GUARD_MS: Final = 400
NAMES_MOST: Final = 10
LAYOUT_TURNS: Final = 3


class Journey:
    """The steps, in order; `done` counts those that held."""

    def __init__(self, till: TillApplication, keyboard: Keyboard, screens: Path) -> None:
        self._till = till
        self._keyboard = keyboard
        self._screens = screens
        self.done = 0
        self.now = ""
        self.sale_id: bytes | None = None
        self.pictures: list[Path] = []

    def go(self) -> None:
        """Make the whole journey; raises `NotReached` where a step does not hold."""
        steps: tuple[tuple[str, Callable[[], None]], ...] = (
            ("sign-in", self._sign_in_shown),
            ("wrong-pin", self._wrong_pin),
            ("sale", self._sign_in),
            ("scan", self._scan_goods),
            ("member", self._scan_member),
            ("scan-more", self._scan_more),
            ("find", self._find),
            ("why", self._why),
            ("redeem-sheet", self._open_redeem),
            ("redeemed", self._redeem),
            ("pay", self._pay),
            ("done", self._complete),
            ("receipt", self._receipt),
            ("history", self._history),
            ("reprint", self._reprint),
            ("dark-english", self._dress),
            ("locked", self._lock),
            ("proved", self._prove),
        )
        for name, step in steps:
            self.now = name
            step()
            self.done += 1
            self._picture(name)

    # Steps

    def _sign_in_shown(self) -> None:
        till, asked = self._till, "no names at the sign-in"
        wait(lambda: till.fault or self._state(Screen.SIGN_IN).operators, asked, patience=5)
        self._must(not till.fault, till.fault)
        self._must(self._front() is Screen.SIGN_IN, "the sign-in is not in front")

    def _wrong_pin(self) -> None:
        self._keyboard.type("0000")
        self._press("Enter")
        wait(lambda: self._state(Screen.SIGN_IN).refused, "a wrong PIN was not refused")
        self._must(self._till.session.operator is None, "a wrong PIN signed in")

    def _sign_in(self) -> None:
        cashier = next(
            one.id
            for one in self._till.session.till.sign_in.operators()
            if one.role is Role.CASHIER
        )
        for _ in range(NAMES_MOST):
            chosen = [one for one in self._state(Screen.SIGN_IN).operators if one.chosen]
            if chosen and chosen[0].operator_id == cashier:
                break
            self._keyboard.press("Right")
        self._keyboard.type(CASHIER_PIN)
        self._press("Enter")
        wait(lambda: self._front() is Screen.SALE, "the sale did not open")

    def _scan_goods(self) -> None:
        for place, sku in enumerate(FIRST_SCANS, start=1):
            self._keyboard.scan(self._code(sku))
            wait(lambda n=place: len(self._sale().rows) == n, f"{sku} is not in the basket")

    def _scan_member(self) -> None:
        member = self._rich_member()
        card = self._till.session.till.enrol.card(member.member_id)
        self._keyboard.scan(card.token_text)
        wait(lambda: self._sale().member is not None, "the card brought no member")
        wait(lambda: self._sale().earns is not None, "nothing is said of what the sale earns")

    def _scan_more(self) -> None:
        for sku in MORE_SCANS:
            self._keyboard.scan(self._code(sku))
        expected = len({*FIRST_SCANS, *MORE_SCANS})
        wait(lambda: len(self._sale().rows) == expected, "scans were lost or lines doubled")
        wait(lambda: self._sale().rows[-1].quantity == "2", "the same article is not counted")
        self._must(len(self._sale().rows) == expected, "the same article opened a second line")
        wait(lambda: not self._sale().quoting, "the quote did not come")

    def _find(self) -> None:
        before = len(self._sale().rows)
        self._press("F3")
        wait(lambda: self._sheet() is Sheet.FIND, "the search did not open")
        self._keyboard.type("BAK")
        wait(lambda: self._state(Sheet.FIND).rows, "nothing was found")
        self._picture("find-sheet")
        self._press("Enter")
        wait(lambda: len(self._sale().rows) == before + 1, "the found article was not added")

    def _why(self) -> None:
        self._press("Ctrl+I")
        wait(lambda: self._sheet() is Sheet.WHY, "why did not open")
        wait(lambda: self._state(Sheet.WHY).rows, "why says nothing")
        self._picture("why-sheet")
        self._press("Esc")
        wait(lambda: self._sheet() is None, "why did not close")

    def _open_redeem(self) -> None:
        wait(lambda: self._sale().can_redeem, "nothing can be redeemed")
        self._press("F5")
        wait(lambda: self._sheet() is Sheet.REDEEM, "redeeming did not open")
        wait(lambda: self._state(Sheet.REDEEM).ready, "no points can be spent")

    def _redeem(self) -> None:
        before = self._sale().total.total_minor
        self._press("Enter")
        wait(lambda: self._sheet() is None, "redeeming did not close")
        wait(
            lambda: not self._sale().quoting and self._sale().total.total_minor < before,
            "points took nothing off",
        )

    def _pay(self) -> None:
        self._press("F12")
        wait(lambda: self._front() is Screen.PAY, "pay did not open")
        wait(lambda: self._state(Screen.PAY).due_minor > 0, "nothing is due")

    def _complete(self) -> None:
        due = self._state(Screen.PAY).due_minor
        note = next(sum_ for sum_ in (100, 200, 500, 1_000) if sum_ * 100 >= due)
        self._keyboard.type(str(note))
        wait(lambda: self._state(Screen.PAY).completes, "the note given does not complete the sale")
        self._picture("pay-given")
        self._press("Enter")
        wait(lambda: self._front() is Screen.DONE, "the sale was not completed")
        done = self._state(Screen.DONE)
        rows = self._till.session.till.history.page(limit=1)
        self._must(bool(rows) and rows[0].number in done.number, "the sale is not in the book")
        self.sale_id = rows[0].sale_id
        self._must(done.change_minor >= 0, "the change is wrong")

    def _receipt(self) -> None:
        self._navigator().show(Screen.RECEIPT, paper_id=self.sale_id)
        wait(lambda: self._state(Screen.RECEIPT).receipt is not None, "no receipt is shown")

    def _history(self) -> None:
        self._press("F10")
        self._press("Enter")
        wait(lambda: self._front() is Screen.HISTORY, "the menu did not lead to the sales")
        wait(lambda: self._state(Screen.HISTORY).rows, "no sale is listed")
        first = self._state(Screen.HISTORY).rows[0]
        self._must(first.paper_id == self.sale_id, "the newest sale is not the one just made")

    def _reprint(self) -> None:
        recorded = self._till.folder / "receipts"
        before = len(list(recorded.glob("*"))) if recorded.exists() else 0
        self._press("Ctrl+P")
        wait(
            lambda: recorded.exists() and len(list(recorded.glob("*"))) > before,
            "the copy was not printed",
        )

    def _dress(self) -> None:
        session = self._till.session
        self._press("Esc")
        session.speak("en")
        session.look_changed(look="dark")
        self._navigator().show(Screen.SALE)
        self._must(session.words.language == "en", "the language did not change")
        wait(lambda: self._front() is Screen.SALE, "the sale did not come back")

    def _lock(self) -> None:
        self._keyboard.scan(self._code(FIRST_SCANS[0]))
        wait(lambda: len(self._sale().rows) == 1, "the next sale did not begin")
        self._press("F11")
        wait(lambda: self._front() is Screen.SIGN_IN, "locking did not show the sign-in")
        self._must(len(self._sale().rows) == 1, "locking lost the basket")

    def _prove(self) -> None:
        proof = self._till.session.till.verify.verify()
        self._must(proof.holds, f"the book does not hold: {proof.first}")

    # What the steps look at

    def _front(self) -> Screen | None:
        return self._navigator().screen

    def _sheet(self) -> Sheet | None:
        return self._navigator().sheet

    def _sale(self) -> Any:
        return self._state(Screen.SALE)

    def _state(self, place: Screen | Sheet) -> Any:
        return self._navigator().presenter(place).state

    def _navigator(self) -> Any:
        return self._till.window.navigator

    def _press(self, key: str) -> None:
        """Press a key a moment after the screen came, for it is deaf before."""
        self._keyboard.rest(GUARD_MS)
        self._keyboard.press(key)

    def _code(self, sku: str) -> str:
        products = self._till.session.till.catalogue.search(sku)
        code = next(p.codes[0] for p in products if p.sku == sku)
        return code[-13:]

    def _rich_member(self) -> MemberRow:
        """Somebody with enough points to spend some."""
        members = self._till.session.till.members
        for digits in range(10_000):
            for row in members.search(f"{digits:04d}").rows:
                balance = int("".join(c for c in str(row.balance) if c.isdigit()) or 0)
                if balance in POINTS_WANTED and row.tier_name:
                    return row
        raise NotReached("no member has points to spend")

    def _must(self, holds: bool, reason: str) -> None:
        if not holds:
            raise NotReached(reason)

    def _picture(self, name: str) -> None:
        # What was shown just now is laid out first, and then what stands around it.
        for _ in range(LAYOUT_TURNS):
            QApplication.processEvents()
        file = self._screens / f"{len(self.pictures) + 1:02d}-{name}.png"
        self._till.window.grab().save(str(file))
        self.pictures.append(file)


def ring(options: Options, out: Path) -> int:
    """Ring the journey and say where its leavings are; 0 only when every step held."""
    out = out.resolve()
    screens, book = out / "screens", (options.data or out / "book").resolve()
    words = Words(options.language or "zh_CN")
    _clear(out, book)
    if (book / "till.book").exists():
        # Somebody's own book: a journey rings sales, and only in a demo shop that it has made.
        print(words("book.exists", place=book), file=sys.stderr)
        return 1
    screens.mkdir(parents=True, exist_ok=True)
    print(words("app.journey_begins"), flush=True)
    quiet_offscreen()
    make_qt_application()
    keyboard = Keyboard()
    told = replace(options, demo=True, language=words.language, data=book)
    till = TillApplication(
        told, BookDoor(book, demo=True), now_ms=keyboard.now_ms, key_stamp=keyboard.stamp
    )
    keyboard.window = till.window
    till.start()
    journey = Journey(till, keyboard, screens)
    try:
        journey.go()
        receipt = _receipt_file(till, journey.sale_id, out)
    except NotReached as fault:
        print(
            words("app.journey_failed", n=journey.done + 1, step=journey.now, reason=fault),
            file=sys.stderr,
        )
        till.window.grab().save(str(screens / "99-failed.png"))
        return 1
    finally:
        till.close()
    for line in (
        words("app.journey_pictures", path=screens),
        words("app.journey_receipt", path=receipt),
        words("app.journey_book", path=book / "till.book"),
        words("app.journey_held", n=journey.done),
    ):
        print(line)
    return 0


def _receipt_file(till: TillApplication, sale_id: bytes | None, out: Path) -> Path:
    from posloyalty.documents.receipt_pdf import receipt_pdf

    if sale_id is None:
        raise NotReached("no sale was made")
    file = out / "receipt.pdf"
    file.write_bytes(receipt_pdf(till.session.till.receipts.receipt(sale_id, copy=False)))
    return file


def _clear(out: Path, book: Path) -> None:
    """Remove an earlier journey's book and pictures, and nothing else."""
    if book == out / "book" and (out / "screens").is_dir() and (book / "till.book").exists():
        shutil.rmtree(book)
    for picture in (out / "screens").glob("[0-9][0-9]-*.png"):
        picture.unlink()
