"""What a gift card that is paid out comes to.

paid_out = "45.60"            # in hand, in coins where it goes in cash
owed = "45.67"                # what was left of what was paid for
seen = "id_card"              # the document that was shown; "-" for none
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.shop.pay_out import PaidOut
from posloyalty.domain.shop.refund import Refund
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, money_check, thing_check
from posloyalty.scenario.seen import NOTHING, Check, Difference, differs


@expects("paid_out", of=PaidOut)
def read_paid_out(block: Block, key: str) -> Check:
    """Read what went out."""
    return money_check(block, key, PaidOut, lambda paid: paid.given_minor)


@expects("owed", of=PaidOut)
def read_owed(block: Block, key: str) -> Check:
    """Read what was left."""
    return money_check(block, key, PaidOut, lambda paid: paid.amount_minor)


@expects("seen", of=PaidOut)
def read_seen(block: Block, key: str) -> Check:
    """Read the document."""
    wanted = block.text(key)

    def look(paid: PaidOut) -> Iterator[Difference]:
        told = NOTHING if paid.seen is None else paid.seen.value
        if told != wanted:
            yield differs((*block.path, key), wanted, told)

    return thing_check(PaidOut, look)


@expects("seen", of=Refund)
def read_seen_back(block: Block, key: str) -> Check:
    """Read the document that was shown for a card that came back."""
    wanted = block.text(key)

    def look(refund: Refund) -> Iterator[Difference]:
        if (refund.seen or NOTHING) != wanted:
            yield differs((*block.path, key), wanted, refund.seen or NOTHING)

    return thing_check(Refund, look)
