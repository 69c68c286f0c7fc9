"""Amounts of a sale: `gross`, `discount`, `redeemed_money`, `tax`, `payable`; `change`, `rounding`.

gross - discount - redeemed_money + added tax = payable. `tax` is all tax, included and added.
"""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.sale import Sale
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, money_check
from posloyalty.scenario.seen import Check

QUOTED: dict[str, Callable[[Quote], int]] = {
    "gross": lambda quote: quote.gross_minor,
    "discount": lambda quote: quote.offers_minor,
    "redeemed_money": lambda quote: quote.redeemed_minor,
    "tax": lambda quote: quote.tax_minor,
    "payable": lambda quote: quote.payable_minor,
}
PAID: dict[str, Callable[[Sale], int]] = {
    "change": lambda sale: sale.change_minor,
    "rounding": lambda sale: sale.rounding_minor,
}


def _quoted(name: str, got: Callable[[Quote], int]) -> None:
    @expects(name, of=Quote)
    def read(block: Block, key: str) -> Check:
        return money_check(block, key, Quote, got)


def _paid(name: str, got: Callable[[Sale], int]) -> None:
    @expects(name, of=Sale)
    def read(block: Block, key: str) -> Check:
        return money_check(block, key, Sale, got)


for _name, _of_quote in QUOTED.items():
    _quoted(_name, _of_quote)
for _name, _of_sale in PAID.items():
    _paid(_name, _of_sale)
