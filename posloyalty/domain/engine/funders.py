"""Who stands for the points of a lot: a partner that issued them, a campaign that gave them, or the
shop itself, which is the empty text.

A sale at a partner's till is that partner's, for the wallet of its agreement; what a rule gives in
a campaign is the campaign's. The funder stays with the points wherever they go: spent, given back,
moved to another member or into a household. `spent_by_funder` says whose points a plan spends,
`of_partners` whose a spending would.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from posloyalty.domain.ledger.lots import plan_spend, usable_sum
from posloyalty.domain.ledger.transfer import Lot, Transfer, TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.campaign import CAMPAIGN
from posloyalty.domain.programme.kinds.partner import PARTNER, Partner

SPENDING = frozenset({TransferCode.REDEEM, TransferCode.RESTORE})


def funder_of_partner(partner_id: str) -> str:
    """The funder that a partner is."""
    return f"{PARTNER}:{partner_id}"


def funder_of_campaign(campaign_id: str) -> str:
    """The funder that a campaign is; the shop where there is none."""
    return f"{CAMPAIGN}:{campaign_id}" if campaign_id else ""


def funder_at(programme: Programme, store_id: bytes, wallet_id: str, day: date) -> str:
    """Who stands for what a sale in a store earns in a wallet; of several the first by id."""
    own = sorted(
        partner.id
        for partner in programme.of(Partner)
        if partner.wallet == wallet_id and partner.has_store(store_id) and partner.in_force(day)
    )
    return funder_of_partner(own[0]) if own else ""


def of_partners(lots: Iterable[Lot], ledger: str, points: int, day: date) -> int:
    """How many of the points that a spending takes partners stand for: they reimburse the shop, so
    that these are payment and no discount. More than the lots hold is the shop's: it
    is earned in the running sale.
    """
    own = [lot for lot in lots if lot.account.ledger == ledger]
    paid = {lot.id for lot in own if lot.funder.startswith(f"{PARTNER}:")}
    if not paid:
        return 0
    uses = plan_spend(own, min(points, usable_sum(own, day)), day)
    return sum(use.amount for use in uses if use.lot_id in paid)


def spent_by_funder(
    transfers: Iterable[Transfer], lots: Iterable[Lot], ledger: str
) -> dict[str, int]:
    """Points of a ledger that transfers spend, less those that they give back, by funder; of lots
    that nobody funds but the shop nothing is said.
    """
    moved = [one for one in transfers if one.code in SPENDING]
    funders = {lot.id: lot.funder for lot in lots if lot.account.ledger == ledger}
    funders |= {one.opens.id: one.opens.funder for one in moved if one.opens is not None}
    spent: dict[str, int] = {}
    for transfer in moved:
        for use in transfer.uses:
            funder = funders.get(use.lot_id, "")
            spent[funder] = spent.get(funder, 0) + use.amount
        if transfer.code is TransferCode.RESTORE and transfer.opens is not None:
            # What comes back after its days has a lot of its own.
            funder = transfer.opens.funder
            spent[funder] = spent.get(funder, 0) - transfer.amount
    spent.pop("", None)
    return {funder: points for funder, points in spent.items() if points}
