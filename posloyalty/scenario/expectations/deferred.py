"""`deferred = { pass = "276.00" }`: what a member paid in advance and is not earned yet, by kind.

Passes are earned by use, plans by day, through the end of the step's day. Kinds that are not stated
must defer nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.recognised import deferred
from posloyalty.domain.programme.kinds.gift_card import GIFT_CARD
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import Check, Difference, MemberSeen, compared_by_name


@expects("deferred", of=MemberSeen)
def read_deferred(block: Block, key: str) -> Check:
    """Read the amounts."""
    path, table = (*block.path, key), block.section(key)
    wanted = {} if table is None else {name: table.amount(name) for name in table.untaken}

    def differences(seen: MemberSeen) -> Iterator[Difference]:
        sums: dict[str, int] = {}
        for right in seen.state.rights:
            if right.kind != GIFT_CARD:  # what is on a card is a liability of its own
                sums[right.kind] = sums.get(right.kind, 0) + deferred(right, seen.day)
        yield from compared_by_name(path, wanted, sums, lambda _, minor: block.money_text(minor))

    return thing_check(MemberSeen, differences)
