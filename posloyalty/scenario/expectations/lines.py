"""`lines = [{ net = "3.33" }, ...]`: the lines of a quote, in the order of scanning, all of them.

Or by stock number, and then only those that are named: `lines = { CAKE = { net = "15.50" } }`. What
may be stated of a line: `sku`, `quantity`, `gross`, `discount`, `offers` by offer, `redeemed` (the
money that points paid of it), `net`, `tax`, `earned`, `price` of a piece or kilogram, `list`, the
code of the price list that the price is from ("" the shelf's), and `shop_cost` by offer, what gifts
and rewards on it cost the shop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from posloyalty.domain.engine.quote import Quote, QuoteLine
from posloyalty.domain.programme.finding import Path
from posloyalty.scenario.block import Block, quantity_text
from posloyalty.scenario.expectation import expects, points_differences, thing_check
from posloyalty.scenario.seen import (
    NOTHING,
    Check,
    Difference,
    compared,
    compared_by_name,
    differs,
)

LineCheck = Callable[[QuoteLine], Iterable[Difference]]
MONEY: dict[str, Callable[[QuoteLine], int]] = {
    "price": lambda line: line.line.unit_price_minor,
    "gross": lambda line: line.line.gross_minor,
    "discount": lambda line: sum(share for _, share in line.offers),
    "redeemed": lambda line: line.redeemed_minor,
    "net": lambda line: line.net_minor,
    "tax": lambda line: line.tax_minor,
}
BY_OFFER: dict[str, Callable[[QuoteLine], Iterable[tuple[str, int]]]] = {
    "offers": lambda line: line.offers,
    "shop_cost": lambda line: line.shop_cost,
}
KEYS = (*MONEY, *BY_OFFER, "earned", "list", "quantity", "sku")


@dataclass(frozen=True, slots=True)
class _Wanted:
    path: Path
    checks: tuple[LineCheck, ...]

    def differences(self, line: QuoteLine) -> Iterator[Difference]:
        for check in self.checks:
            yield from check(line)


@expects("lines", of=Quote)
def read_lines(block: Block, key: str) -> Check:
    """Read a list, or a table by stock number."""
    if block.is_table(key):
        return _by_sku(block, key)
    path = (*block.path, key)
    wanted = [_wanted(table) for table in block.sections(key)]

    def differences(quote: Quote) -> Iterator[Difference]:
        """Lines, in the order of their numbers, that differ."""
        found = sorted(quote.lines, key=lambda line: line.line.number)
        for place, (one, line) in enumerate(zip_longest(wanted, found)):
            if one is None and line is not None:
                yield differs((*path, place), NOTHING, line.line.product.sku)
            elif one is not None and line is None:
                yield differs(one.path, str(place + 1), NOTHING)
            elif one is not None and line is not None:
                yield from one.differences(line)

    return thing_check(Quote, differences)


def _by_sku(block: Block, key: str) -> Check:
    wanted = {sku: _wanted(table) for sku, table in block.each(key)}

    def differences(quote: Quote) -> Iterator[Difference]:
        """Lines by stock number that differ or are not there."""
        for sku, one in wanted.items():
            found = [line for line in quote.lines if line.line.product.sku == sku]
            if not found:
                yield differs(one.path, sku, NOTHING)
            for line in found:
                yield from one.differences(line)

    return thing_check(Quote, differences)


def _wanted(table: Block) -> _Wanted:
    checks: list[LineCheck] = [
        _money(table, name, MONEY[name]) for name in table.untaken if name in MONEY
    ]
    if "sku" in table:
        sku = table.text("sku")
        checks.append(_figure(table, "sku", sku, lambda line: line.line.product.sku))
    if "list" in table:
        checks.append(_figure(table, "list", str(table.value("list")), _list_code))
    if "quantity" in table:
        text = quantity_text(table.quantity("quantity"))
        found = lambda line: quantity_text(line.line.quantity_milli)  # noqa: E731
        checks.append(_figure(table, "quantity", text, found))
    if "earned" in table:
        checks.append(_earned(table))
    checks += [_by_offer(table, name, BY_OFFER[name]) for name in BY_OFFER if name in table]
    table.close(KEYS)
    return _Wanted(table.path, tuple(checks))


def _list_code(line: QuoteLine) -> str:
    return "" if line.line.listed is None else line.line.listed.code


def _money(table: Block, name: str, got: Callable[[QuoteLine], int]) -> LineCheck:
    wanted, path, write = table.amount(name), (*table.path, name), table.money_text
    return lambda line: compared(path, wanted, got(line), write)


def _figure(table: Block, name: str, wanted: str, got: Callable[[QuoteLine], str]) -> LineCheck:
    path = (*table.path, name)
    return lambda line: compared(path, wanted, got(line))


def _earned(table: Block) -> LineCheck:
    differences = points_differences(table, "earned")
    return lambda line: differences(dict(line.earned))


def _by_offer(
    table: Block, name: str, got: Callable[[QuoteLine], Iterable[tuple[str, int]]]
) -> LineCheck:
    path, write = (*table.path, name), table.money_text
    inner = table.section(name)
    wanted = {} if inner is None else {name: inner.amount(name) for name in inner.untaken}
    return lambda line: compared_by_name(
        path, wanted, dict(got(line)), lambda _name, minor: write(minor)
    )
