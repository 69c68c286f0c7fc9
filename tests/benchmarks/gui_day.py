"""A manager's day at a busy till, for `gui_process --day`: what a cashier's journey leaves out.

It looks through the sales of the day, searches members and goods, opens one of them, looks at a
month's audit and writes it to a file, prints an X, tries a programme out on the past sales, proves
the book and takes products over, each with its progress on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.gui_journey import LOOK_MS, Journey, Step

PAGES = 4
TYPED = ("wang", "李", "138", "0417", "lxy")
WORK_MS = 200
"""How often long work is looked at: each look is a turn of its own."""


class ManagersDay(Journey):
    """The steps; `products` is a file of them."""

    def __init__(self, till: Any, keyboard: Any, turns: Any, *, products: Path) -> None:
        super().__init__(till, keyboard, turns)
        self._products = products

    def go(self) -> Iterator[Step]:
        """The whole day."""
        for name, parts in (
            ("opening", (self._open,)),
            ("signing in", (self._sign_in,)),
            ("searching", (self._members, self._goods)),
            ("looking back", (self._sales, self._entries)),
            ("counting", (self._x_report,)),
            ("arranging", (self._articles, self._keys)),
            ("long work", (self._try_out, self._prove, self._take_over)),
        ):
            for part in parts:
                self._turns.part = name
                yield from part()

    def _members(self) -> Iterator[Step]:
        from ui.presenters.ports import Screen

        self._doing("open the members")
        self._show(Screen.MEMBER)
        yield LOOK_MS
        for text in TYPED:
            self._doing(f"search members for {text}")
            yield from self._type(text)
            yield LOOK_MS
            yield from self._wipe(text)
        self._doing("open a member")
        yield from self._type("wang")
        yield LOOK_MS
        yield lambda: self._state(Screen.MEMBER).rows
        presenter = self._till.window.navigator.presenter(Screen.MEMBER)
        presenter.open_member(presenter.state.rows[0].member_id)
        yield lambda: self._state(Screen.MEMBER).detail is not None
        yield LOOK_MS
        self._doing("leave the members")
        self._show(Screen.SALE)
        yield LOOK_MS

    def _goods(self) -> Iterator[Step]:
        from ui.presenters.ports import Sheet

        self._doing("open the sheet find")
        yield from self._press("F3")
        yield lambda: self._sheet() is Sheet.FIND
        yield LOOK_MS
        for text in ("商品", "x00", "da"):
            self._doing(f"search goods for {text}")
            yield from self._type(text)
            yield LOOK_MS
            yield from self._wipe(text)
        yield from self._press("Esc")

    def _sales(self) -> Iterator[Step]:
        from ui.presenters.ports import Screen

        self._doing("open the history")
        self._show(Screen.HISTORY)
        yield lambda: self._state(Screen.HISTORY).rows
        yield LOOK_MS
        for _ in range(PAGES):
            self._doing("older sales")
            count = len(self._state(Screen.HISTORY).rows)
            self._till.window.navigator.presenter(Screen.HISTORY).older()
            yield lambda n=count: len(self._state(Screen.HISTORY).rows) > n
            yield LOOK_MS
            self._doing("choose a sale")
            for key in ("Down", "Down", "Down"):
                yield from self._press(key)
            yield LOOK_MS
        self._doing("search the sales")
        yield from self._type("150")
        yield LOOK_MS
        yield from self._wipe("150")
        yield LOOK_MS

    def _entries(self) -> Iterator[Step]:
        from ui.presenters.audit import SPANS
        from ui.presenters.ports import Screen

        self._doing("open the audit")
        self._show(Screen.AUDIT)
        yield lambda: self._state(Screen.AUDIT).rows
        yield LOOK_MS
        presenter = self._till.window.navigator.presenter(Screen.AUDIT)
        self._doing("the longest span of the audit")
        presenter.choose_span(len(SPANS) - 1)
        yield LOOK_MS
        for _ in range(PAGES):
            if not self._state(Screen.AUDIT).more:
                break
            self._doing("older entries")
            presenter.older()
            yield LOOK_MS
        self._doing("search the audit")
        yield from self._type("zhao")
        yield LOOK_MS
        yield from self._wipe("zhao")
        self._doing("write the audit to a file")
        presenter.export()
        yield LOOK_MS
        yield lambda: not self._state(Screen.AUDIT).exporting
        yield LOOK_MS

    def _x_report(self) -> Iterator[Step]:
        from ui.presenters.ports import Screen
        from ui.presenters.shift_state import Step as At

        self._doing("open the count")
        self._show(Screen.SHIFT)
        yield lambda: self._state(Screen.SHIFT).step is not At.READING
        yield LOOK_MS
        if self._state(Screen.SHIFT).step is At.OPEN:
            yield from self._press("F12")
            yield LOOK_MS
            self._show(Screen.SHIFT)
            yield LOOK_MS
        self._doing("the X")
        self._till.window.navigator.presenter(Screen.SHIFT).show_x()
        yield lambda: self._state(Screen.SHIFT).step is At.PAPER
        yield LOOK_MS
        self._doing("leave the X")
        self._show(Screen.SALE)
        yield LOOK_MS

    def _articles(self) -> Iterator[Step]:
        section = yield from self._section("products")
        self._doing("look through the products")
        for _ in range(PAGES):
            yield from self._press("Down")
        yield LOOK_MS
        self._doing("search the products")
        for text in ("商品", "x00"):
            section.search(text)
            yield LOOK_MS
        self._doing("open a product")
        section.choose(section.state.entries[0].key)
        yield LOOK_MS
        self._doing("a new product")
        section.new()
        yield LOOK_MS
        section.discard()
        yield LOOK_MS

    def _keys(self) -> Iterator[Step]:
        section = yield from self._section("keys")
        self._doing("place a quick key")
        section.choose_place(section.state.grid[0].key)
        yield LOOK_MS
        self._doing("search goods for a key")
        section.search("商品")
        yield LOOK_MS

    def _try_out(self) -> Iterator[Step]:
        section = yield from self._section("programme")
        self._doing("look a programme over")
        section.change("ready", "cafe")
        yield lambda: any(act.name == "try" and act.enabled for act in section.state.acts)
        yield LOOK_MS
        self._doing("try a programme out")
        section.act("try")
        yield from self._done(lambda: section.state.progress is None)

    def _prove(self) -> Iterator[Step]:
        section = yield from self._section("data")
        self._doing("prove the book")
        section.act("verify")
        yield from self._done(lambda: section.state.progress is None)

    def _take_over(self) -> Iterator[Step]:
        section = yield from self._section("data")
        self._doing("take products over")
        section.act("products", str(self._products))
        yield from self._done(lambda: section.state.progress is None)

    # Hands

    def _section(self, name: str) -> Any:
        from ui.presenters.ports import Screen

        self._doing(f"open the settings {name}")
        self._show(Screen.SETTINGS, section=name)
        yield LOOK_MS
        return self._till.window.navigator.presenter(Screen.SETTINGS).sections[name]

    def _done(self, ended: Callable[[], object]) -> Iterator[Step]:
        yield WORK_MS
        while not ended():
            yield WORK_MS
        yield LOOK_MS

    def _type(self, text: str) -> Iterator[Step]:
        for sign in text:
            yield from self._press(sign)

    def _wipe(self, text: str) -> Iterator[Step]:
        for _ in text:
            yield from self._press("Backspace")
