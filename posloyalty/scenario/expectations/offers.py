"""`offers = { five-off = "5.00" }`: the offers that apply, all of them, with what each takes off.

`offers = {}` says that none does. `{ five-off = { amount = "5.00", reason = "OFFER_CAPPED" } }`
also states one of its reasons.
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
    amount_minor: int
    reason: WantedReason | None


@expects("offers", of=Quote)
def read_offers(block: Block, key: str) -> Check:
    """Read every offer that must apply."""
    path, write = (*block.path, key), block.money_text
    table = block.section(key)
    wanted = {} if table is None else {name: _wanted(table, name) for name in table.untaken}

    def differences(quote: Quote) -> Iterator[Difference]:
        applied = {one.offer_id: one for one in quote.offers}
        for name in applied.keys() - wanted.keys():
            yield differs((*path, name), NOTHING, write(applied[name].amount_minor))
        for name, one in wanted.items():
            if name not in applied:
                yield differs(one.path, write(one.amount_minor), NOTHING)
                continue
            yield from compared(one.path, one.amount_minor, applied[name].amount_minor, write)
            if one.reason is not None:
                yield from one.reason.among(applied[name].reasons)

    return thing_check(Quote, differences)


def _wanted(table: Block, name: str) -> _Wanted:
    path = (*table.path, name)
    inner = table.section(name) if table.is_table(name) else None
    if inner is None:
        return _Wanted(path, table.amount(name), None)
    amount = inner.amount("amount")
    return _Wanted(path, amount, read_reason_table(inner) if "reason" in inner else None)
