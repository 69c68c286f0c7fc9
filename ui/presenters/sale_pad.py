"""The sale's pad: a quantity, a weight, a price or a discount, keyed in beside the sale.

Shape: `PadState` says what is wanted and what stands in it; `SalePad` decides for which line or
waiting product it is. What is taken off by hand goes to `by_hand` as a wish, for somebody has to
answer for it. Scans go on while the pad is open and never end up in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from posloyalty.domain.shop.authority import WHOLE
from posloyalty.domain.shop.basket import QUANTITY_MAX, BasketLine
from posloyalty.domain.values.fixed_point import BadNumber, parse_fixed
from posloyalty.domain.values.money import BadAmount, parse_amount
from posloyalty.domain.values.quantity import BadQuantity, format_quantity, parse_quantity
from ui.presenters.amounts import Figures
from ui.presenters.asks import Ask
from ui.presenters.by_hand import PERCENT_DECIMALS, HandWish
from ui.presenters.number_entry import NumberEntry
from ui.presenters.open_sale import OpenSale

WEIGHT_DECIMALS = 3
PRICE_MAX_MINOR = 10**9


class PadFor(Enum):
    """What is keyed in."""

    QUANTITY = auto()
    WEIGHT = auto()
    PRICE = auto()
    SHELF_PRICE = auto()
    LINE_OFF = auto()
    BASKET_OFF = auto()


AMOUNTS: Final = frozenset({PadFor.PRICE, PadFor.SHELF_PRICE, PadFor.LINE_OFF, PadFor.BASKET_OFF})
OFF: Final = frozenset({PadFor.LINE_OFF, PadFor.BASKET_OFF})


@dataclass(frozen=True, slots=True, kw_only=True)
class PadState:
    """The pad as shown: `title` asks, `value` is what stands there, `fresh` a proposal.

    `turn` is the button that turns a percentage into an amount and back; empty where neither is.
    """

    wanted: PadFor
    title: str
    label: str
    value: str
    fresh: bool
    whole: bool
    ok: str
    ready: bool
    turn: str = ""


class SalePad:
    """Which number is being keyed in, and for what."""

    def __init__(self, sale: OpenSale, by_hand: Callable[[HandWish], None]) -> None:
        self._sale = sale
        self._by_hand = by_hand
        self._percent = True
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
            open_price = line.product.price_minor is None
            self._wanted = PadFor.PRICE if open_price else PadFor.SHELF_PRICE
            text = figures.plain(line.unit_price_minor)
        else:
            self._wanted = PadFor.WEIGHT if line.product.weighed else PadFor.QUANTITY
            text = format_quantity(line.quantity_milli)
        self._entry = self._fresh_entry(figures).propose(text)

    def for_discount(self, number: int, figures: Figures) -> None:
        """Open the pad for what is taken off a line, or off the basket (0)."""
        self._line, self._ask = number, None
        self._wanted = PadFor.LINE_OFF if number else PadFor.BASKET_OFF
        self._percent = True
        self._entry = self._fresh_entry(figures)

    def turn(self, figures: Figures) -> None:
        """A percentage becomes an amount, an amount a percentage."""
        if self._wanted in OFF:
            self._percent = not self._percent
            self._entry = self._fresh_entry(figures)

    def follow(self, figures: Figures) -> None:
        """Open for the next product that waits; close when line or product are gone."""
        asked = self._sale.ask
        if asked is not self._ask:
            self._ask = asked
            if asked is not None:
                self._line = None
                self._wanted = PadFor.PRICE if asked.price else PadFor.WEIGHT
                self._entry = self._fresh_entry(figures)
        numbers = {line.number for line in self._sale.lines}
        if self._line is not None and self._line not in numbers:
            whole = self._wanted is PadFor.BASKET_OFF and bool(numbers)
            self._line = self._line if whole else None

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
        elif line is not None and self._wanted is PadFor.SHELF_PRICE:
            self._by_hand(HandWish(line=line, price_minor=number))
        elif line is not None and self._wanted in OFF:
            percent = self._percent
            self._by_hand(
                HandWish(
                    line=line,
                    hundredths=number if percent else 0,
                    amount_minor=0 if percent else number,
                )
            )
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
            PadFor.SHELF_PRICE: ("sale.pad_price", "sale.pad_price_label"),
            PadFor.LINE_OFF: ("sale.pad_line_off", self._off_label()),
            PadFor.BASKET_OFF: ("sale.pad_basket_off", self._off_label()),
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
            turn=self._turn_words(figures),
        )

    def _fresh_entry(self, figures: Figures) -> NumberEntry:
        decimals = {
            PadFor.QUANTITY: 0,
            PadFor.WEIGHT: WEIGHT_DECIMALS,
            PadFor.PRICE: figures.currency.exponent,
            PadFor.SHELF_PRICE: figures.currency.exponent,
            PadFor.LINE_OFF: self._off_decimals(figures),
            PadFor.BASKET_OFF: self._off_decimals(figures),
        }[self._wanted]
        return NumberEntry(decimals=decimals)

    def _off_decimals(self, figures: Figures) -> int:
        return PERCENT_DECIMALS if self._percent else figures.currency.exponent

    def _off_label(self) -> str:
        return "sale.pad_percent_label" if self._percent else "sale.pad_off_label"

    def _turn_words(self, figures: Figures) -> str:
        if self._wanted not in OFF:
            return ""
        return figures.words("sale.pad_as_amount" if self._percent else "sale.pad_as_percent")

    def _number(self, figures: Figures) -> int | None:
        """The number in thousandths or minor units; None while it is none. 0 removes a line."""
        text = self._entry.text
        try:
            if self._wanted in OFF and self._percent:
                hundredths = parse_fixed(text, decimals=PERCENT_DECIMALS)
                return hundredths if hundredths <= WHOLE else None
            if self._wanted in AMOUNTS:
                amount = parse_amount(text, figures.currency)
                return amount if amount <= PRICE_MAX_MINOR else None
            quantity = parse_quantity(text)
        except (BadAmount, BadNumber, BadQuantity):
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
