"""`[[campaign]]`: what belongs together for a time, with a budget and a control group.

    [[campaign]]
    id = "spring"
    name = "Spring"
    goal = "Bring back who has not been here for two months"
    owner = "Marketing"
    status = "approved"           # draft, approved, paused or archived
    from = 2026-03-01
    through = 2026-03-31
    budget = { money = "100.00", mode = "reject" }   # money, shop_cost, points, count; else trim
    control = "10%"               # so many members get nothing, to be compared with
    experiment = "EXP-2026-01"    # whose buckets say who; the campaign's id when left out

Offers, earn rules, multipliers and rules name it: `campaign = "spring"`. They give nothing unless
it is active.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.limit import LimitMode, LimitUnit
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import SHOP_COST, Section
from posloyalty.domain.values.buckets import BUCKETS, bucket_of
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.ratio import Ratio

CAMPAIGN: Final = "campaign"
COUNT_MOST: Final = 10**9


class CampaignStatus(StrEnum):
    """What people decided."""

    DRAFT = "draft"
    APPROVED = "approved"
    PAUSED = "paused"
    ARCHIVED = "archived"


class CampaignState(StrEnum):
    """Where it stands on a day."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign. `budget` holds what may be given in all, by unit: money, what offers cost the
    shop and points in minor units; `control` is how many buckets of a hundred get nothing.
    """

    id: str
    names: Names
    goal: Names
    run_by: str
    status: CampaignStatus
    first: date | None
    last: date | None
    budget: Mapping[LimitUnit, int]
    wallet: str
    mode: LimitMode
    control: int
    experiment: str

    def owner(self, programme_id: str) -> bytes:
        """Under whose id it is counted what was given."""
        return derive_id("campaign-budget", programme_id, self.id)

    def state(self, day: date) -> CampaignState:
        """Where it stands on a day of the programme."""
        if self.status is not CampaignStatus.APPROVED:
            return CampaignState(self.status.value)
        if self.first is not None and day < self.first:
            return CampaignState.SCHEDULED
        if self.last is not None and self.last < day:
            return CampaignState.ENDED
        return CampaignState.ACTIVE

    def controls(self, key: str) -> bool:
        """Whether a member, by the key of experiments, is in the control group."""
        return bucket_of(self.experiment, key) < self.control


@declares(CAMPAIGN, Campaign, until=Until.ITS_OWN_END)
def read_campaign(section: Section) -> Campaign:
    """One `[[campaign]]`."""
    campaign_id = section.text("id")
    budget, wallet, mode = _budget(section)
    read = Campaign(
        id=campaign_id,
        names=section.names("name", campaign_id),
        goal=section.names("goal", ""),
        run_by=section.text("owner") if "owner" in section else "",
        status=section.choice("status", CampaignStatus, CampaignStatus.DRAFT),
        first=section.day("from"),
        last=section.day("through"),
        budget=budget,
        wallet=wallet,
        mode=mode,
        control=_control(section),
        experiment=section.text("experiment", campaign_id or "-"),
    )
    if read.first is not None and read.last is not None and read.last < read.first:
        section.found("through", "ENDS_BEFORE_START")
    section.close(("budget", "from", "owner", "through"))
    return read


def _budget(section: Section) -> tuple[Mapping[LimitUnit, int], str, LimitMode]:
    table = section.section("budget") if "budget" in section else None
    if table is None:
        return {}, "", LimitMode.TRIM
    found: dict[LimitUnit, int] = {}
    wallet = ""
    if "money" in table:
        found[LimitUnit.MONEY] = table.money("money", least=0)
    if SHOP_COST in table:
        found[LimitUnit.SHOP_COST] = table.money(SHOP_COST, least=0)
    if "points" in table:
        wallet = table.wallet()
        found[LimitUnit.POINTS] = table.points("points", wallet)
    if "count" in table:
        found[LimitUnit.COUNT] = table.whole("count", most=COUNT_MOST)
    if not found:
        table.reading.found(table.path, "KIND_MISSING", known="count, money, points, shop_cost")
    mode = table.choice("mode", LimitMode, LimitMode.TRIM)
    table.close(("count", "money", "points", SHOP_COST, "wallet"))
    return found, wallet, mode


def _control(section: Section) -> int:
    """A share of whole hundredths."""
    share = section.ratio("control", Ratio(0), most=Ratio(1))
    buckets: Ratio = share * BUCKETS
    if buckets.denominator != 1:
        section.found("control", "WHOLE_PERCENT")
        return 0
    return buckets.numerator
