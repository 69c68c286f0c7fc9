"""How far a right goes: limits by role, what an act needs, and the approval that somebody gives.

Shape: a `Need` is a right and, where it is limited, how much of it an act takes; `Authority` says
who may. A role without a bound for a limit has none: `None`, as managers always do. Discounts are
measured in hundredths of a percent, by what a percentage comes to when it is rounded half up;
amounts are minor units of the shop's currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from posloyalty.domain.shop.operator import Operator, Right, Role

WHOLE_PERCENT: Final = 100
WHOLE: Final = 100 * WHOLE_PERCENT
"""All of a price, in hundredths of a percent."""


class Limit(StrEnum):
    """What is bounded. The percentage in hundredths of a percent, the others in minor units."""

    DISCOUNT_PERCENT = "discount_percent"
    DISCOUNT_AMOUNT = "discount_amount"
    REFUND_AMOUNT = "refund_amount"
    CASH_DIFFERENCE = "cash_difference"


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody must be able to do: a right, and how much of each limit the act takes."""

    right: Right
    takes: tuple[tuple[Limit, int], ...] = ()

    @classmethod
    def discount(cls, off_minor: int, of_minor: int, *, right: Right = Right.DISCOUNT) -> Need:
        """Take `off_minor` off goods of `of_minor`; a price that is raised takes nothing."""
        off_minor = max(0, off_minor)
        # The least percentage that comes to so much when it is rounded half up: 10 % of 9.95 is
        # 1.00, and whoever may give 10 % may give that.
        twice = (2 * off_minor - 1) * WHOLE
        hundredths = -(-twice // (2 * of_minor)) if off_minor and of_minor > 0 else 0
        return cls(
            right,
            ((Limit.DISCOUNT_PERCENT, hundredths), (Limit.DISCOUNT_AMOUNT, off_minor)),
        )

    @classmethod
    def refund(cls, minor: int) -> Need:
        """Give so much money back."""
        return cls(Right.REFUND, ((Limit.REFUND_AMOUNT, minor),))

    @classmethod
    def close_shift(cls, difference_minor: int) -> Need:
        """Close a shift whose cash is so much too little (below zero) or too much."""
        return cls(Right.CLOSE_SHIFT, ((Limit.CASH_DIFFERENCE, abs(difference_minor)),))


Bounds = Mapping[Limit, int]

# Amounts in whole units of a currency with cents; a hundred times as many where there are none.
_USUAL: Final[Mapping[Role, Bounds]] = {
    Role.CASHIER: {
        Limit.DISCOUNT_PERCENT: 10 * WHOLE_PERCENT,
        Limit.DISCOUNT_AMOUNT: 50,
        Limit.REFUND_AMOUNT: 500,
        Limit.CASH_DIFFERENCE: 10,
    },
    Role.SUPERVISOR: {
        Limit.DISCOUNT_PERCENT: 50 * WHOLE_PERCENT,
        Limit.DISCOUNT_AMOUNT: 500,
        Limit.REFUND_AMOUNT: 5000,
        Limit.CASH_DIFFERENCE: 100,
    },
}
_LEAST_EXPONENT: Final = 2


@dataclass(frozen=True, slots=True)
class Authority:
    """How far each role's rights go in this shop. Managers have no bounds."""

    bounds: Mapping[Role, Bounds] = field(default_factory=dict)

    @classmethod
    def usual(cls, exponent: int) -> Authority:
        """What a shop begins with; `exponent` is the number of decimals of its currency."""
        unit = int(10 ** max(exponent, _LEAST_EXPONENT))
        return cls(
            {
                role: {
                    limit: most if limit is Limit.DISCOUNT_PERCENT else most * unit
                    for limit, most in bounds.items()
                }
                for role, bounds in _USUAL.items()
            }
        )

    def bound(self, role: Role, limit: Limit) -> int | None:
        """The most that a role may take of a limit; None without a bound."""
        return self.bounds.get(role, {}).get(limit)

    def with_bound(self, role: Role, limit: Limit, most: int | None) -> Authority:
        """Another bound for a role, or none."""
        kept = {name: value for name, value in self.bounds.get(role, {}).items() if name != limit}
        changed = kept if most is None else {**kept, limit: most}
        return Authority({**self.bounds, role: changed})

    def permits(self, operator: Operator, need: Need) -> bool:
        """Whether somebody may do what is needed, alone."""
        return operator.may(need.right) and self.exceeded(operator.role, need) is None

    def exceeded(self, role: Role, need: Need) -> Limit | None:
        """The first limit of a role that an act would pass, if any."""
        for limit, amount in need.takes:
            most = self.bound(role, limit)
            if most is not None and amount > most:
                return limit
        return None


@dataclass(frozen=True, slots=True)
class Approval:
    """Who answers for an act, and why it was done: a code of the reasons that were offered."""

    operator: Operator
    reason: str = ""

    def beside(self, actor: Operator) -> Operator | None:
        """Who approved, where that is somebody else than who acted."""
        return None if self.operator.id == actor.id else self.operator
