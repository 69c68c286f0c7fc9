"""`refused = { twenty = { reason = "BELOW_MINIMUM", short_by = "0.10" } }`: not applied.

Only offers that are named are looked at; a code alone will do: `{ twenty = "BELOW_MINIMUM" }`. What
the cashier declined may state its `loss`, which is what the customer pays more.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.quote import Quote, RefusedOffer
from posloyalty.domain.programme.reason import Reason
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import NOTHING, Check, Difference, differs
from posloyalty.scenario.wanted_reason import read_reason


@expects("refused", of=Quote)
def read_refused(block: Block, key: str) -> Check:
    """Read each offer's reason."""
    table = block.section(key)
    names = () if table is None else table.untaken
    wanted = {name: read_reason(table, name) for name in names if table is not None}

    def differences(quote: Quote) -> Iterator[Difference]:
        refused = {one.offer_id: one for one in quote.refused}
        for name, one in wanted.items():
            if name not in refused:
                yield differs(one.path, one.code, NOTHING)
            else:
                yield from one.among(_reasons(refused[name]))

    return thing_check(Quote, differences)


def _reasons(refused: RefusedOffer) -> tuple[Reason, ...]:
    """The reasons; what the customer loses is a fact of each."""
    if not refused.declined:
        return refused.reasons
    loss = ("loss_minor", refused.loss_minor)
    return tuple(Reason(one.code, (*one.facts, loss)) for one in refused.reasons)
