"""Sensitive deeds at the counter: what is written down when it happens, whatever comes of the sale.

Shape: a `Deed` is its kind, what it is about (an article's name, a receipt's number) and its facts
as integers: amounts in minor units, quantities in thousandths, percentages in hundredths of a
percent. `deeds_between` reads them off two baskets, so that no way of changing a basket can forget
one. What was taken back with undo is told by `undone`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from posloyalty.domain.shop.basket import Basket, BasketLine
from posloyalty.domain.shop.by_hand import WHOLE_BASKET
from posloyalty.domain.values.quantity import price_times_quantity
from posloyalty.domain.values.rounding import Rounding

WHAT_MOST: Final = 120
Facts = tuple[tuple[str, int], ...]


class DeedKind(StrEnum):
    """What was done."""

    LINE_REMOVED = "line_removed"
    BASKET_CLEARED = "basket_cleared"
    PRICE_CHANGED = "price_changed"
    LINE_DISCOUNT = "line_discount"
    BASKET_DISCOUNT = "basket_discount"
    DRAWER_OPENED = "drawer_opened"
    APPROVAL_REFUSED = "approval_refused"
    TRAINING_BEGUN = "training_begun"
    UNKNOWN_SCANNED = "unknown_scanned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One deed. `undoes` says that undo took it back."""

    kind: DeedKind
    what: str = ""
    facts: Facts = ()
    undoes: bool = False


def deeds_between(before: Basket, after: Basket) -> tuple[Deed, ...]:
    """The deeds by which a basket became another one, in the order of its lines."""
    if len(before.lines) > 1 and not after.lines:
        facts = (("lines", len(before.lines)), ("gross_minor", before.gross_minor))
        return (Deed(kind=DeedKind.BASKET_CLEARED, facts=facts),)
    there = {line.number: line for line in after.lines}
    found = []
    for line in before.lines:
        now = there.get(line.number)
        found += _removed(line, now)
        if now is not None:
            found += _repriced(line, now)
    return (*found, *_discounted(before, after))


def undone(before: Basket, after: Basket) -> tuple[Deed, ...]:
    """What undo did by going from a basket to the one before it: removals, and what it took back.

    To undo a scan is to remove a line; to undo a removal takes the removal back.
    """
    done = (one for one in deeds_between(before, after) if one.kind is not DeedKind.PRICE_CHANGED)
    back = (replace(one, undoes=True) for one in deeds_between(after, before) if not one.undoes)
    return (*(one for one in done if not one.undoes), *back)


def _removed(line: BasketLine, now: BasketLine | None) -> list[Deed]:
    left = 0 if now is None else now.quantity_milli
    fallen = line.quantity_milli - left
    if fallen <= 0:
        return []
    worth = line.gross_minor if now is None else line.gross_minor * fallen // line.quantity_milli
    facts = (("line", line.number), ("quantity_milli", fallen), ("gross_minor", worth))
    return [Deed(kind=DeedKind.LINE_REMOVED, what=_name(line), facts=facts)]


def _repriced(line: BasketLine, now: BasketLine) -> list[Deed]:
    if line.product.price_minor is None or line.unit_price_minor == now.unit_price_minor:
        return []
    facts = (
        ("line", line.number),
        ("before_minor", line.unit_price_minor),
        ("after_minor", now.unit_price_minor),
        ("quantity_milli", now.quantity_milli),
        ("off_minor", _worth(line, now.quantity_milli) - _worth(now, now.quantity_milli)),
    )
    return [Deed(kind=DeedKind.PRICE_CHANGED, what=_name(line), facts=facts)]


def _worth(line: BasketLine, quantity_milli: int) -> int:
    return price_times_quantity(line.unit_price_minor, quantity_milli, Rounding.HALF_UP)


def _discounted(before: Basket, after: Basket) -> list[Deed]:
    had = {one.line: one for one in before.discounts}
    has = {one.line: one for one in after.discounts}
    found = []
    for number in sorted({*had, *has}):
        lines = [line for line in after.lines if number in (WHOLE_BASKET, line.number)]
        if had.get(number) == has.get(number) or not lines:
            continue
        told = has.get(number) or had[number]
        gross = sum(line.gross_minor for line in lines)
        whole = number == WHOLE_BASKET
        facts = (
            *(() if whole else (("line", number),)),
            *((("percent", told.hundredths),) if told.hundredths else ()),
            ("off_minor", told.off(gross)),
        )
        found.append(
            Deed(
                kind=DeedKind.BASKET_DISCOUNT if whole else DeedKind.LINE_DISCOUNT,
                what="" if whole else _name(lines[0]),
                facts=facts,
                undoes=number not in has,
            )
        )
    return found


def _name(line: BasketLine) -> str:
    return line.product.name[:WHAT_MOST]
