"""A moment at which a programme acts: a sale paid, goods returned, an activity, a member joining.

Shape: a `Moment` is frozen before anything is done: what happened (`trigger`, with the goods of a
sale or what was recorded), when, to whom, and the facts that conditions look at. What the programme
does then stands in `works/`, a small file for each kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.uses import Uses
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.quick_init import quickly_made

if TYPE_CHECKING:
    from posloyalty.domain.engine.returned import Returned


class Trigger(StrEnum):
    """What happened."""

    SALE = "sale"
    RETURN = "return"
    ACTIVITY = "activity"
    SIGN_UP = "sign_up"
    BIRTHDAY = "birthday"
    TIER_MET = "tier_met"
    TIER_GRANT = "tier_grant"
    TIER_WITHDRAW = "tier_withdraw"
    TIER_CHALLENGE = "tier_challenge"
    CHALLENGE = "challenge"
    BOARD = "board"
    EVENT = "event"
    DRAW = "draw"
    VOTE = "vote"
    STORY = "story"
    SURVEY = "survey"
    UNDO = "undo"
    REFERRAL_CODE = "referral_code"
    REFERRAL = "referral"
    HOUSEHOLD = "household"
    MERGE = "merge"
    GIFT_CARD = "gift_card"
    CLAIM = "claim"
    USE = "use"
    UNUSE = "unuse"
    RESERVE = "reserve"
    PLAN_TRIAL = "plan_trial"
    PLAN_PAUSE = "plan_pause"
    SNAPSHOT = "snapshot"  # head office says what a member is like
    ADJUST = "adjust"
    RUN = "run"  # head office's clock: a day, a period's end


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldLine:
    """A line of the sale: `net_minor` is paid for it, `base_minor` its part of the earn base.

    `card` is the code of the gift card that it sells or fills, with `gross_minor`.
    """

    number: int
    product: Product
    quantity_milli: int
    net_minor: int
    base_minor: int
    gross_minor: int = 0
    card: str = ""


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """The goods of a sale in canonical order, and what it came to.

    `spend_minor` is paid for goods that earn; `offers` are (offer id, amount) of what applied,
    `earned` and `redeemed` points by wallet; `used` is what the offers used up of what the customer
    owned, `counts` what their limits count (meter, owner, amount), `gifts` what they gave (offer,
    line, price that is charged when it stays at a return); `campaign_points` are (campaign, wallet,
    points), what was earned for campaigns; `shop_costs` are (offer id, amount) of what the offers
    cost the shop, where that is stated.
    """

    lines: Sequence[SoldLine]
    spend_minor: int
    payable_minor: int
    offers: tuple[tuple[str, int], ...] = ()
    earned: Mapping[str, int] = field(default_factory=dict)
    redeemed: Mapping[str, int] = field(default_factory=dict)
    used: tuple[Uses, ...] = ()
    counts: tuple[tuple[str, bytes, int], ...] = ()
    gifts: tuple[tuple[str, int, int], ...] = ()
    campaign_points: tuple[tuple[str, str, int], ...] = ()
    shop_costs: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Something that a person recorded: the id of its kind, how much, and the evidence."""

    what: str
    quantity: int = 1
    amount_minor: int = 0
    evidence: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelMet:
    """A level that the member did not hold before: ranks, and the days from `first` on."""

    scheme: str
    level: str
    rank: int
    before: int
    first: date
    through: date


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What happened. `day` is the programme's day; `state` None when nobody is attached.

    `active` is the state of a member who may earn, None for one who may not. What came back is in
    `returned`; its undoing concerns `state`, whether the member may still earn or not. `level_met`
    belongs to TIER_MET, a moment within another one. `operator` records an act; None where it is
    only asked what an act would give. `gathered` are everybody's rights under the codes that what
    is recorded names (`gathering`), the newest first; `gathered_meters` what their owners counted,
    and the operator where that is looked at; `flagged` says why what is given has to wait.
    """

    trigger: Trigger
    programme: Programme
    store: StoreContext
    event_id: bytes
    at: datetime
    day: date
    facts: Facts
    business_facts: Facts
    state: MemberState | None
    active: MemberState | None
    sold: Sold | None = None
    recorded: Recorded | None = None
    returned: Returned | None = None
    level_met: LevelMet | None = None
    operator: Operator | None = None
    gathered: tuple[Right, ...] = ()
    gathered_meters: tuple[MeterEntry, ...] = ()
    flagged: tuple[Reason, ...] = ()

    def facts_for(self, by_business_day: bool) -> Facts:
        """The facts by the clock that a rule goes by."""
        return self.business_facts if by_business_day else self.facts
