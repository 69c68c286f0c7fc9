"""Where head office stands when it gives by itself: what campaigns have left that no till holds,
and how many points of a member rules may take, because no till was lent them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from posloyalty.domain.engine.campaigns import campaign_of, given_by
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.lots import usable_sum
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.transfer import Lot
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.kinds.rule import Rule
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.sync.leases import Asset, AssetKind

LENT_AS: Final = {
    LimitUnit.MONEY: AssetKind.BUDGET,
    LimitUnit.COUNT: AssetKind.STOCK,
    LimitUnit.SHOP_COST: AssetKind.COST,
    LimitUnit.POINTS: AssetKind.BONUS,
}
"""As what each unit of a campaign's budget is lent."""


def budget_asset(programme_id: str, campaign: Campaign, unit: LimitUnit = LimitUnit.MONEY) -> Asset:
    """A campaign's budget in a unit as something that is lent."""
    key = f"{programme_id}/{campaign.id}"
    return Asset(LENT_AS[unit], key, campaign.owner(programme_id))


@dataclass(frozen=True, slots=True)
class Here:
    """Head office as it gives something to a member; `counted` and `held` as `deciding_store`."""

    state: MemberState
    counted: Callable[[bytes], Iterable[MeterEntry]]
    held: Callable[[Asset], int]

    def store(self, programme: Programme, store: StoreContext, day: date) -> StoreContext:
        """The store with what campaigns and rules may give on a day."""
        return deciding_store(
            store, programme, self.state, day, counted=self.counted, held=self.held
        )

    def left(self, programme: Programme, campaign: Campaign) -> int | None:
        """What a campaign's budget in points has left that no till holds; None without one."""
        unit = LimitUnit.POINTS
        if unit not in campaign.budget:
            return None
        counts = self.counted(campaign.owner(programme.id))
        return budgets_free(programme, [campaign], counts, self.held)[campaign.id, unit]


def deciding_store(
    store: StoreContext,
    programme: Programme,
    state: MemberState,
    day: date,
    *,
    counted: Callable[[bytes], Iterable[MeterEntry]],
    held: Callable[[Asset], int],
) -> StoreContext:
    """The store with what rules may give; `counted` are the counts of an owner, `held` what lies in
    leases of an asset.
    """
    named = {campaign_of(rule) for rule in programme.of(Rule)}
    campaigns = [one for one in programme.of(Campaign) if one.id in named]
    counts = tuple(entry for one in campaigns for entry in counted(one.owner(programme.id)))
    budgets = budgets_free(programme, campaigns, counts, held)
    takes = takes_of(programme, state.member_id, state.lots, day, held=held)
    return replace(store, counts=counts, budgets=budgets, takes=takes)


def takes_of(
    programme: Programme,
    member_id: bytes,
    lots: Iterable[Lot],
    day: date,
    *,
    held: Callable[[Asset], int],
) -> dict[str, int]:
    """What rules may take of a member's wallets on a day: of their lots what no till was lent."""
    found, own = {}, tuple(lots)
    for wallet in programme.wallets:
        ledger = programme.ledger(wallet.id)
        usable = usable_sum([lot for lot in own if lot.account.ledger == ledger], day)
        found[wallet.id] = max(0, usable - held(Asset(AssetKind.POINTS, ledger, member_id)))
    return found


def budgets_free(
    programme: Programme,
    campaigns: Iterable[Campaign],
    counts: Iterable[MeterEntry],
    held: Callable[[Asset], int],
) -> dict[tuple[str, LimitUnit], int]:
    """What campaigns have left of each of their budgets that no till holds."""
    counts = tuple(counts)
    return {
        (one.id, unit): max(
            0,
            one.budget[unit]
            - given_by(programme, one, counts, unit)
            - held(budget_asset(programme.id, one, unit)),
        )
        for one in campaigns
        for unit in LENT_AS.keys() & one.budget.keys()
    }
