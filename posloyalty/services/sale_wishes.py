"""What a sale would hand out that other tills might hand out as well: what it asks head office for.

Pure: points that the customer wishes to spend, vouchers that they chose, and what campaigns with a
budget may give, each as an asset with its amount; `short_of` leaves out what this till holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.kinds.voucher import VOUCHER
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.domain.shop.basket import Basket
from posloyalty.services.lent_budgets import budget_asset
from posloyalty.services.ports import Reader
from posloyalty.sync.leases import LEASE, Asset, AssetKind

Wanted = tuple[Asset, int]


def budgets_wanted(programme: Programme, basket: Basket) -> Iterator[Wanted]:
    """What campaigns may give in a sale, at the very most."""
    for campaign in programme.of(Campaign):
        if LimitUnit.MONEY in campaign.budget:
            yield budget_asset(programme.id, campaign), basket.gross_minor


def points_wanted(
    programme: Programme, basket: Basket, state: MemberState | None
) -> Iterator[Wanted]:
    """The points that a customer wishes to spend, their own or their household's."""
    if basket.member_id is None:
        return
    pools = {} if state is None else dict(state.pools)
    for wish in basket.redemptions:
        ledger = programme.ledger(wish.wallet)
        owner = pools.get(ledger, basket.member_id)
        yield Asset(AssetKind.POINTS, ledger, owner), wish.points


def vouchers_wanted(basket: Basket, rights: Iterable[Right]) -> Iterator[Wanted]:
    """The vouchers that a customer chose, of those that somebody owns."""
    owned = {right.id: right for right in rights}
    for chosen in basket.chosen:
        right = None if chosen.right_id is None else owned.get(chosen.right_id)
        if right is not None and right.kind == VOUCHER and right.owner:
            yield Asset(AssetKind.RIGHT, right.id.hex(), right.owner), 1


def short_of(reader: Reader, wanted: Iterable[Wanted], day: date) -> Iterator[Wanted]:
    """What this till does not hold of what is wanted."""
    for asset, amount in wanted:
        held = [one for one in reader.ledger.rights_of(asset.owner) if one.kind == LEASE]
        good = (one for one in held if one.of == asset.text and one.good_on(day))
        short = amount - sum(one.left or 0 for one in good)
        if short > 0:
            yield asset, short
