"""`taxes = { std = { base = "100.00", tax = "13.00" } }`: every tax class of the sale; `fixed` says
what of a class's tax is its fixed one.
"""

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
    fixed_minor: int | None


@expects("taxes", of=Quote)
def read_taxes(block: Block, key: str) -> Check:
    """Read every class."""
    path, write = (*block.path, key), block.money_text
    wanted = {code: _wanted(table) for code, table in block.each(key)}

    def differences(quote: Quote) -> Iterator[Difference]:
        """Taxes by class that differ."""
        taxes = {one.tax_class: one for one in quote.taxes}
        for code in taxes.keys() - wanted.keys():
            yield differs((*path, code), NOTHING, write(taxes[code].tax_minor))
        for code, one in wanted.items():
            if code not in taxes:
                yield differs(one.path, write(one.tax_minor), NOTHING)
                continue
            yield from compared((*one.path, "tax"), one.tax_minor, taxes[code].tax_minor, write)
            for name, asked, found in (
                ("base", one.base_minor, taxes[code].base_minor),
                ("fixed", one.fixed_minor, taxes[code].fixed_minor),
            ):
                if asked is not None:
                    yield from compared((*one.path, name), asked, found, write)

    return thing_check(Quote, differences)


def _wanted(table: Block) -> _Wanted:
    base, fixed = (table.amount(key) if key in table else None for key in ("base", "fixed"))
    wanted = _Wanted(table.path, base, table.amount("tax"), fixed)
    table.close(("base", "fixed"))
    return wanted
