"""What comes back, as values: lines of a stored sale, or goods whose sale this till does not hold.

Shape: `Picked` and `Loose` answer alike: their rows' `numbers`, `milli_of` what is taken of a row,
`most_of` what could be. `Taking` adds which row is chosen, why the goods come back, and what is let
go. A step that cannot be made changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.refund_quote import RefundWish, Waiver
from posloyalty.domain.engine.refund_unknown import UnknownGoods
from posloyalty.domain.shop.product import Unit
from posloyalty.domain.shop.refund import RefundKind
from posloyalty.domain.shop.sale import SaleLine
from posloyalty.domain.values.quantity import ONE_MILLI
from posloyalty.services.returning.refund_unknown import ProvenSale, UnknownReturn

if TYPE_CHECKING:
    from posloyalty.domain.shop.product import Product
    from posloyalty.services.refusal import ServiceRefusal
    from posloyalty.services.returning.refund_sale import Returnable

FAULTY: Final = "faulty"
REASONS: Final = (FAULTY, "unwanted", "wrong", "other")
"""Why goods come back, in the order of the keys 1 to 4; each is the `cause` in the journal."""
VOID_REASONS: Final = ("mistake", "unwanted", "payment", "other")
"""Why a sale should never have been."""
PIECES_MOST: Final = 999 * ONE_MILLI


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """Lines of a stored sale; `back` is (line, thousandths), `refused` says which cannot come."""

    found: Returnable
    back: tuple[tuple[int, int], ...] = ()
    refused: tuple[tuple[int, ServiceRefusal], ...] = ()
    voiding: bool = False

    @property
    def numbers(self) -> tuple[int, ...]:
        """The rows: every line of the sale."""
        return tuple(line.number for line in self.found.sale.lines)

    @property
    def member_id(self) -> bytes | None:
        """Whose sale it was."""
        return self.found.sale.member_id

    @property
    def receipt(self) -> ProvenSale | None:
        """A stored sale needs no receipt to prove it."""
        return None

    def line(self, number: int) -> SaleLine:
        """A line of the sale."""
        return next(line for line in self.found.sale.lines if line.number == number)

    def milli_of(self, number: int) -> int:
        """How much of a line comes back; a void takes all."""
        if self.voiding:
            return self.line(number).quantity_milli
        return dict(self.back).get(number, 0)

    def most_of(self, number: int) -> int:
        """How much of a line could come back."""
        if number in dict(self.refused):
            return 0
        return self.found.left.get(number, 0)

    def counts(self, number: int) -> bool:
        """Whether its pieces can be counted one by one; what is weighed comes back whole."""
        line = self.line(number)
        return line.unit is Unit.EACH and line.quantity_milli % ONE_MILLI == 0

    def taking(self, number: int, milli: int) -> Picked:
        """With so much of a line, as far as there is."""
        wanted = dict(self.back)
        wanted[number] = max(0, min(milli, self.most_of(number)))
        back = tuple((n, wanted[n]) for n in self.numbers if wanted.get(n))
        return self if self.voiding else replace(self, back=back)

    def number_of(self, product_id: bytes) -> int | None:
        """The first line of an article of which more can come back."""
        for line in self.found.sale.lines:
            room = self.most_of(line.number) - self.milli_of(line.number)
            if line.product_id == product_id and room > 0:
                return line.number
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """Goods of a sale that is not here: with a receipt that proves it, or without one. `as_paid`
    are the articles whose price somebody typed, as the paper says it.
    """

    goods: tuple[UnknownGoods, ...] = ()
    receipt: ProvenSale | None = None
    member_id: bytes | None = None
    voiding: bool = False
    as_paid: frozenset[bytes] = frozenset()

    @property
    def numbers(self) -> tuple[int, ...]:
        """The rows: the goods as they were scanned."""
        return tuple(range(1, len(self.goods) + 1))

    def milli_of(self, number: int) -> int:
        """How much of an article comes back."""
        return self.goods[number - 1].quantity_milli

    def most_of(self, number: int) -> int:
        """No more than a person carries."""
        return PIECES_MOST

    def counts(self, number: int) -> bool:
        """Whether it comes by the piece."""
        return not self.goods[number - 1].product.weighed

    def taking(self, number: int, milli: int) -> Loose:
        """With so much of an article; none takes its row away."""
        goods = list(self.goods)
        if milli <= 0:
            del goods[number - 1]
        else:
            one = goods[number - 1]
            goods[number - 1] = _at_price(one.product, min(milli, PIECES_MOST))
        return replace(self, goods=tuple(goods))

    def priced(self, number: int, price_minor: int) -> Loose:
        """With what was paid for an article: for a piece, or for all of what was weighed."""
        goods = list(self.goods)
        one = goods[number - 1]
        if self.counts(number):
            product = replace(one.product, price_minor=price_minor)
            goods[number - 1] = _at_price(product, one.quantity_milli)
        else:
            goods[number - 1] = replace(one, amount_minor=price_minor)
        as_paid = self.as_paid | {one.product.id}
        return replace(self, goods=tuple(goods), as_paid=as_paid)

    def adding(self, product: Product, *, milli: int | None, gross_minor: int | None) -> Loose:
        """With an article more, in its row if it has one; a scale's label says what it cost."""
        if gross_minor is None and (product.price_minor is None or product.weighed):
            return self
        if gross_minor is not None:
            one = UnknownGoods(
                product=product, quantity_milli=milli or ONE_MILLI, amount_minor=gross_minor
            )
            return replace(self, goods=(*self.goods, one))
        for number, known in enumerate(self.goods, start=1):
            if known.product.id == product.id:
                return self.taking(number, known.quantity_milli + ONE_MILLI)
        return replace(self, goods=(*self.goods, _at_price(product, milli or ONE_MILLI)))


