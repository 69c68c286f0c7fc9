"""Campaign budgets where several tills share them: each gives what it was lent of one (case 34).

A lease on a budget is a right of kind LEASE that the campaign's own id owns. The engine sees what
is left of it as the campaign's budget; the sale uses it up by what the campaign counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from posloyalty.domain.engine.campaigns import given_by
from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.right import Right, RightChange
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.limit import LimitUnit, use_meter
from posloyalty.services.held_leases import leases_of, left_in, uses_of
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.leases import Asset, AssetKind


def budget_asset(programme_id: str, campaign: Campaign) -> Asset:
    """A campaign's budget in money as something that is lent."""
    return Asset(AssetKind.BUDGET, f"{programme_id}/{campaign.id}", campaign.owner(programme_id))


def budgets_here(reader: Reader | UnitOfWork, programme: Programme, day: date) -> dict[str, int]:
    """What this till may give for each campaign that has a budget in money, in minor units."""
    return {campaign.id: left_in(leases) for campaign, leases in _lent(reader, programme, day)}


def budget_uses(
    reader: Reader | UnitOfWork,
    programme: Programme,
    does: Consequences,
    day: date,
    event_id: bytes,
) -> Iterator[RightChange]:
    """The uses of leases by what a sale gives for campaigns.

    Raises `ServiceRefusal` QUOTE_STALE where its offers take more than is lent now: it was quoted
    when more was. What a customer owns, such as a voucher of the campaign, is honoured in any case.
    """
    public = {programme.meter(use_meter(one.id, LimitUnit.MONEY)) for one in programme.offers}
    for campaign, leases in _lent(reader, programme, day):
        given = given_by(programme, campaign, does.meters, LimitUnit.MONEY)
        offered = (entry for entry in does.meters if entry.meter in public)
        if given_by(programme, campaign, offered, LimitUnit.MONEY) > left_in(leases):
            raise ServiceRefusal("QUOTE_STALE")
        yield from uses_of(leases, given, event_id)[0]


def _lent(
    reader: Reader | UnitOfWork, programme: Programme, day: date
) -> Iterator[tuple[Campaign, tuple[Right, ...]]]:
    """Each campaign with a budget in money, and its leases here, what ends first first."""
    for campaign in programme.of(Campaign):
        if LimitUnit.MONEY in campaign.budget:
            yield campaign, leases_of(reader, budget_asset(programme.id, campaign), day)
