"""What the engine knows of a member: lots, debts and tier holdings, as of an instant.

The state is read from the till's book in one go and frozen, so that the same state gives the same
quote on the till, at head office and in a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import Lot
from posloyalty.domain.members.member import Birthday, MemberStatus
from posloyalty.domain.values.quick_init import quickly_made


@dataclass(frozen=True, slots=True, kw_only=True)
class TierHolding:
    """A level that a purchase met on day `met_on`; it is held through `through`, inclusive."""

    scheme: str
    level: str
    met_on: date
    through: date


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberState:
    """A member as the rules see them.

    `lots` holds every lot with something remaining and every lot earned inside the longest span
    that a rule looks back over; `debts` are (ledger, amount) pairs; `holdings` are the tier levels
    met, the newest per level. `purchases` counts the sales before this one (first-purchase
    conditions). `rights` are those not used up, `meters` the entries of that same span, the
    household's included; where the programme looks at a whole life, what lies before is carried as
    one sum a meter. `household_id` owns what `pools` says, (ledger, owner) of what is shared;
    `heads_household` says that the member is its head. `linked` are the sums of others whom the
    member's rights name, such as who brought them.
    """

    member_id: bytes
    status: MemberStatus
    joined_on: date
    birthday: Birthday | None = None
    purchases: int = 0
    lots: tuple[Lot, ...] = ()
    debts: tuple[tuple[str, int], ...] = ()
    holdings: tuple[TierHolding, ...] = ()
    rights: tuple[Right, ...] = ()
    meters: tuple[MeterEntry, ...] = ()
    household_id: bytes | None = None
    heads_household: bool = False
    pools: tuple[tuple[str, bytes], ...] = ()
    linked: tuple[MeterEntry, ...] = ()
