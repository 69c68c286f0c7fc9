"""What the counter says of what is close at hand: `next_steps` and `gifts`.

`next_steps = { bands = { missing = "0.01", saves = "14.99" } }` are the thresholds ahead, all of
them; `gifts = { mug = 1 }` the gifts that may be added, with how many pieces.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.quote import Quote
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import NOTHING, Check, Difference, compared, differs


@expects("next_steps", of=Quote)
def read_next_steps(block: Block, key: str) -> Check:
    """Read what is missing to each, and what it saves."""
    path, write = (*block.path, key), block.money_text
    table = block.section(key)
    wanted: dict[str, tuple[int, int]] = {}
    for name in () if table is None else table.untaken:
        inner = None if table is None else table.section(name)
        if inner is not None:
            wanted[name] = (inner.amount("missing"), inner.amount("saves"))

    def differences(quote: Quote) -> Iterator[Difference]:
        """Offers told of that are not expected, missing, or with other figures."""
        found = {one.offer_id: one for one in quote.next_steps}
        for name in found.keys() - wanted.keys():
            yield differs((*path, name), NOTHING, write(found[name].saves_minor))
        for name, (missing, saves) in wanted.items():
            if name not in found:
                yield differs((*path, name), write(saves), NOTHING)
                continue
            one = found[name]
            yield from compared((*path, name, "missing"), missing, one.missing_minor, write)
            yield from compared((*path, name, "saves"), saves, one.saves_minor, write)

    return thing_check(Quote, differences)


@expects("gifts", of=Quote)
def read_gifts(block: Block, key: str) -> Check:
    """Read how many pieces of each may be added."""
    path = (*block.path, key)
    table = block.section(key)
    wanted = {} if table is None else {name: table.whole(name) for name in table.untaken}

    def differences(quote: Quote) -> Iterator[Difference]:
        found = {one.offer_id: one.pieces for one in quote.gifts}
        for name in sorted(found.keys() | wanted.keys()):
            yield from compared((*path, name), wanted.get(name, 0), found.get(name, 0), str)

    return thing_check(Quote, differences)
