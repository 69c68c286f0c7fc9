"""What the engine knows of a member: lots, debts and tier holdings, as of an instant.

The state is read from the till's book in one go and frozen, so that the same state gives the same
quote on the till, at head office and in a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from posloyalty.domain.ledger.transfer import Lot
from posloyalty.domain.members.member import Birthday, MemberStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class TierHolding:
    """A level that a purchase met on day `met_on`; it is held through `through`, inclusive."""

    scheme: str
    level: str
    met_on: date
    through: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberState:
    """A member as the rules see them.

    `lots` holds every lot with something remaining and every lot earned inside the longest tier
    window (its `original` counts there even when it is spent); `debts` are (ledger, amount) pairs;
    `holdings` are the tier levels met and not yet run out, the newest per level.
    `purchases` counts the sales before this one (first-purchase conditions).
    """

    member_id: bytes
    status: MemberStatus
    joined_on: date
    birthday: Birthday | None = None
    purchases: int = 0
    lots: tuple[Lot, ...] = ()
    debts: tuple[tuple[str, int], ...] = ()
    holdings: tuple[TierHolding, ...] = ()
