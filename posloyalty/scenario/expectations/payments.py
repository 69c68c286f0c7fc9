"""Payments of a terminal: `payment` is what is known of the one that a step was about.

payment = "unknown"       # or "approved", "declined", "took", "took_not", "given_back"
open_payments = ["12.03"] # of a till: what somebody has to look after, all of it
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.shop.payment import Payment
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import Books, Check, Difference, Seen, compared


@expects("payment", of=Payment)
def read_payment(block: Block, key: str) -> Check:
    """Read the step that it came to."""
    path, wanted = (*block.path, key), block.text(key)
    return thing_check(Payment, lambda payment: compared(path, wanted, payment.step.value))


@expects("open_payments", of=Books)
def read_open(block: Block, key: str) -> Check:
    """Read the amounts, in any order."""
    path, value = (*block.path, key), block.value(key)
    texts = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    wanted = ", ".join(sorted(texts))

    def check(seen: Seen) -> Iterator[Difference]:
        books = seen.books
        assert books is not None  # they are asked of nothing else
        got = sorted(block.money_text(one.amount_minor) for one in books.open_payments())
        yield from compared(path, wanted, ", ".join(got))

    return check
