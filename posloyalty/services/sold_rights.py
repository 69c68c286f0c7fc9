"""What is bought to be used belongs to somebody: checked before a sale is booked."""

from __future__ import annotations

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.pass_ import pass_sold_as
from posloyalty.domain.programme.kinds.plan import plan_sold_as
from posloyalty.domain.shop.basket import Basket
from posloyalty.services.refusal import ServiceRefusal


def check_sold(programme: Programme, basket: Basket) -> None:
    """Raises `ServiceRefusal` PASS_MEMBER_NEEDED for a pass or plan that nobody would own."""
    if basket.member_id is not None:
        return
    for line in basket.lines:
        product = line.product
        if pass_sold_as(programme, product) or plan_sold_as(programme, product):
            raise ServiceRefusal("PASS_MEMBER_NEEDED", name=line.product.name)
