"""`[[pass]]`: so many uses bought at once, such as thirty coffees.

    [[pass]]
    id = "coffee-30"
    name = "30 coffees"
    on = { product = ["PASS30"] }     # the product that it is sold as
    uses = 30
    valid = { months = 12 }
    limit = [{ most = 1, per = "day" }]

It belongs to the member who buys it. A pass that comes back costs the uses at its contract price.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.limit import Limit, LimitUnit, read_limits
from posloyalty.domain.programme.line_filter import LineFilter, read_filter
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.programme.validity import Validity, read_validity
from posloyalty.domain.shop.product import Product

PASS: Final = "pass"
USES_MOST: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A pass of so many uses, and how fast they may be used."""

    id: str
    names: Names
    goods: LineFilter
    uses: int
    valid: Validity
    limits: tuple[Limit, ...]


def pass_sold_as(programme: Programme, product: Product) -> Pass | None:
    """The pass that a product is; None for other goods."""
    return next((one for one in programme.of(Pass) if one.goods.matches(product)), None)


@declares(PASS, Pass, until=Until.ITS_OWN_END, in_hand=True)
def read_pass(section: Section) -> Pass:
    """One `[[pass]]`."""
    pass_id = section.text("id")
    if "on" not in section:
        section.found("on", "MISSING_KEY")
    read = Pass(
        id=pass_id,
        names=section.names("name", pass_id),
        goods=read_filter(section),
        uses=section.whole("uses", least=1, most=USES_MOST),
        valid=read_validity(section),
        limits=counts_only(section, read_limits(section)),
    )
    section.close(("on", "valid"))
    return read


def counts_only(section: Section, limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """Limits of what is used, not of points or money."""
    if any(limit.unit is not LimitUnit.COUNT for limit in limits):
        section.found("limit", "COUNT_ONLY")
    return limits
