"""What a till may hand out when it cannot ask head office.

Shape: `decide(policy, request, situation) -> Decision`: allowed within a lease, to be reserved at
head office, allowed on the merchant's own risk up to a floor, or refused with the reason and with
what is possible instead. Nothing is ever let through silently.

Amounts are in minor units of money; points are judged by their worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from posloyalty.sync.leases import SHARED, AssetKind

DAY_USED_UP: Final = "OVERRIDE_DAY_USED_UP"
"""Supervisors can add no more at this till today."""


class Basis(StrEnum):
    """On what ground a spending is allowed."""

    LEASE = "lease"
    RESERVE = "reserve"  # ask head office; it answers within two seconds or it is offline
    FLOOR = "floor"
    OVERRIDE = "override"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPolicy:
    """What a merchant is ready to lose for a customer's sake; head office sets it, signed.

    A floor is per member and offline spell; `till_day_minor` and `store_day_minor` bound all floors
    of a day. `override_minor` is what a supervisor may add for a member at once, and
    `override_day_minor` what supervisors may add at a till in a day. `stale_after` is how old the
    till's knowledge may be. `member_debt`: an overspend becomes the member's debt, not the store's
    loss. `lease_minor` is what a till likes to hold of a member's points before it has to ask.
    `lends_budgets`: a campaign's budget is lent to tills; otherwise each goes by what it heard.
    `sale_points` and `till_day_points` are the most whole points that one sale, and a till in a
    day, may give in a wallet: head office holds back what is above until somebody decides.
    `returns_minor` is how much a receipt of another till brings back at a till, with a supervisor;
    0 is nothing at all, None leaves it to each shop.
    `version` counts the policies of a head office; 0 is the one that nobody set.
    """

    floor_minor: int = 500
    till_day_minor: int = 10_000
    store_day_minor: int = 50_000
    override_minor: int = 2_000
    override_day_minor: int = 10_000
    voucher_face_minor: int = 500
    card_offline: bool = False
    stale_after: timedelta = timedelta(hours=72)
    member_debt: bool = False
    lease_minor: int = 2_000
    lends_budgets: bool = True
    sale_points: int = 100_000
    till_day_points: int = 10_000_000
    returns_minor: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """How the till stands: `leased_minor` is what its leases allow of this asset.

    `floor_used_minor` counts this member's floors of this spell, `till_used_minor` and
    `store_used_minor` all of the day, `override_used_minor` what supervisors added at the till in
    it. `sound` is False for a restored or cloned till, or one whose epoch is open. `proven`: a
    valid signed card or token was scanned.
    """

    leased_minor: int = 0
    online: bool = False
    stale_for: timedelta = timedelta()
    sound: bool = True
    proven: bool = True
    floor_used_minor: int = 0
    till_used_minor: int = 0
    store_used_minor: int = 0
    override_used_minor: int = 0
    supervisor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be spent: the kind of asset, what it is worth, the usual reward of the member."""

    kind: AssetKind
    worth_minor: int
    reward_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer. `lease_minor` comes from leases, `risk_minor` from the merchant.

    `most_minor` is the largest amount that would be allowed now; `reason` is a wording code of area
    "risk" for a refusal.
    """

    basis: Basis
    lease_minor: int = 0
    risk_minor: int = 0
    most_minor: int = 0
    reason: str = ""

    @property
    def allowed(self) -> bool:
        """Whether the till may hand it out now, without asking anybody."""
        return self.basis in (Basis.LEASE, Basis.FLOOR, Basis.OVERRIDE)


def room_beyond(policy: RiskPolicy, request: Request, situation: Situation) -> tuple[int, str]:
    """What may be handed out beyond the leases, in minor units of money, and what bounds it."""
    if situation.online and situation.sound:
        return 0, "HELD_ELSEWHERE"  # head office was asked, and gave what there is
    room, reason = _room(policy, request, situation)
    if situation.supervisor and _may_override(policy, request, situation):
        added, bound = _by_word(policy, situation)
        return (added, bound) if added > room else (room, bound if bound == DAY_USED_UP else reason)
    return room, reason


def decide(policy: RiskPolicy, request: Request, situation: Situation) -> Decision:
    """Judge one spending."""
    wanted, leased = request.worth_minor, situation.leased_minor
    if wanted <= leased:
        return Decision(basis=Basis.LEASE, lease_minor=wanted, most_minor=leased)
    if situation.online and situation.sound:
        return Decision(basis=Basis.RESERVE, most_minor=leased)
    room, reason = _room(policy, request, situation)
    most = leased + room
    over = wanted - leased
    if over <= room:
        return Decision(basis=Basis.FLOOR, lease_minor=leased, risk_minor=over, most_minor=most)
    if situation.supervisor and _may_override(policy, request, situation):
        extra = max(room, _by_word(policy, situation)[0])
        if over <= extra:
            return Decision(
                basis=Basis.OVERRIDE,
                lease_minor=leased,
                risk_minor=over,
                most_minor=leased + extra,
            )
    return Decision(basis=Basis.REFUSED, most_minor=most, reason=reason)


def _room(policy: RiskPolicy, request: Request, situation: Situation) -> tuple[int, str]:
    """What the merchant risks beyond the leases, and what bounds it."""
    if not situation.sound:
        return 0, "TILL_NOT_SOUND"
    if situation.stale_for > policy.stale_after:
        return 0, "TOO_STALE"
    if request.kind is AssetKind.CARD and not policy.card_offline:
        return 0, "CARD_NEEDS_NETWORK"
    if not situation.proven:
        return 0, "NEEDS_CARD_OR_NETWORK"
    if request.kind in {*SHARED, AssetKind.RETURN}:
        return 0, "LEASE_USED_UP"
    floor = policy.floor_minor
    if request.kind is AssetKind.RIGHT:
        floor = policy.voucher_face_minor
    elif request.reward_minor is not None:
        floor = min(floor, request.reward_minor)
    rooms = (
        (floor - situation.floor_used_minor, "FLOOR_USED_UP"),
        (policy.till_day_minor - situation.till_used_minor, "TILL_BUDGET_USED_UP"),
        (policy.store_day_minor - situation.store_used_minor, "STORE_BUDGET_USED_UP"),
    )
    room, reason = min(rooms, key=lambda one: one[0])
    return max(0, room), reason


def _by_word(policy: RiskPolicy, situation: Situation) -> tuple[int, str]:
    """What a supervisor may add now, and what bounds it."""
    left = policy.override_day_minor - situation.override_used_minor
    if left < policy.override_minor:
        return max(0, left), DAY_USED_UP
    return policy.override_minor, "OVERRIDE_MOST"


def _may_override(policy: RiskPolicy, request: Request, situation: Situation) -> bool:
    if request.kind is AssetKind.CARD and not policy.card_offline:
        return False
    return situation.sound and situation.stale_for <= policy.stale_after
