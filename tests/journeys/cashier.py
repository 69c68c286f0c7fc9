"""A cashier at the real window: scans, keys, and what stands on the screen and on the paper.

Shape: `a_shop(name, variant)` sets a scenario's shop up, its programme, goods and members, on a
real till; `Cashier` rings at the window before it. Everything it does are key events of the window
system, counted without those of the scanner; everything it reads stands in a visible widget, or on
the receipt. Lanes run at once, time is the scenario's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import tomlkit
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

import resources
from posloyalty.domain.values.check_digit import gs1_check_digit
from posloyalty.domain.values.identifiers import base32_encode
from posloyalty.domain.values.own_codes import GIFT_CARD_PREFIX
from posloyalty.scenario.load import load
from posloyalty.scenario.printed import Printed
from posloyalty.scenario.scenario import Scenario
from posloyalty.scenario.workshop import Workshop
from posloyalty.scenario.world import World
from posloyalty.services.papers.receipt_code import receipt_code
from tests.ui.counter_stage import CounterStage, counter_stage
from tests.ui.stage import end_stage
from ui.presenters.ports import Screen

PERSON_MS = 90
CTRL = Qt.KeyboardModifier.ControlModifier
_AMOUNT = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?")


def article_code(place: int) -> str:
    """The barcode of the product at a place of the file."""
    digits = f"69012345{place:04d}"
    return digits + gs1_check_digit(digits)


def gift_code(code: str) -> str:
    """What a scanner reads off a gift card that a file calls `code`."""
    return GIFT_CARD_PREFIX + base32_encode(code.rjust(5, "0").encode())


def case_file(name: str) -> dict[str, Any]:
    """A shipped scenario as a table."""
    text = resources.path("scenarios").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return dict(tomlkit.parse(text).unwrap())


@contextmanager
def a_shop(file: dict[str, Any], variant: str, workshop: Workshop) -> Iterator[World]:
    """The shop of a scenario in which nothing has happened yet; its goods have barcodes."""
    goods = [
        {**one, "codes": [article_code(place)]} for place, one in enumerate(file.get("product", ()))
    ]
    first = {"step": "wait", **({"at": file["when"][0]["at"]} if "at" in file["when"][0] else {})}
    kept = {key: value for key, value in file.items() if key not in ("variant", "expect")}
    made = {**kept, "product": goods, "when": [first]}
    chosen = [one for one in file.get("variant", ()) if one["name"] == variant]
    if chosen:
        made["variant"] = [{k: v for k, v in one.items() if k != "expect"} for one in chosen]
    scenario = load(tomlkit.dumps(made).encode("utf-8"))
    assert isinstance(scenario, Scenario), scenario
    (case,) = scenario.cases
    world = World(case, workshop)
    try:
        world.pass_to(case.steps[0].at)
        for placed in world.tills.values():
            placed.till.settle()
            placed.till.follow_members()
        yield world
    finally:
        world.close()


class KeyCounter(QObject):
    """Counts the keys that a person presses on a window; a scanner's are not theirs."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed = 0
        self.scanning = False

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and not self.scanning:
            assert isinstance(event, QKeyEvent)
            # A chord is one press: what is held down for it is not counted.
            self.pressed += event.key() not in _HELD
        return False


