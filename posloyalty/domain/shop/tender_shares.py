"""Which tender paid how much of which line: the shares add up both ways.

Lines are taken in an order that their content gives, so that the order of scanning changes nothing;
each takes its net off the tenders in proportion, by `first_units`. A sale with one tender needs no
shares: it paid everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from posloyalty.domain.shop.sale import SaleLine
from posloyalty.domain.shop.tender import Tender
from posloyalty.domain.values.portion import first_units


def with_tender_shares(
    lines: Iterable[SaleLine], tenders: Sequence[Tender]
) -> tuple[SaleLine, ...]:
    """The lines with what each tender paid of them, where several did and the lines do not say."""
    lines = tuple(lines)
    if len(tenders) < 2 or any(line.paid for line in lines):
        return lines
    amounts = [tender.amount_minor for tender in tenders]
    shares: dict[int, tuple[tuple[int, int], ...]] = {}
    done, before = 0, (0,) * len(tenders)
    for line in sorted(lines, key=_content):
        done += line.net_minor
        after = first_units(done, amounts)
        shares[line.number] = tuple(
            (tender.number, now - then)
            for tender, now, then in zip(tenders, after, before, strict=True)
            if now != then
        )
        before = after
    return tuple(replace(line, paid=shares[line.number]) for line in lines)


def _content(line: SaleLine) -> tuple[bytes, int, int, int, int]:
    return (
        line.product_id,
        line.unit_price_minor,
        line.quantity_milli,
        line.gross_minor,
        line.number,
    )
