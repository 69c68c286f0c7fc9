"""What a member brings along from an earlier system: points and a level, as one `opening` event.

The points stand in a lot that no purchase here earned, dated before every tier window (`LONG_AGO`),
so they can be spent and do not count towards a level. Ids derive from member and wallet: posting
the same opening twice is refused by the book, whoever tries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from posloyalty.domain.engine.consequences import MetTier
from posloyalty.domain.engine.member_state import TierHolding
from posloyalty.domain.ledger.transfer import (
    LONG_AGO,
    Account,
    AccountKind,
    Lot,
    Transfer,
    TransferCode,
)
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.ports import UnitOfWork
from posloyalty.sync import events
from posloyalty.sync.consequence_event import consequences_of, posts, tiers_met


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Points of one wallet in its minor units, good through `last_day`, and a level held;
    `shop_cost` is what a point costs the shop.
    """

    ledger: str
    points: int = 0
    last_day: date | None = None
    holding: TierHolding | None = None
    shop_cost: Ratio | None = None

    def __bool__(self) -> bool:
        return bool(self.points) or self.holding is not None


def post_opening(
    unit: UnitOfWork,
    opening: Opening,
    *,
    member_id: bytes,
    event_id: bytes,
    actor: bytes,
    source: str,
    at: datetime,
) -> None:
    """Append the event and post what it holds; the caller's unit commits."""
    transfers = _transfers(opening, member_id, event_id, at.date())
    tiers = () if opening.holding is None else (MetTier(member_id, opening.holding),)
    stamp = unit.journal.stamp(at)
    event = events.Opening(
        id=event_id.hex(),
        at=stamp.at,
        hlc=stamp.hlc,
        actor=actor.hex(),
        source=source,
        post=posts(transfers),
        tiers=tiers_met(tiers),
    )
    appended = unit.journal.append(event)
    unit.ledger.post(appended, consequences_of(event))


def _transfers(
    opening: Opening, member_id: bytes, event_id: bytes, day: date
) -> tuple[Transfer, ...]:
    if not opening.points:
        return ()
    account = Account(opening.ledger, AccountKind.MEMBER, member_id)
    lot = Lot(
        id=derive_id("opening-lot", member_id, opening.ledger),
        account=account,
        original=opening.points,
        remaining=opening.points,
        earned_on=LONG_AGO,
        usable_from=day,
        last_day=opening.last_day,
        shop_cost=opening.shop_cost,
    )
    return (
        Transfer(
            id=derive_id("opening", member_id, opening.ledger),
            code=TransferCode.OPENING,
            debit=Account(opening.ledger, AccountKind.OPENING),
            credit=account,
            amount=opening.points,
            event_id=event_id,
            opens=lot,
        ),
    )
