"""`settlement = { through = 2026-03-31, air = { pays = "1555.00" }, operator = "1505.00" }`.

What partners owe for the days `from` (the beginning) through `through` (today). Of a partner:
`issued`, `reversed`, `redeemed`, `restored`, `spent` (its own, anywhere) in points, `pays` in
money, below zero what it gets. `operator` is what the operator has after it, in the currency of the
shop, `outstanding` the points that are not spent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from posloyalty.domain.programme.kinds.partner import Partner
from posloyalty.insight.settlement import PartnerLine, Settlement, settle
from posloyalty.scenario.block import Block, money_text, points_text
from posloyalty.scenario.expectation import expects
from posloyalty.scenario.seen import NOTHING, Books, Check, Difference, Seen, differs

POINTS: dict[str, Callable[[PartnerLine], int]] = {
    "issued": lambda line: line.issued,
    "reversed": lambda line: line.reversed,
    "redeemed": lambda line: line.redeemed,
    "restored": lambda line: line.restored,
    "spent": lambda line: line.spent,
}
PAYS = "pays"


@expects("settlement", of=Books)
def read_settlement(block: Block, key: str) -> Check:
    """Read the span, and the figures of each partner."""
    table = block.section(key)
    if table is None:
        return lambda _seen: ()
    first, last = table.day("from") or date.min, table.day("through") or date.max
    operator = table.written("operator") if "operator" in table else None
    outstanding = table.written("outstanding") if "outstanding" in table else None
    # The span belongs to every figure, so a difference is told of the whole table.
    wanted: list[tuple[str, str, str]] = []
    for name in table.untaken:
        inner = table.section(name)
        for figure in () if inner is None else inner.untaken:
            assert inner is not None
            if figure in (*POINTS, PAYS):
                wanted.append((name, figure, inner.written(figure)))
        if inner is not None:
            inner.close((*POINTS, PAYS))

    def check(seen: Seen) -> Iterator[Difference]:
        """Figures of what is settled with partners that differ."""
        books = seen.books
        if books is None:
            return
        programme = books.programme
        owners = [one.owner(programme.id) for one in programme.of(Partner)]
        counts = [entry for owner in owners for entry in books.counts(owner)]
        found = settle(programme, counts, first, last)
        lines = {line.partner: line for line in found.lines}
        scales = {wallet.id: wallet.scale for wallet in programme.wallets}
        for partner, figure, text in wanted:
            line = lines.get(partner)
            got = NOTHING if line is None else _text(line, figure, scales[line.wallet])
            if got != text:
                yield differs(table.path, f"{partner} {figure} {text}", got)
        yield from _totals(table, found, operator, outstanding, scales)

    return check


def _totals(
    table: Block,
    found: Settlement,
    operator: str | None,
    outstanding: str | None,
    scales: dict[str, int],
) -> Iterator[Difference]:
    currency = table.reading.currency
    money = money_text(dict(found.operator).get(currency.code, 0), currency)
    if operator is not None and operator != money:
        yield differs(table.path, f"operator {operator}", money)
    points = ", ".join(points_text(n, scales[wallet]) for wallet, n in found.outstanding)
    if outstanding is not None and outstanding != points:
        yield differs(table.path, f"outstanding {outstanding}", points)


def _text(line: PartnerLine, figure: str, scale: int) -> str:
    if figure == PAYS:
        return money_text(line.pays_minor, line.currency)
    return points_text(POINTS[figure](line), scale)
