"""`taxes = { std = { base = "100.00", tax = "13.00" } }`: every tax class of the sale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.programme.finding import Path
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import NOTHING, Check, Difference, compared, differs


@dataclass(frozen=True, slots=True)
class _Wanted:
    path: Path
    base_minor: int | None
    tax_minor: int


@expects("taxes", of=Quote)
def read_taxes(block: Block, key: str) -> Check:
    """Read every class."""
    path, write = (*block.path, key), block.money_text
    wanted = {code: _wanted(table) for code, table in block.each(key)}

    def differences(quote: Quote) -> Iterator[Difference]:
        taxes = {one.tax_class: one for one in quote.taxes}
        for code in taxes.keys() - wanted.keys():
            yield differs((*path, code), NOTHING, write(taxes[code].tax_minor))
        for code, one in wanted.items():
            if code not in taxes:
                yield differs(one.path, write(one.tax_minor), NOTHING)
                continue
            yield from compared((*one.path, "tax"), one.tax_minor, taxes[code].tax_minor, write)
            if one.base_minor is not None:
                found = taxes[code].base_minor
                yield from compared((*one.path, "base"), one.base_minor, found, write)

    return thing_check(Quote, differences)


def _wanted(table: Block) -> _Wanted:
    base = table.amount("base") if "base" in table else None
    wanted = _Wanted(table.path, base, table.amount("tax"))
    table.close(("base",))
    return wanted
