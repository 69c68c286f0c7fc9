"""`proposals = { twenty = "0.08" }`: what the customer could use, and what each would gain.

Only those that are named are looked at. `{ twenty = { gain = "0", reason = "BETTER_DEAL" } }` also
states why one gains nothing, or cannot be used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.programme.finding import Path
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import NOTHING, Check, Difference, compared, differs
from posloyalty.scenario.wanted_reason import WantedReason, read_reason_table


@dataclass(frozen=True, slots=True)
class _Wanted:
    path: Path
    gain_minor: int
    reason: WantedReason | None


@expects("proposals", of=Quote)
def read_proposals(block: Block, key: str) -> Check:
    """Read the gain of each."""
    write = block.money_text
    table = block.section(key)
    wanted = {} if table is None else {name: _wanted(table, name) for name in table.untaken}

    def differences(quote: Quote) -> Iterator[Difference]:
        proposed = {one.offer_id: one for one in quote.proposals}
        for name, one in wanted.items():
            if name not in proposed:
                yield differs(one.path, write(one.gain_minor), NOTHING)
                continue
            yield from compared(one.path, one.gain_minor, proposed[name].gain_minor, write)
            if one.reason is not None:
                yield from one.reason.among(proposed[name].reasons)

    return thing_check(Quote, differences)


def _wanted(table: Block, name: str) -> _Wanted:
    path = (*table.path, name)
    inner = table.section(name) if table.is_table(name) else None
    if inner is None:
        return _Wanted(path, table.amount(name), None)
    gain = inner.amount("gain")
    return _Wanted(path, gain, read_reason_table(inner) if "reason" in inner else None)
