"""Finding an article by name, pinyin initials or stock number, in a sheet over the quick keys.

Shape: `FindState` holds what is typed and at most `ROWS_MOST` rows. Enter takes the chosen row, the
first unless the arrow keys moved; the sheet closes and the sale goes on. A scan is the sale's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.shop.product import Product
from ui.presenters.base import Presenter
from ui.presenters.counter import Counter, counter_of
from ui.presenters.ports import Sound
from ui.presenters.quick_pages import key_price
from ui.presenters.search import LatestOnly
from ui.presenters.session import Session

ROWS_MOST: Final = 40
TEXT_MOST: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """One article."""

    product_id: bytes
    name: str
    sub: str
    price: str
    initial: str
    spoken: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FindState:
    """The sheet. `empty` says why there are no rows."""

    text: str = ""
    rows: tuple[FoundRow, ...] = ()
    summary: str = ""
    empty: str = ""
    searching: bool = False


class FindPresenter(Presenter[FindState]):
    """Searches as one types and adds what is taken."""

    def __init__(self, session: Session, counter: Counter | None = None) -> None:
        super().__init__(FindState())
        self._session = session
        self._counter = counter or counter_of(session)
        self._text = ""
        self._products: tuple[Product, ...] = ()
        self._answered_for = ""
        self._at = 0
        self._times: int | None = None
        self._enter_waits = False
        self._search = LatestOnly(
            session.lanes,
            job=lambda text: session.till.catalogue.search(text, limit=ROWS_MOST),
            done=self._found,
            failed=self._counter.say_fault,
        )

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """A fresh search, with the characters that were typed already."""
        times = arguments.get("quantity_milli")
        self._times = times if isinstance(times, int) else None
        self._products, self._at, self._enter_waits = (), 0, False
        self.search(str(arguments.get("text", "")))

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    def typed(self, character: str) -> None:
        """One more character to look for."""
        self.search((self._text + character)[:TEXT_MOST])

    # Keys and taps

    def search(self, text: str) -> None:
        """The text changed."""
        self._text = text[:TEXT_MOST]
        self._at = 0
        self._enter_waits = False
        if self._session.till_open and self._text.strip():
            self._search.ask(self._text.strip())
        else:
            self._products, self._answered_for = (), ""
        self._tell()

    def backspace(self) -> None:
        """The last character goes; an empty search closes."""
        if self._text:
            self.search(self._text[:-1])
        else:
            self.escape()

    def up(self) -> None:
        """The row above."""
        self._at = max(0, self._at - 1)
        self._tell()

    def down(self) -> None:
        """The row below."""
        self._at = min(max(0, len(self._products) - 1), self._at + 1)
        self._tell()

    def enter(self) -> None:
        """Take the chosen row, as soon as the answer for this text is there."""
        if self._answered_for != self._text.strip():
            self._enter_waits = bool(self._text.strip())
        elif self._products:
            self._take(self._products[self._at])

    def main_action(self) -> None:
        """F12 is the Pay button beside the sheet."""
        self._session.navigator.close_sheet()
        self._counter.pay()

    def choose(self, product_id: bytes) -> None:
        """A row was tapped."""
        for product in self._products:
            if product.id == product_id:
                self._take(product)
                return

    def escape(self) -> None:
        """Close the sheet."""
        self._session.navigator.close_sheet()

    # The work

    def _found(self, text: str, products: tuple[Product, ...]) -> None:
        if text != self._text.strip():
            return
        self._products, self._answered_for, self._at = products, text, 0
        self._tell()
        if self._enter_waits:
            self._enter_waits = False
            self.enter()

    def _take(self, product: Product) -> None:
        times, self._times = self._times, None
        self._session.navigator.close_sheet()
        self._session.toasts.clear()
        sale = self._counter.sale
        if self._counter.attempt(lambda: sale.add(product, quantity_milli=times)):
            self._session.sounds.play(Sound.UNDERSTOOD)

    def _tell(self) -> None:
        words, figures = self._session.words, self._counter.figures
        text = self._text.strip()
        rows = []
        for at, product in enumerate(self._products if text else ()):
            price = key_price(product, figures)
            rows.append(
                FoundRow(
                    product_id=product.id,
                    name=product.name,
                    sub=product.sku,
                    price=price,
                    initial=product.name.strip()[:1].upper(),
                    spoken=f"{product.name}, {price}",
                    chosen=at == self._at,
                )
            )
        waiting = bool(text) and self._answered_for != text
        empty = ""
        if not rows and not waiting:
            empty = words("sale.find_none", text=text) if text else words("sale.find_hint")
        self._show(
            FindState(
                text=self._text,
                rows=tuple(rows),
                summary=words.counted("sale.found", len(rows)) if rows else "",
                empty=empty,
                searching=waiting,
            )
        )