class Cashier:
    """Hands and eyes at one till of a world."""

    def __init__(self, world: World, stage: CounterStage, goods: dict[str, str]) -> None:
        self.world, self.stage, self.goods = world, stage, goods
        (self.placed,) = world.tills.values()
        self.till = self.placed.till
        self.cards = {
            name: self.till.enrol.replace_card(member, self.placed.manager).token_text
            for name, member in world.members.items()
        }
        self.counter = KeyCounter()
        self._handle = stage.window.windowHandle()
        self._handle.installEventFilter(self.counter)

    def go(self) -> None:
        """Count no more."""
        self._handle.removeEventFilter(self.counter)

    # Hands

    def press(self, *keys: str) -> None:
        """Press keys as they are written: "F12", "Enter", "Ctrl+1", or a character."""
        for key in keys:
            self.stage.settle()
            self.stage.stamps.now += PERSON_MS
            name = key.removeprefix("Ctrl+")
            held = CTRL if key.startswith("Ctrl+") else None
            known = _KEYS.get(name)
            self.stage.press(name if known is None else known, held)
            self.stage.window.capture.flush()
        self._rest()

    def type(self, text: str) -> None:
        """Type characters one by one."""
        self.press(*text)

    def scan(self, *codes: str) -> None:
        """Scan codes."""
        for code in codes:
            self.stage.settle()
            self.counter.scanning = True
            self.stage.scan(code)
            self.counter.scanning = False
        self._rest()

    def scan_goods(self, *lines: str) -> None:
        """Scan articles by stock number, "2 SHIRT" with the quantity keyed in before."""
        for line in lines:
            quantity, _, sku = line.rpartition(" ")
            if quantity:
                self.type(f"{quantity}*")
            self.scan(self.goods[sku])

    @property
    def keys(self) -> int:
        """How many keys were pressed so far, beyond the scans."""
        return self.counter.pressed

    # Eyes

    @property
    def front(self) -> Screen | None:
        """The screen in front."""
        return self.stage.front

    def words(self) -> tuple[str, ...]:
        """Every text that stands in the window, and the names of what paints its own."""
        found = []
        for widget in self.stage.window.findChildren(QWidget):
            if widget.isVisible():
                said = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
                found += [text for text in (said, widget.accessibleName()) if text]
        return tuple(found)

    def figure(self, label: str) -> str:
        """The amount beside a label, such as "To pay"; refuses where it stands nowhere."""
        for text in self.words():
            if text.startswith(label) and (amount := _AMOUNT.search(text[len(label) :])):
                return plain(amount[0])
        raise AssertionError(f"{label} is nowhere on the screen: {self.words()}")

    def figures(self, label: str) -> list[str]:
        """All amounts beside a label in rows of figures; none where it stands nowhere."""
        rows = [text for text in self.words() if re.fullmatch(rf"{label} {_AMOUNT.pattern}", text)]
        return [plain(row.rpartition(" ")[2]) for row in rows]

    def beside(self, label: str) -> str:
        """The text that stands next after a label."""
        words = self.words()
        return plain(words[words.index(label) + 1])

    def amount_around(self, before: str, after: str = "") -> str:
        """The amount between two pieces of one text, such as "balance " and "" of a tag."""
        pattern = re.compile(rf"{re.escape(before)}({_AMOUNT.pattern}){re.escape(after)}")
        for text in self.words():
            if found := pattern.search(text):
                return plain(found[1])
        raise AssertionError(f"{before}…{after} is nowhere on the screen: {self.words()}")

    def shows(self, text: str) -> bool:
        """Whether a text stands somewhere in the window."""
        return any(text in one for one in self.words())

    def paper(self) -> tuple[str, ...]:
        """The lines of the newest sale's or refund's receipt."""
        return Printed(lambda: self.till.receipts.receipt(self.newest(), copy=False)).lines()

    def newest(self) -> bytes:
        """The id of the last event that has a paper."""
        with self.till.book.read() as reader:
            papers = [
                one.event_id for one in reader.journal.events() if one.kind in ("sale", "refund")
            ]
        return papers[-1]

    def code_of(self, sale_id: bytes) -> str:
        """What a scanner reads off a sale's receipt."""
        with self.till.book.read() as reader:
            stored = reader.sales.by_id(sale_id)
            assert stored is not None
            code = receipt_code(reader, stored)
        assert code is not None
        return code

    def _rest(self) -> None:
        self.stage.rest()
        self.stage.settle()


@contextmanager
def a_cashier(
    file: dict[str, Any],
    workshop: Workshop,
    *,
    variant: str = "",
    operator: str = "",
    language: str = "en",
) -> Iterator[Cashier]:
    """A cashier at the shop of a scenario: an operator of the file, else the till's manager."""
    with a_shop(file, variant, workshop) as world:
        (placed,) = world.tills.values()
        stage = counter_stage(
            services=placed.till,
            language=language,
            operator=placed.operators.get(operator, placed.manager),
            shop=placed.till.shop.details(),
            whole=True,
        )
        goods = {one["sku"]: article_code(place) for place, one in enumerate(file["product"])}
        cashier = Cashier(world, stage, goods)
        try:
            yield cashier
        finally:
            cashier.go()
            end_stage(stage)


def plain(amount: str) -> str:
    """An amount as scenario files write it."""
    return amount.replace("−", "-").replace(",", "").lstrip("+")


def instant(world: World, at: object) -> datetime:
    """A step's time in the store's zone."""
    assert isinstance(at, datetime)
    (placed,) = world.tills.values()
    return at if at.tzinfo is not None else at.replace(tzinfo=placed.till.clock.zone)


_HELD = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt)
_KEYS = {
    "Enter": Qt.Key.Key_Return,
    "Esc": Qt.Key.Key_Escape,
    "Del": Qt.Key.Key_Delete,
    "Up": Qt.Key.Key_Up,
    "Down": Qt.Key.Key_Down,
    "Space": Qt.Key.Key_Space,
    "Backspace": Qt.Key.Key_Backspace,
    "Tab": Qt.Key.Key_Tab,
    "Z": Qt.Key.Key_Z,
    **{f"F{n}": Qt.Key(Qt.Key.Key_F1 + n - 1) for n in range(1, 13)},
    **{str(n): Qt.Key(Qt.Key.Key_0 + n) for n in range(10)},
}
