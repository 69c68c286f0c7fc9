"""`offers = { five-off = "5.00" }`: the offers that apply, all of them, with what each takes off.

`offers = {}` says that none does. `{ five-off = { amount = "5.00", reason = "OFFER_CAPPED" } }`
also states one of its reasons.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.quote import Quote
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import NOTHING, Check, Difference, differs
from posloyalty.scenario.wanted_amount import read_amounts


@expects("offers", of=Quote)
def read_offers(block: Block, key: str) -> Check:
    """Read every offer that must apply."""
    path, write = (*block.path, key), block.money_text
    wanted = read_amounts(block, key, word="amount")

    def differences(quote: Quote) -> Iterator[Difference]:
        applied = {one.offer_id: one for one in quote.offers}
        for name in applied.keys() - wanted.keys():
            yield differs((*path, name), NOTHING, write(applied[name].amount_minor))
        for name, one in wanted.items():
            if name in applied:
                got = applied[name]
                yield from one.differences(got.amount_minor, got.reasons, write)
            else:
                yield one.missing(write)

    return thing_check(Quote, differences)
