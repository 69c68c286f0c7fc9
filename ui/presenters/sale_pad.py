"""The sale's pad: a quantity, a weight or an open price, keyed in with the sale still in sight.

Shape: `PadState` says what is wanted and what stands in it; `SalePad` decides for which line or
waiting product it is. Scans go on while it is open and never end up in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from posloyalty.domain.shop.basket import QUANTITY_MAX, BasketLine
from posloyalty.domain.values.money import BadAmount, parse_amount
from posloyalty.domain.values.quantity import BadQuantity, format_quantity, parse_quantity
from ui.presenters.amounts import Figures
from ui.presenters.asks import Ask
from ui.presenters.number_entry import NumberEntry
from ui.presenters.open_sale import OpenSale

WEIGHT_DECIMALS = 3
PRICE_MAX_MINOR = 10**9


class PadFor(Enum):
    """What is keyed in."""

    QUANTITY = auto()
    WEIGHT = auto()
    PRICE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class PadState:
    """The pad as shown: `title` asks, `value` is what stands there, `fresh` a proposal."""

    wanted: PadFor
    title: str
    label: str
    value: str
    fresh: bool
    whole: bool
    ok: str
    ready: bool


class SalePad:
    """Which number is being keyed in, and for what."""

    def __init__(self, sale: OpenSale) -> None:
        self._sale = sale
        self._line: int | None = None
        self._ask: Ask | None = None
        self._wanted = PadFor.QUANTITY
        self._entry = NumberEntry()

    @property
    def open(self) -> bool:
        """Whether a number is wanted."""
        return self._line is not None or self._ask is not None

    @property
    def waiting(self) -> Ask | None:
        """The product that is not in the basket before its number is there."""
        return self._ask

    def for_line(self, line: BasketLine, figures: Figures, *, price: bool = False) -> None:
        """Open the pad for a line of the basket, with its number as the proposal."""
        self._line, self._ask = line.number, None
        if price:
            self._wanted = PadFor.PRICE
            text = figures.plain(line.unit_price_minor)
        else:
            self._wanted = PadFor.WEIGHT if line.product.weighed else PadFor.QUANTITY
            text = format_quantity(line.quantity_milli)
        self._entry = self._fresh_entry(figures).propose(text)

    def follow(self, figures: Figures) -> None:
        """Open for the next product that waits; close when line or product are gone."""
        asked = self._sale.ask
        if asked is not self._ask:
            self._ask = asked
            if asked is not None:
                self._line = None
                self._wanted = PadFor.PRICE if asked.price else PadFor.WEIGHT
                self._entry = self._fresh_entry(figures)
        if self._line is not None and all(line.number != self._line for line in self._sale.lines):
            self._line = None

    def key(self, key: str) -> None:
        """A digit, 00 or the point."""
        self._entry = self._entry.typed(key)

    def backspace(self) -> None:
        """The last digit goes."""
        self._entry = self._entry.backspace()

    def clear(self) -> None:
        """All digits go."""
        self._entry = self._entry.clear()

    def close(self) -> None:
        """The number is not coming; a waiting product is dropped."""
        self._line = None
        if self._ask is not None:
            self._ask = None
            self._sale.drop_ask()

    def accept(self, figures: Figures) -> None:
        """Use the number. Raises `BasketRefusal` when the basket cannot take it."""
        number = self._number(figures)
        if number is None:
            return
        line, asked = self._line, self._ask
        self._line = self._ask = None
        if asked is not None:
            self._sale.answer(number)
        elif line is not None and self._wanted is PadFor.PRICE:
            self._sale.set_price(line, number)
        elif line is not None:
            self._sale.set_quantity(line, number)

    def state(self, figures: Figures) -> PadState | None:
        """What to show; None while the pad is closed."""
        if not self.open:
            return None
        words, name = figures.words, self._name()
        title, label = {
            PadFor.QUANTITY: ("sale.pad_quantity", "sale.pad_quantity_label"),
            PadFor.WEIGHT: ("sale.pad_weight", "sale.pad_weight_label"),
            PadFor.PRICE: ("sale.pad_price", "sale.pad_price_label"),
        }[self._wanted]
        return PadState(
            wanted=self._wanted,
            title=words(title, name=name),
            label=words(label),
            value=self._entry.text,
            fresh=self._entry.fresh,
            whole=self._entry.decimals == 0,
            ok=words("sale.pad_ok"),
            ready=self._number(figures) is not None,
        )

    def _fresh_entry(self, figures: Figures) -> NumberEntry:
        decimals = {
            PadFor.QUANTITY: 0,
            PadFor.WEIGHT: WEIGHT_DECIMALS,
            PadFor.PRICE: figures.currency.exponent,
        }[self._wanted]
        return NumberEntry(decimals=decimals)

    def _number(self, figures: Figures) -> int | None:
        """The number in thousandths or minor units; None while it is none. 0 removes a line."""
        text = self._entry.text
        try:
            if self._wanted is PadFor.PRICE:
                amount = parse_amount(text, figures.currency)
                return amount if amount <= PRICE_MAX_MINOR else None
            quantity = parse_quantity(text)
        except (BadAmount, BadQuantity):
            return None
        least = 1 if self._wanted is PadFor.WEIGHT else 0
        return quantity if least <= quantity <= QUANTITY_MAX else None

    def _name(self) -> str:
        if self._ask is not None:
            return self._ask.product.name
        for line in self._sale.lines:
            if line.number == self._line:
                return line.product.name
        return ""
