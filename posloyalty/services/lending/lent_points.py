"""Points that a member gives for something beside a sale, where several tills share members: turned
into others, given to somebody, or exchanged for a reward.

They are lent like points that pay. In reach of head office an act asks for them first and is not
booked without; out of reach it takes what this till was lent, and nothing at the merchant's risk: a
sale waits for nobody, and this can wait. What rules take by themselves is `lent_takes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.right import RightChange
from posloyalty.domain.ledger.transfer import AccountKind, TransferCode
from posloyalty.domain.programme.declaration import GivenPointsFor
from posloyalty.domain.programme.definition import Programme
from posloyalty.services.lending.held_leases import leases_of, uses_of
from posloyalty.services.lending.lent_rights import Reach
from posloyalty.services.lending.lent_takes import taken_wants
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.leases import Asset, AssetKind


def point_wants(programme: Programme, what: str, does: Consequences) -> dict[Asset, int]:
    """The points that an act takes by somebody's choice, by whose they are: what leaves a wallet
    less what comes into it. Nothing for acts that take none by choice.
    """
    if not _by_choice(programme, what):
        return {}
    found: dict[Asset, int] = {}
    for transfer in does.transfers:
        for account, sign in ((transfer.debit, 1), (transfer.credit, -1)):
            if account.kind is AccountKind.MEMBER:
                asset = Asset(AssetKind.POINTS, account.ledger, account.owner)
                found[asset] = found.get(asset, 0) + sign * transfer.amount
    return {asset: points for asset, points in found.items() if points > 0}


def chosen_points(
    programme: Programme, what: str, does: Consequences, day: date
) -> dict[Asset, int]:
    """The same without what rules take in the act by themselves, as a full card does: for want of
    that nobody is refused what they chose.
    """
    taken = taken_wants(programme, does, day)
    wants = point_wants(programme, what, does)
    found = {asset: points - taken.get(asset, 0) for asset, points in wants.items()}
    return {asset: points for asset, points in found.items() if points > 0}


def point_uses(
    reader: Reader | UnitOfWork,
    programme: Programme,
    what: str,
    does: Consequences,
    reach: Reach,
    day: date,
    event_id: bytes,
) -> Iterator[RightChange]:
    """The uses of leases by what an act takes.

    Raises `ServiceRefusal` USE_TILL_NOT_SOUND, POINTS_HELD beyond what head office lent for it, and
    out of reach POINTS_NOT_LENT (`time` when it was last heard of); `most_points` of `wallet` could
    be taken.
    """
    for asset, points in point_wants(programme, what, does).items():
        if not reach.sound:
            raise ServiceRefusal("USE_TILL_NOT_SOUND")
        uses, beyond = uses_of(leases_of(reader, asset, day), points, event_id)
        if beyond:
            wallet = asset.key.rpartition("/")[2]
            most = points - beyond
            if reach.online:
                raise ServiceRefusal("POINTS_HELD", wallet=wallet, most_points=most)
            raise ServiceRefusal(
                "POINTS_NOT_LENT", wallet=wallet, most_points=most, time=reach.told_at
            )
        yield from uses


def spent_in(does: Consequences, asset: Asset) -> int:
    """What a sale takes of somebody's points as payment and for rewards."""
    return sum(
        one.amount
        for one in does.transfers
        if one.code is TransferCode.REDEEM
        and one.link is None
        and (one.debit.kind, one.debit.ledger, one.debit.owner)
        == (AccountKind.MEMBER, asset.key, asset.owner)
    )


def _by_choice(programme: Programme, what: str) -> bool:
    return any(
        isinstance(one, GivenPointsFor) and one.recorded_as == what
        for items in programme.declared.values()
        for one in items
    )
