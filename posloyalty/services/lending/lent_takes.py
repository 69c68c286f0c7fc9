"""Points that rules take by themselves, as a full stamp card does, where tills share members.

They are lent like points that pay: what lies in leases of this till is what rules may take, with
what the event itself gives. In reach of head office a sale or an act asks for what rules would take
if all were lent; where others hold it, or out of reach, the card stays full for the next purchase,
and nobody is refused anything.
"""

from __future__ import annotations

from datetime import date

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.taking import taken_by_rules
from posloyalty.domain.ledger.transfer import AccountKind, Transfer, TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.services.lending.held_leases import leases_of, left_in
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.sync.leases import Asset, AssetKind


def takes_here(
    reader: Reader | UnitOfWork, programme: Programme, state: MemberState, day: date
) -> dict[str, int]:
    """What rules may take of a member's points by wallet: what this till was lent of them."""
    assets = {
        wallet: points_asset(programme, state, wallet) for wallet in taken_by_rules(programme)
    }
    return {wallet: left_in(leases_of(reader, asset, day)) for wallet, asset in assets.items()}


def points_asset(programme: Programme, state: MemberState, wallet: str) -> Asset:
    """A member's points of a wallet, or their household's, as something that is lent."""
    ledger = programme.ledger(wallet)
    return Asset(AssetKind.POINTS, ledger, dict(state.pools).get(ledger, state.member_id))


def taken_wants(programme: Programme, does: Consequences, day: date) -> dict[Asset, int]:
    """The points that rules take in an event beyond those that it gives itself, by whose they are:
    what it gives can be spent nowhere else yet.
    """
    ledgers = {programme.ledger(wallet) for wallet in taken_by_rules(programme)}
    found: dict[Asset, int] = {}
    for one in does.transfers:
        if one.debit.ledger in ledgers and _is_taken(one):
            asset = Asset(AssetKind.POINTS, one.debit.ledger, one.debit.owner)
            found[asset] = found.get(asset, 0) + one.amount
    for one in does.transfers if found else ():
        for account, sign in ((one.credit, -1), (one.debit, 1)):
            asset = Asset(AssetKind.POINTS, account.ledger, account.owner)
            if account.kind is AccountKind.MEMBER and asset in found:
                found[asset] += sign * _gained(one, day)
    return {asset: points for asset, points in found.items() if points > 0}


def _is_taken(one: Transfer) -> bool:
    redeemed = one.code is TransferCode.REDEEM and one.debit.kind is AccountKind.MEMBER
    return redeemed and one.link is not None


def _gained(one: Transfer, day: date) -> int:
    """What a transfer adds to what may be spent on a day, or takes of it to repay a debt."""
    if one.code is TransferCode.REPAY:
        return one.amount
    return one.amount if one.opens is not None and one.opens.usable_on(day) else 0
