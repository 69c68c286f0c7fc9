"""What an exchange comes to: `due` is what the customer still pays, `money_back` what goes back.

due = "12.50"                     # the new goods less what the old ones carry over
money_back = "3.00"               # in coins, to cards and to stored value
"""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, money_check
from posloyalty.scenario.seen import Check
from posloyalty.services.exchange_sale import ExchangeQuote

AMOUNTS: dict[str, Callable[[ExchangeQuote], int]] = {
    "due": lambda quote: quote.due_minor,
    "money_back": lambda quote: quote.back_minor,
}


def _amount(name: str, got: Callable[[ExchangeQuote], int]) -> None:
    @expects(name, of=ExchangeQuote)
    def read(block: Block, key: str) -> Check:
        return money_check(block, key, ExchangeQuote, got)


for _name, _got in AMOUNTS.items():
    _amount(_name, _got)
