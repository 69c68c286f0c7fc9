"""Tax that was paid when a card was sold is not paid again when it buys goods.

Only where the price holds the tax. A line's tax is lowered by the share of the line that such a
card pays; what it came to without tax rises by the same, so that both still add up to what was
paid.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from posloyalty.domain.shop.product import TaxMode
from posloyalty.domain.shop.sale import SaleLine, SaleTax
from posloyalty.domain.shop.tender import Tender
from posloyalty.domain.values.portion import so_far


def less_prepaid_tax(
    lines: Sequence[SaleLine],
    taxes: Iterable[SaleTax],
    tenders: Sequence[Tender],
    prepaid: Collection[int],
) -> tuple[tuple[SaleLine, ...], tuple[SaleTax, ...]]:
    """Lines and taxes without what the tenders of these numbers need not bear again."""
    relief = {line.number: _relief(line, tenders, prepaid) for line in lines}
    by_class: dict[str, int] = {}
    for line in lines:
        by_class[line.tax_class] = by_class.get(line.tax_class, 0) + relief[line.number]
    lowered = tuple(replace(line, tax_minor=line.tax_minor - relief[line.number]) for line in lines)
    return lowered, tuple(_lowered(tax, by_class.get(tax.tax_class, 0), lowered) for tax in taxes)


def _lowered(tax: SaleTax, relief_minor: int, lines: Iterable[SaleLine]) -> SaleTax:
    if not relief_minor:
        return tax
    return replace(
        tax,
        base_minor=tax.base_minor + relief_minor,
        tax_minor=tax.tax_minor - relief_minor,
        fixed_minor=sum(one.fixed_minor for one in lines if one.tax_class == tax.tax_class),
    )


def _relief(line: SaleLine, tenders: Sequence[Tender], prepaid: Collection[int]) -> int:
    if line.tax_mode is not TaxMode.INCLUSIVE or not line.net_minor or not prepaid:
        return 0
    if len(tenders) == 1:
        share = line.net_minor
    else:
        share = sum(amount for number, amount in line.paid if number in prepaid)
    return so_far(line.tax_minor, share, line.net_minor)
