"""The open basket: what was scanned so far and for whom.

Shape: `Basket(lines, member_id, ...)`, frozen; every change returns a new basket, so undo is
keeping the old one. A line's `number` is given once and never reused within the basket; it is the
name by which quotes, offers and returns refer to the line. Newest line last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from posloyalty.domain.shop.by_hand import WHOLE_BASKET, DiscountByHand, PriceByHand
from posloyalty.domain.shop.donation import Donation
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.price_list import ListPrice
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.money import Currency
from posloyalty.domain.values.quantity import price_times_quantity
from posloyalty.domain.values.rounding import Rounding

LineKey = tuple[bytes, int, int, int]
"""A line by product, then content: what puts lines in an order that scanning cannot change."""

QUANTITY_ONE = 1000
QUANTITY_MAX = 9_999_000
LINES_MAX = 500


class BasketRefusal(ValueError):
    """A change that the basket cannot take; `reason` is a wording code, `numbers` fill it in."""

    def __init__(self, reason: str, **numbers: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.numbers = numbers


class _LineFacts:
    """What follows from a line and is no part of it: never stored, sent or compared."""

    __slots__ = ("key", "pieces")
    key: LineKey
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLine(_LineFacts):
    """One line: a product at a unit price, a quantity in thousandths.

    `price_fixed` says that a scale label or the cashier set the amount, so that a later scan of the
    same product opens a line of its own. `card` is the code of the gift card that the line sells or
    fills, `by_hand` that the cashier set another price than the shelf's, `listed` that its price is
    a price list's: only a quote's lines have that, for lists are asked anew each time. `key` and
    `pieces` follow from the rest and are reckoned once, with the line: a basket is quoted at every
    scan. What is weighed is one piece, as it was packed.
    """

    number: int
    product: Product
    quantity_milli: int
    unit_price_minor: int
    gross_minor: int
    price_fixed: bool = False
    card: str = ""
    by_hand: PriceByHand | None = None
    listed: ListPrice | None = None

    def __post_init__(self) -> None:
        key = (self.product.id, self.unit_price_minor, self.quantity_milli, self.gross_minor)
        pieces = 1 if self.product.weighed else self.quantity_milli // QUANTITY_ONE
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "pieces", pieces)

    @property
    def label_priced(self) -> bool:
        """Whether a scale label said what the line costs."""
        known = self.product.price_minor is not None
        return self.price_fixed and known and self.by_hand is None

    def at_list_price(self, price_minor: int, listed: ListPrice) -> BasketLine:
        """The line at a price list's price for a piece or a kilogram."""
        line = replace(self, unit_price_minor=price_minor, listed=listed)
        return _priced(line, quantity_milli=self.quantity_milli)

    def on_shelf(self) -> BasketLine:
        """The line as it was scanned, before any price list."""
        if self.listed is None:
            return self
        line = replace(self, unit_price_minor=self.listed.shelf_minor, listed=None)
        return _priced(line, quantity_milli=self.quantity_milli)

    @property
    def discountable(self) -> bool:
        """Whether something may be taken off by hand: never of money in another form."""
        product = self.product
        money = product.gift_card or product.deposit or product.fee
        return product.discountable and not money


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """The cashier's wish to pay part with points: `points` in the wallet's minor units."""

    wallet: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the customer said yes to of what they own, or of what they may choose.

    `kind` and `of` name its definition in the programme, such as "voucher", "welcome"; `right_id`
    the right itself, `code` what a bearer showed. `line` is the line that it is for, where one has
    to be named. The same choice twice is two of them.
    """

    kind: str
    of: str
    right_id: bytes | None = None
    code: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """What is on the counter.

    `sale_id` is the event id, made when the sale is opened and kept for ever.
    `declined` holds ids of public offers that the cashier removed; `proof` says how the member was
    identified ("card", "phone", ...), because what may be spent depends on it. `marks`
    are ids of activities that belong to this sale, such as an own cup; `chosen` is what may be used
    of what the customer owns; `donations` are what the customer gives to causes, one for each.
    `approver` stands by and approves what the cashier alone may not do. `discounts` are taken off
    by hand, at most one a line and one for all of it. `tenders` are the kinds that pay the sale, as
    the customer says; empty while that is not known. `happened_on` is the business day of a sale
    that took place long ago and is only booked now: nothing of it is asked for any more.
    """

    sale_id: bytes
    currency: Currency
    lines: tuple[BasketLine, ...] = ()
    member_id: bytes | None = None
    proof: str | None = None
    redemptions: tuple[Redemption, ...] = ()
    declined: frozenset[str] = frozenset()
    donations: tuple[Donation, ...] = ()
    next_number: int = 1
    marks: frozenset[str] = frozenset()
    chosen: tuple[Chosen, ...] = ()
    approver: Operator | None = None
    discounts: tuple[DiscountByHand, ...] = ()
    tenders: frozenset[TenderKind] = frozenset()
    happened_on: date | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing has been scanned and nobody is attached."""
        return not self.lines and self.member_id is None

    @property
    def gross_minor(self) -> int:
        """Sum of the lines before offers, in minor units."""
        return sum(line.gross_minor for line in self.lines)

    def line(self, number: int) -> BasketLine:
        """The line with this number; KeyError when it is not in the basket."""
        for line in self.lines:
            if line.number == number:
                return line
        raise KeyError(number)

    def add(
        self,
        product: Product,
        *,
        quantity_milli: int = QUANTITY_ONE,
        unit_price_minor: int | None = None,
        gross_minor: int | None = None,
        card: str = "",
    ) -> Basket:
        """Add a product; the same article at the same price raises its line and moves it last.

        A price or a weight that came with the code stands on a line of its own, and so does each
        gift card. Raises
        `BasketRefusal` OPEN_PRICE_NEEDED, WEIGHT_NEEDED, QUANTITY_TOO_LARGE or BASKET_FULL.
        """
        price_minor = product.price_minor if unit_price_minor is None else unit_price_minor
        if price_minor is None:
            raise BasketRefusal("OPEN_PRICE_NEEDED")
        fixed = gross_minor is not None or unit_price_minor is not None or bool(card)
        twin = None if fixed or product.weighed else self._twin(product, price_minor)
        if twin is not None:
            raised = _priced(twin, quantity_milli=twin.quantity_milli + quantity_milli)
            rest = tuple(line for line in self.lines if line.number != twin.number)
            return replace(self, lines=(*rest, raised))
        if len(self.lines) >= LINES_MAX:
            raise BasketRefusal("BASKET_FULL", limit=LINES_MAX)
        line = BasketLine(
            number=self.next_number,
            product=product,
            quantity_milli=0,
            unit_price_minor=price_minor,
            gross_minor=0,
            price_fixed=fixed,
            card=card,
        )
        line = _priced(line, quantity_milli=quantity_milli)
        if gross_minor is not None:
            line = replace(line, gross_minor=gross_minor)
        return replace(self, lines=(*self.lines, line), next_number=self.next_number + 1)

    def with_quantity(self, number: int, quantity_milli: int) -> Basket:
        """Set a line's quantity; zero removes it."""
        if quantity_milli == 0:
            return self.without(number)
        changed = _priced(self.line(number), quantity_milli=quantity_milli)
        return self._replaced(changed)

    def with_price(
        self, number: int, unit_price_minor: int, by_hand: PriceByHand | None = None
    ) -> Basket:
        """Set a line's unit price: an open one, or `by_hand` another than the shelf's.

        The shelf's own price by hand is no price by hand any more.
        """
        line = self.line(number)
        shelf = by_hand is not None and by_hand.shelf_minor == unit_price_minor
        line = replace(
            line,
            unit_price_minor=unit_price_minor,
            price_fixed=not shelf,
            by_hand=None if shelf else by_hand,
        )
        return self._replaced(_priced(line, quantity_milli=line.quantity_milli))

    def discounting(self, line: int, discount: DiscountByHand | None) -> Basket:
        """Take something off a line, or off all of it (`line` 0), in place of what was; None takes
        nothing off. Raises `BasketRefusal` NOT_DISCOUNTABLE.
        """
        lines = self.lines if line == WHOLE_BASKET else (self.line(line),)
        if discount is not None and not any(one.discountable for one in lines):
            raise BasketRefusal("NOT_DISCOUNTABLE")
        others = tuple(one for one in self.discounts if one.line != line)
        return replace(self, discounts=(*others, *(() if discount is None else (discount,))))

    def without(self, number: int) -> Basket:
        """Remove a line."""
        self.line(number)
        kept = tuple(one for one in self.chosen if one.line != number)
        lines = tuple(line for line in self.lines if line.number != number)
        discounts = tuple(one for one in self.discounts if one.line != number)
        return replace(self, lines=lines, chosen=kept, discounts=discounts if lines else ())

    def approved_by(self, operator: Operator | None) -> Basket:
        """Have somebody with more authority approve; None takes it back."""
        return replace(self, approver=operator)

    def paid_by(self, kinds: Iterable[TenderKind]) -> Basket:
        """Say with which kinds of payment the sale is paid; none for not known yet."""
        return replace(self, tenders=frozenset(kinds))

    def for_member(self, member_id: bytes | None, *, proof: str | None = None) -> Basket:
        """Attach a member, or detach with None; what the last member wished to spend is dropped.

        What a bearer showed a code for stays chosen.
        """
        same = member_id == self.member_id
        return replace(
            self,
            member_id=member_id,
            proof=proof,
            redemptions=self.redemptions if same else (),
            chosen=self.chosen if same else tuple(one for one in self.chosen if one.code),
        )

    def redeeming(self, redemption: Redemption | None, *, wallet: str) -> Basket:
        """Set or drop (None) the points to spend from one wallet. To spend none is to say no where
        points are spent without asking.
        """
        others = tuple(r for r in self.redemptions if r.wallet != wallet)
        chosen = () if redemption is None else (redemption,)
        return replace(self, redemptions=(*others, *chosen))

    def declining(self, offer_id: str, *, declined: bool) -> Basket:
        """Remove a public offer from this sale, or let it apply again."""
        changed = self.declined | {offer_id} if declined else self.declined - {offer_id}
        return replace(self, declined=frozenset(changed))

    def marking(self, activity_id: str, *, marked: bool) -> Basket:
        """Say that an activity belongs to this sale, or take that back."""
        changed = self.marks | {activity_id} if marked else self.marks - {activity_id}
        return replace(self, marks=frozenset(changed))

    def donating(self, cause: str, donation: Donation | None) -> Basket:
        """Give something to a cause, or nothing (None)."""
        others = tuple(one for one in self.donations if one.cause != cause)
        return replace(self, donations=(*others, *(() if donation is None else (donation,))))

    def choosing(self, chosen: Chosen) -> Basket:
        """Use something that the customer owns, if the best deal has a use for it."""
        return replace(self, chosen=(*self.chosen, chosen))

    def leaving(self, chosen: Chosen) -> Basket:
        """Take one choice back; nothing happens when it was not made."""
        if chosen not in self.chosen:
            return self
        left = list(self.chosen)
        left.remove(chosen)
        return replace(self, chosen=tuple(left))

    def _twin(self, product: Product, price_minor: int) -> BasketLine | None:
        for line in self.lines:
            same = line.product.id == product.id and line.unit_price_minor == price_minor
            if same and not line.price_fixed:
                return line
        return None

    def _replaced(self, changed: BasketLine) -> Basket:
        lines = tuple(changed if line.number == changed.number else line for line in self.lines)
        return replace(self, lines=lines)


def _priced(line: BasketLine, *, quantity_milli: int) -> BasketLine:
    if quantity_milli <= 0:
        raise BasketRefusal("QUANTITY_NOT_POSITIVE")
    if quantity_milli > QUANTITY_MAX:
        raise BasketRefusal("QUANTITY_TOO_LARGE", limit_milli=QUANTITY_MAX)
    if not line.product.weighed and quantity_milli % QUANTITY_ONE:
        raise BasketRefusal("WHOLE_PIECES_ONLY")
    gross = price_times_quantity(line.unit_price_minor, quantity_milli, Rounding.HALF_UP)
    return replace(line, quantity_milli=quantity_milli, gross_minor=gross)
