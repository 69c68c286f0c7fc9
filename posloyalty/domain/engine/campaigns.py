"""Campaigns at a moment: which give nothing and why, and what their budgets have left.

What was given is read from meters under the campaign's own id: `use/<rule>/money`, `.../points` and
`.../count`, counted by the work of the kind. A till that holds a lease on a budget sees the lease
as its budget.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Protocol

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.condition import AllOf
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.in_campaign import InCampaign
from posloyalty.domain.programme.kinds.campaign import Campaign, CampaignState
from posloyalty.domain.programme.limit import LimitMode, LimitUnit, use_meter
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding

if TYPE_CHECKING:
    from posloyalty.domain.engine.context import StoreContext

CAPPED_KEPT = 16
ONE = Ratio(1)
EARNED_FOR = "earn:"
"""What a meter of use names ahead of a wallet, where it counts what a campaign earned there."""
_CAPPED: dict[
    tuple[int, tuple[tuple[str, int], ...]], tuple[tuple[Offer, ...], tuple[Offer, ...]]
] = {}
Barred = Mapping[str, tuple[Reason, ...]]


class Conditional(Protocol):
    """Whatever has conditions."""

    @property
    def when(self) -> AllOf:
        """The conditions."""
        ...


def campaign_of(rule: Conditional) -> str:
    """The campaign that a rule names; empty for none."""
    named = (part.campaign for part in rule.when.parts if isinstance(part, InCampaign))
    return next(named, "")


def barred_campaigns(
    programme: Programme, state: MemberState | None, store: StoreContext, day: date
) -> Barred:
    """The campaigns that give nothing at a moment, each with the reason."""
    found = {}
    for campaign in programme.of(Campaign):
        why = _against(programme, campaign, state, store, day)
        if why is not None:
            found[campaign.id] = (why,)
    return found


def spent(programme: Programme, campaign: Campaign, store: StoreContext, unit: LimitUnit) -> int:
    """What a campaign has given so far, as far as this till knows."""
    return given_by(programme, campaign, store.counts, unit)


def given_by(
    programme: Programme, campaign: Campaign, counts: Iterable[MeterEntry], unit: LimitUnit
) -> int:
    """What counts say that a campaign has given; of points, those of its budget's wallet."""
    owner, first, last = campaign.owner(programme.id), programme.meter("use/"), f"/{unit.value}"
    others: frozenset[str] = frozenset()
    if unit is LimitUnit.POINTS and campaign.wallet:
        wallets = (one.id for one in programme.wallets if one.id != campaign.wallet)
        others = frozenset(programme.meter(earned_for(wallet, unit)) for wallet in wallets)
    return sum(
        entry.amount
        for entry in counts
        if entry.owner == owner
        and entry.meter.startswith(first)
        and entry.meter.endswith(last)
        and entry.meter not in others
    )


def earned_for(wallet: str, unit: LimitUnit) -> str:
    """The meter of what a campaign's earn rules and multipliers add in a wallet."""
    return use_meter(f"{EARNED_FOR}{wallet}", unit)


def room(
    programme: Programme, campaign: Campaign, store: StoreContext, unit: LimitUnit
) -> int | None:
    """What may still be given; None without a budget of the unit."""
    budget = campaign.budget.get(unit)
    if budget is None:
        return None
    leased = store.budgets.get((campaign.id, unit))
    if leased is not None:
        return max(0, leased)
    return max(0, budget - spent(programme, campaign, store, unit))


def want_of(code: str, campaign: Campaign, store: StoreContext, **facts: int | str) -> Reason:
    """Why a campaign gives less, or nothing, for want of budget. `here` says that the want is this
    till's: it was lent no more, and there may be more elsewhere.
    """
    if any((campaign.id, unit) in store.budgets for unit in campaign.budget):
        facts["here"] = True
    return reason(code, name=campaign.names.in_language(store.language), **facts)


def fitting(campaign: Campaign, wanted: int, left: int | None) -> int:
    """How much of what is wanted the rest of a budget lets through."""
    if left is None or wanted <= left:
        return wanted
    return left if campaign.mode is LimitMode.TRIM else 0


@dataclass(frozen=True, slots=True)
class Capped:
    """Offers with what their campaigns' budgets leave them, and campaigns that are barred."""

    programme: Programme
    barred: Barred


