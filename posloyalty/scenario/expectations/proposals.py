"""`proposals = { twenty = "0.08" }`: what the customer could use, and what each would gain.

Only those that are named are looked at. `{ twenty = { gain = "0", reason = "BETTER_DEAL" } }` also
states why one gains nothing, or cannot be used.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.quote import Quote
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import Check, Difference
from posloyalty.scenario.wanted_amount import read_amounts


@expects("proposals", of=Quote)
def read_proposals(block: Block, key: str) -> Check:
    """Read the gain of each."""
    write = block.money_text
    wanted = read_amounts(block, key, word="gain")

    def differences(quote: Quote) -> Iterator[Difference]:
        proposed = {one.offer_id: one for one in quote.proposals}
        for name, one in wanted.items():
            if name in proposed:
                got = proposed[name]
                yield from one.differences(got.gain_minor, got.reasons, write)
            else:
                yield one.missing(write)

    return thing_check(Quote, differences)
