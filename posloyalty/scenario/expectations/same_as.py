"""`same_as = "first"`: the quote costs, gives and earns what an earlier step's did, by line."""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.quote import Quote
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects
from posloyalty.scenario.face import face
from posloyalty.scenario.seen import NOTHING, Check, Difference, Seen, differs


@expects("same_as", of=Quote)
def read_same_as(block: Block, key: str) -> Check:
    """Read the step's id."""
    path, other = (*block.path, key), block.refer(key, "step")

    def check(seen: Seen) -> Iterator[Difference]:
        """What the quote says otherwise than the one of that step."""
        world, quote = seen.world, seen.of(Quote)
        before = None if world is None else world.seen.get(other)
        first = None if before is None else before.of(Quote)
        if quote is None or first is None:
            yield differs(path, other, NOTHING)
            return
        wanted = face(first, block.money_text, block.points_text)
        got = face(quote, block.money_text, block.points_text)
        for name in sorted({*wanted, *got}):
            if wanted.get(name) != got.get(name):
                yield differs((*path, name), wanted.get(name, NOTHING), got.get(name, NOTHING))

    return check