def within_budgets(
    programme: Programme,
    store: StoreContext,
    applied: Mapping[str, int] | None = None,
    costs: Mapping[str, int] | None = None,
    *,
    share: Ratio = ONE,
) -> Capped:
    """The programme whose offers take no more off than their campaigns have left.

    `applied` is what each offer took off in a try in which each had all that was left: where they
    came to more together, a campaign that trims lets them have it in the order of their ids, and
    one that rejects gives nothing. `costs` is what they cost the shop, which they give whole or not
    at all. `share` of it is what offers may take off the prices that they are about.
    """
    applied = {} if applied is None else applied
    costs = {} if costs is None else costs
    limited = {campaign.id: campaign for campaign in programme.of(Campaign) if campaign.budget}
    caps: dict[str, int] = {}
    barred: dict[str, tuple[Reason, ...]] = {}
    for campaign in limited.values():
        own = sorted(one.id for one in programme.offers if campaign_of(one) == campaign.id)
        used = [name for name in own if applied.get(name)]
        left = room(programme, campaign, store, LimitUnit.MONEY)
        times = room(programme, campaign, store, LimitUnit.COUNT)
        over = left is not None and sum(applied[name] for name in used) > left
        many = times is not None and len(used) > times
        dear = room(programme, campaign, store, LimitUnit.SHOP_COST)
        paid = used if dear is None else _affordable(used, costs, dear)
        many = many or len(paid) < len(used)
        if campaign.mode is LimitMode.REJECT:
            if over or many:
                barred[campaign.id] = (want_of("BUDGET_SHORT", campaign, store),)
            continue
        if over or many:
            # What had not applied in the try gets nothing, so that the sum is sure to fit.
            caps |= dict.fromkeys(own, 0)
            own = paid if times is None else paid[:times]
        for name in own if left is not None or many else ():
            caps[name] = applied[name] if left is None else min(left, applied.get(name, left))
            if left is not None and (over or many):
                left -= caps[name]
    if share != ONE:
        caps = {name: share.apply(cap, Rounding.FLOOR) for name, cap in caps.items()}
    return Capped(_with_caps(programme, caps), barred)


def _affordable(names: Sequence[str], costs: Mapping[str, int], left: int) -> list[str]:
    """Those whose costs the rest of a budget pays for, in their order; what it does not pay for is
    passed over.
    """
    found = []
    for name in names:
        if costs.get(name, 0) <= left:
            left -= costs.get(name, 0)
            found.append(name)
    return found


def overspent(
    programme: Programme,
    store: StoreContext,
    applied: Mapping[str, int],
    costs: Mapping[str, int],
) -> tuple[Campaign, ...]:
    """The campaigns of which offers together gave, or cost the shop, more than is left."""
    found = []
    for campaign in programme.of(Campaign):
        own = [one.id for one in programme.offers if campaign_of(one) == campaign.id]
        used = [name for name in own if applied.get(name)]
        given = [applied[name] for name in used]
        cost = sum(costs.get(name, 0) for name in used)
        dear = room(programme, campaign, store, LimitUnit.SHOP_COST)
        left = room(programme, campaign, store, LimitUnit.MONEY)
        times = room(programme, campaign, store, LimitUnit.COUNT)
        over = (left is not None and sum(given) > left) or (dear is not None and cost > dear)
        if over or (times is not None and len(given) > times):
            found.append(campaign)
    return tuple(found)


def short_of(store: StoreContext, campaigns: Iterable[Campaign]) -> Barred:
    """The same campaigns, which give nothing for want of budget."""
    return {one.id: (want_of("BUDGET_SHORT", one, store),) for one in campaigns}


def _against(
    programme: Programme,
    campaign: Campaign,
    state: MemberState | None,
    store: StoreContext,
    day: date,
) -> Reason | None:
    name = campaign.names.in_language(store.language)
    stands = campaign.state(day)
    if stands is not CampaignState.ACTIVE:
        return reason(f"CAMPAIGN_{stands.value.upper()}", name=name)
    if state is not None and campaign.controls(state.member_id.hex()):
        return reason("CONTROL_GROUP", name=name)
    rooms = (room(programme, campaign, store, unit) for unit in campaign.budget)
    if any(left == 0 for left in rooms):
        return want_of("BUDGET_USED_UP", campaign, store)
    return None


def _with_caps(programme: Programme, caps: Mapping[str, int]) -> Programme:
    """The same programme value for the same caps, so that what is indexed by it stays indexed."""
    if not caps:
        return programme
    key = (id(programme.offers), tuple(sorted(caps.items())))
    known = _CAPPED.get(key)
    if known is not None and known[0] is programme.offers:
        return replace(programme, offers=known[1])
    if len(_CAPPED) >= CAPPED_KEPT:
        _CAPPED.clear()
    offers = tuple(_capped(offer, caps.get(offer.id)) for offer in programme.offers)
    _CAPPED[key] = (programme.offers, offers)
    return replace(programme, offers=offers)


def _capped(offer: Offer, cap: int | None) -> Offer:
    if cap is None or (offer.most_minor is not None and offer.most_minor <= cap):
        return offer
    return replace(offer, most_minor=cap)
