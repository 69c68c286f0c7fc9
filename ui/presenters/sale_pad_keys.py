"""The keys of the sale that open its pad, and the pad's own: quantity, price, something off.

`PadKeys` is the part of the sale's presenter that turns them into numbers for the open sale; what
is typed while the pad is open goes to it as well.
"""

from __future__ import annotations

from posloyalty.domain.shop.basket import BasketLine
from posloyalty.domain.shop.by_hand import WHOLE_BASKET
from ui.presenters.counter import Counter
from ui.presenters.open_sale import OpenSale
from ui.presenters.ports import Sound
from ui.presenters.sale_pad import SalePad
from ui.presenters.session import Session


class PadKeys:
    """Intents of the sale that the pad answers."""

    _session: Session
    _counter: Counter
    _sale: OpenSale
    _pad: SalePad

    def _tell(self) -> None:
        """Word the state anew; the presenter's own business."""

    def _line(self, number: int) -> BasketLine | None:
        return next((line for line in self._sale.lines if line.number == number), None)

    def line_price(self) -> None:
        """/ : the price of the selected line, open or another than the shelf's."""
        line = self._sale.selected
        if line is None:
            return
        if line.label_priced or line.card:
            self._counter.refuse(self._session.words("sale.price_fixed", name=line.product.name))
            return
        self._pad.for_line(line, self._counter.figures, price=True)
        self._tell()

    def line_discount(self) -> None:
        """Ctrl+D: something off the selected line."""
        line = self._sale.selected
        if line is not None:
            self._discount(line.number, (line,))

    def basket_discount(self) -> None:
        """F9: something off all of it."""
        if self._sale.lines:
            self._discount(WHOLE_BASKET, self._sale.lines)

    def quantity(self, number: int) -> None:
        """The quantity of a line was tapped: key another in."""
        line = self._line(number)
        if line is None:
            return
        if line.label_priced:
            self._counter.refuse(self._session.words("sale.label_priced"))
            return
        self._pad.for_line(line, self._counter.figures)
        self._tell()

    def pad_key(self, key: str) -> None:
        """A key of the pad."""
        self._pad.key(key)
        self._tell()

    def pad_turn(self) -> None:
        """The pad's button between a percentage and an amount."""
        self._pad.turn(self._counter.figures)
        self._tell()

    def pad_clear(self) -> None:
        """The pad's clear."""
        self._pad.clear()
        self._tell()

    def pad_ok(self) -> None:
        """The pad's number counts."""
        figures = self._counter.figures
        if self._counter.attempt(lambda: self._pad.accept(figures)):
            self._session.sounds.play(Sound.UNDERSTOOD)
        self._tell()

    def _discount(self, number: int, lines: tuple[BasketLine, ...]) -> None:
        if not any(line.discountable for line in lines):
            self._counter.refuse(self._session.words("sale.basket_not_discountable"))
            return
        self._pad.for_discount(number, self._counter.figures)
        self._tell()