def _at_price(product: Product, milli: int) -> UnknownGoods:
    """So much of an article at today's price."""
    price = product.price_minor or 0
    return UnknownGoods(
        product=product, quantity_milli=milli, amount_minor=price * (milli // ONE_MILLI)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """A return as far as it was put together; its id is made once. `seen` is the document that was
    shown, where a gift card comes back.
    """

    refund_id: bytes
    goods: Picked | Loose
    at: int = 0
    reason: str = ""
    waived: frozenset[Waiver] = frozenset()
    seen: str = ""

    @property
    def reasons(self) -> tuple[str, ...]:
        """What can be given as reason."""
        return VOID_REASONS if self.goods.voiding else REASONS

    @property
    def nothing(self) -> bool:
        """Whether no goods are chosen yet."""
        return not any(self.goods.milli_of(number) for number in self.goods.numbers)

    @property
    def whole_sale(self) -> bool:
        """Whether a stored sale is voided."""
        return self.goods.voiding

    def choose(self, number: int) -> Taking:
        """The row that the next key is about."""
        return replace(self, at=number)

    def moved(self, by: int) -> Taking:
        """The row above or below."""
        numbers = self.goods.numbers
        if not numbers:
            return self
        place = numbers.index(self.at) + by if self.at in numbers else 0
        return replace(self, at=numbers[max(0, min(len(numbers) - 1, place))])

    def ticked(self, number: int) -> Taking:
        """All that is left of a row, or nothing of it; without rows there is nothing to tick."""
        goods = self.goods
        if number not in goods.numbers:
            return self
        milli = 0 if goods.milli_of(number) else goods.most_of(number)
        return self._with(goods.taking(number, milli), number)

    def stepped(self, number: int, by: int) -> Taking:
        """One piece more or less; what cannot be counted comes whole or not at all."""
        goods = self.goods
        if number not in goods.numbers:
            return self
        if not goods.counts(number):
            wanted = goods.most_of(number) if by > 0 else 0
        else:
            wanted = goods.milli_of(number) + by * ONE_MILLI
        return self._with(goods.taking(number, wanted), number)

    def with_goods(self, goods: Picked | Loose) -> Taking:
        """The same return of other goods, the newest row chosen."""
        return self._with(goods, goods.numbers[-1] if goods.numbers else 0)

    def because(self, place: int) -> Taking:
        """With the reason of a key."""
        known = self.reasons
        return replace(self, reason=known[place]) if 0 <= place < len(known) else self

    def letting_go(self, waiver: Waiver) -> Taking:
        """Let something go that would be kept back, or keep it back after all."""
        return replace(self, waived=self.waived ^ {waiver})

    def wish(self) -> RefundWish | UnknownReturn:
        """What is asked of the service."""
        faulty = self.reason == FAULTY
        if isinstance(self.goods, Loose):
            return UnknownReturn(
                refund_id=self.refund_id,
                goods=self.goods.goods,
                receipt=self.goods.receipt,
                member_id=self.goods.member_id,
                cause=self.reason,
                faulty=faulty,
            )
        return RefundWish(
            refund_id=self.refund_id,
            back=self.goods.back,
            kind=RefundKind.VOID if self.goods.voiding else RefundKind.RETURN,
            cause=self.reason,
            faulty=faulty,
            waived=self.waived,
            seen=self.seen,
        )

    def _with(self, goods: Picked | Loose, number: int) -> Taking:
        numbers = goods.numbers
        at = number if number in numbers else (numbers[-1] if numbers else 0)
        return replace(self, goods=goods, at=at)
