"""`deferred = { pass = "276.00" }`: what a member paid in advance and is not earned yet, by kind.

Passes are earned by use, plans by day, through the end of the step's day. Kinds that are not stated
must defer nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.recognised import deferred
from posloyalty.domain.programme.kinds.gift_card import GIFT_CARD
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import amounts_check, expects
from posloyalty.scenario.seen import Check, MemberSeen


@expects("deferred", of=MemberSeen)
def read_deferred(block: Block, key: str) -> Check:
    """Read the amounts."""

    def owed(seen: MemberSeen) -> Iterator[tuple[str, int]]:
        # What is on a card is a liability of its own.
        rights = (right for right in seen.state.rights if right.kind != GIFT_CARD)
        return ((right.kind, deferred(right, seen.day)) for right in rights)

    return amounts_check(block, key, MemberSeen, owed)
