"""What is bought to be used belongs to somebody: said at the line, checked before booking."""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.pass_ import pass_sold_as
from posloyalty.domain.programme.kinds.plan import plan_sold_as
from posloyalty.domain.shop.basket import Basket, BasketLine
from posloyalty.services.refusal import ServiceRefusal


def check_sold(programme: Programme, basket: Basket) -> None:
    """Raises `ServiceRefusal` PASS_MEMBER_NEEDED for a pass or plan that nobody would own."""
    for _, refusal in refused_sold(programme, basket):
        raise refusal


def refused_sold(
    programme: Programme, basket: Basket
) -> Iterator[tuple[BasketLine, ServiceRefusal]]:
    """The lines of passes and plans that nobody would own, each with what is said of it."""
    if basket.member_id is not None:
        return
    for line in basket.lines:
        product = line.product
        if pass_sold_as(programme, product) or plan_sold_as(programme, product):
            yield line, ServiceRefusal("PASS_MEMBER_NEEDED", name=product.name)
