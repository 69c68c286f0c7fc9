"""Who works at the till: operators, their roles and what each role may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles in rising order of authority."""

    CASHIER = "cashier"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"


class Right(StrEnum):
    """Acts that not everybody may do; settings belong to the manager."""

    SELL = "sell"
    REPRINT = "reprint"
    REFUND = "refund"
    VOID = "void"
    WAIVE = "waive"  # let go what a return would keep back, take goods without a known sale, or let
    # a member use more than the till may hand out by itself
    DISCOUNT = "discount"  # take something off by hand, as far as the limits of the role go
    CHANGE_PRICE = "change_price"
    CLOSE_SHIFT = "close_shift"
    OPEN_DRAWER = "open_drawer"  # without a sale
    SETTLE_PAYMENT = "settle_payment"  # say what became of a payment that nobody knows of
    SEE_AUDIT = "see_audit"
    SEE_TAKINGS = "see_takings"  # what the drawer should hold, before it was counted
    CHANGE_SETTINGS = "change_settings"
    IMPORT_DATA = "import_data"


_CASHIERS = frozenset(
    {
        Right.SELL,
        Right.REPRINT,
        Right.REFUND,
        Right.DISCOUNT,
        Right.CHANGE_PRICE,
        Right.CLOSE_SHIFT,
    }
)
_SUPERVISORS = frozenset(
    {
        Right.VOID,
        Right.WAIVE,
        Right.OPEN_DRAWER,
        Right.SETTLE_PAYMENT,
        Right.SEE_AUDIT,
        Right.SEE_TAKINGS,
    }
)
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CASHIER: _CASHIERS,
    Role.SUPERVISOR: _CASHIERS | _SUPERVISORS,
    Role.MANAGER: frozenset(Right),
}


@dataclass(frozen=True, slots=True)
class Operator:
    """A person who can sign in. The PIN's hash is storage's business, never carried here."""

    id: bytes
    name: str
    role: Role
    active: bool = True

    def is_at_least(self, role: Role) -> bool:
        """Whether this operator's authority is that of a role, or higher."""
        roles = tuple(Role)
        return self.active and roles.index(self.role) >= roles.index(role)

    def may(self, right: Right) -> bool:
        """Whether this operator's role grants a right."""
        return self.active and right in RIGHTS[self.role]
