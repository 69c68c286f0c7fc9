"""`blocked = [{ product = "Shoe", rule = "club-shoe" }]`: lines that may not be sold, all of them.

Each may state `product` (its name), `rule`, `reason` (the first one's code) and `prompt`.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.restrictions import Blocked
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.listed import read_listed
from posloyalty.scenario.seen import Check, Difference


@expects("blocked", of=Quote)
def read_blocked(block: Block, key: str) -> Check:
    """Read every line that is blocked."""
    wanted = read_listed(block, key, ("product", "prompt", "reason", "rule"))

    def differences(quote: Quote) -> Iterator[Difference]:
        yield from wanted.differences(_told(one) for one in quote.blocked)

    return thing_check(Quote, differences)


def _told(one: Blocked) -> dict[str, str]:
    return {
        "product": one.product,
        "prompt": one.prompt,
        "reason": one.reasons[0].code,
        "rule": one.rule_id,
    }
