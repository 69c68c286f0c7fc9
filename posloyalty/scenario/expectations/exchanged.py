"""`difference = "4.00"`: what an exchange leaves to be paid; below zero it is handed out."""

from __future__ import annotations

from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, money_check
from posloyalty.scenario.seen import Check
from posloyalty.services.returning.exchange_sale import ExchangeQuote


@expects("difference", of=ExchangeQuote)
def read_difference(block: Block, key: str) -> Check:
    """Read the amount."""
    return money_check(block, key, ExchangeQuote, _difference)


def _difference(quote: ExchangeQuote) -> int:
    return quote.due_minor or -quote.back_minor
