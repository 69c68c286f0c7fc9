"""What a return or a void comes to: `refunded`, `back`, `rounding`, `withheld` and points; and by
what a sale was paid, `paid`.

    refunded = "40.00"                                # all the money that goes back
    back = { gift_card = "25.00", cash = "15.00" }    # to which kinds of payment
    rounding = "-0.06"                                # the coins less the money, of cash
    withheld = { VALUE_USED = "84.00" }               # what is kept back, by its reason
    taken_back = 47                                   # points that the goods had earned
    restored = 200                                    # points that had paid for them

    paid = { card = "55.00", cash = "35.00" }         # of a sale: by kind of payment

Money that is not stated in `back`, `paid` and `withheld` must not be there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from posloyalty.domain.engine.refund_quote import PointsBack, RefundQuote
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import amounts_check, expects, money_check, points_check
from posloyalty.scenario.seen import Check

Amounts = Iterable[tuple[str, int]]
Thing = TypeVar("Thing")


@expects("refunded", of=Refund)
def read_refunded(block: Block, key: str) -> Check:
    """Read all the money that goes back."""
    return money_check(block, key, Refund, lambda refund: refund.total_minor)


@expects("back", of=Refund)
def read_back(block: Block, key: str) -> Check:
    """Read the money by kind of payment."""
    return amounts_check(block, key, Refund, _by_kind)


@expects("paid", of=Sale)
def read_paid(block: Block, key: str) -> Check:
    """Read the money of a sale by kind of payment."""
    return amounts_check(block, key, Sale, _by_kind)


@expects("rounding", of=Refund)
def read_rounding(block: Block, key: str) -> Check:
    """Read by how much the coins that go back differ from the money."""
    return money_check(block, key, Refund, lambda refund: refund.rounding_minor)


@expects("withheld", of=Refund)
def read_withheld(block: Block, key: str) -> Check:
    """Read the money that is kept back, by reason."""
    return amounts_check(
        block, key, Refund, lambda refund: ((one.code, one.amount_minor) for one in refund.withheld)
    )


@expects("taken_back", of=RefundQuote)
def read_taken_back(block: Block, key: str) -> Check:
    """Read the points that were earned and are gone: from lots, owed, or run out meanwhile."""
    return _points(block, key, lambda back: back.earned)


@expects("restored", of=RefundQuote)
def read_restored(block: Block, key: str) -> Check:
    """Read the points that are given back."""
    return _points(block, key, lambda back: back.restored)


def _points(block: Block, key: str, got: Callable[[PointsBack], int]) -> Check:
    def by_wallet(quote: RefundQuote) -> dict[str, int]:
        return {back.wallet: got(back) for back in quote.points if got(back)}

    return points_check(block, key, RefundQuote, by_wallet)


def _by_kind(paid: Sale | Refund) -> Amounts:
    return ((one.kind.value, one.amount_minor) for one in paid.tenders)
