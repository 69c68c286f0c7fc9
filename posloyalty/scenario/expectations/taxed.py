"""`taxed = "19.00"`: the tax of a sale or return, less what was paid before, with the card.

`tax` of a quote is the tax of the goods; a gift card whose tax was due at its sale bears none when
it pays, and that is known only with the payments.
"""

from __future__ import annotations

from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, money_check
from posloyalty.scenario.seen import Check


@expects("taxed", of=Sale)
def read_sold(block: Block, key: str) -> Check:
    """Read a sale's tax."""
    return money_check(block, key, Sale, lambda sale: sale.tax_minor)


@expects("taxed", of=Refund)
def read_returned(block: Block, key: str) -> Check:
    """Read a return's tax."""
    return money_check(block, key, Refund, lambda refund: refund.tax_minor)
