"""Whether everything that was taken off by hand is within somebody's authority, when it is booked.

The screen asks for an approval as soon as it is needed; here it is looked at again, on what is
about to be journalled, because limits and people may have changed meanwhile.
"""

from __future__ import annotations

from posloyalty.domain.shop.authority import Authority
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.by_hand import needs_of
from posloyalty.domain.shop.operator import Operator
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal


def approver_of(
    reader: Reader | UnitOfWork, basket: Basket, operator: Operator, authority: Authority
) -> bytes | None:
    """Who else answers for what the basket's lines and the basket itself are lowered by.

    None where the operator alone may. Raises `ServiceRefusal` APPROVAL_NEEDED.
    """
    approver = None
    for taken in needs_of(basket):
        if authority.permits(operator, taken.need):
            continue
        if taken.approved_by is None:
            raise ServiceRefusal("APPROVAL_NEEDED", name=operator.name)
        other = reader.people.by_id(taken.approved_by)
        if other is None or not authority.permits(other, taken.need):
            raise ServiceRefusal("APPROVAL_NEEDED", name=operator.name)
        approver = other.id
    return approver
