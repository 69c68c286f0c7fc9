"""Campaign budgets where several tills share them: each gives what it was lent of one.

Money is lent as a budget, what gifts cost the shop as a cost, points as a bonus, a count as stock:
the two mugs that there are of a reward. A lease is a right of kind LEASE that the campaign's own id
owns. The engine sees what is left of it as the campaign's budget; a sale, an act or a return uses
it up by what the campaign counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from posloyalty.domain.engine.campaigns import given_by
from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.works.campaigns import SECOND
from posloyalty.domain.ledger.right import Right, RightChange
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.kinds.reward import Reward
from posloyalty.domain.programme.kinds.voucher import Voucher
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.services.lending.held_leases import leases_of, left_in, uses_of
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.leases import Asset
from posloyalty.sync.office.deciding import LENT_AS, budget_asset


def budgets_here(
    reader: Reader | UnitOfWork, programme: Programme, day: date
) -> dict[tuple[str, LimitUnit], int]:
    """What this till may give for each campaign with a budget, in minor units or pieces."""
    lent = lent_of(reader, programme, day)
    return {(campaign.id, unit): left_in(leases) for campaign, unit, leases in lent}


def whole_budgets(programme: Programme) -> dict[tuple[str, LimitUnit], int]:
    """All of every budget that is lent, as if this till held it."""
    return {(one.id, unit): one.budget[unit] for one, unit in _lendable(programme)}


def budgets_wanted(programme: Programme, does: Consequences) -> Iterator[tuple[Asset, int]]:
    """What of each budget an event would use."""
    for campaign, unit in _lendable(programme):
        given = given_by(programme, campaign, does.meters, unit)
        if given > 0:
            yield budget_asset(programme.id, campaign, unit), given


def budget_uses(
    reader: Reader | UnitOfWork,
    programme: Programme,
    does: Consequences,
    day: date,
    event_id: bytes,
) -> Iterator[RightChange]:
    """The uses of leases by what an event gives for campaigns.

    Raises `ServiceRefusal` QUOTE_STALE where it takes more than is lent now: it was quoted when
    more was. What a customer owns, a voucher or reward of the campaign, is honoured whole.
    """
    for campaign, unit, leases in lent_of(reader, programme, day):
        given = given_by(programme, campaign, does.meters, unit)
        offered = (one for one in does.meters if not _owned(programme, one.meter, unit))
        if given_by(programme, campaign, offered, unit) > left_in(leases):
            raise ServiceRefusal("QUOTE_STALE")
        yield from uses_of(leases, given, event_id)[0]


def _owned(programme: Programme, meter: str, unit: LimitUnit) -> bool:
    """Whether a meter counts the use of a voucher or a reward; a second one in a sale has a mark
    behind it.
    """
    of = meter.removeprefix(programme.meter("use/")).removesuffix(f"/{unit.value}")
    owned = {one.id for one in programme.of(Voucher)} | {one.id for one in programme.of(Reward)}
    return of.partition(SECOND)[0] in owned


def lent_of(
    reader: Reader | UnitOfWork, programme: Programme, day: date
) -> Iterator[tuple[Campaign, LimitUnit, tuple[Right, ...]]]:
    """Each campaign with a budget that is lent, and its leases here, what ends first first."""
    for campaign, unit in _lendable(programme):
        yield campaign, unit, leases_of(reader, budget_asset(programme.id, campaign, unit), day)


def _lendable(programme: Programme) -> Iterator[tuple[Campaign, LimitUnit]]:
    for campaign in programme.of(Campaign):
        for unit in LENT_AS:
            if unit in campaign.budget:
                yield campaign, unit
