"""How much there is of an asset in all, as head office's fold of its owner says: what it may lend.

Shape: `owned(fold, asset, day, last_day)` gives minor units, uses or pieces that can be spent on a
day and still on the last day of a lease: what runs out in between is not lent, because two tills
might each count on the rest. One function a kind of asset; those of campaigns need the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from posloyalty.domain.engine.stored_value import CARD_FREEZE
from posloyalty.domain.ledger.lots import usable_sum
from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.sync.fold import Checkpoint, MemberFold
from posloyalty.sync.leases import Asset, AssetKind

AHEAD_MOST: Final = 200
"""Events of one owner that are dated ahead: a clock that is wrong makes some, no shop so many."""
Stands = MemberFold | Checkpoint
Owned = Callable[[Stands, Asset, date, date], int]


def least(amounts: Iterable[int]) -> int:
    """The least of what there is now, and behind each event that is dated later; nothing where
    those are too many to be looked at.
    """
    found: list[int] = []
    for amount in amounts:
        if len(found) > AHEAD_MOST:
            return 0
        found.append(amount)
    return min(found)


def points_owned(fold: Stands, asset: Asset, day: date, last_day: date) -> int:
    """Points of a wallet, less what their owner owes."""
    lots = [
        lot for lot in fold.lots if lot.account.ledger == asset.key and not lot.expired_on(last_day)
    ]
    return usable_sum(lots, day) - fold.debt(asset.key)


def uses_owned(fold: Stands, asset: Asset, _day: date, last_day: date) -> int:
    """Uses of a voucher or a pass."""
    own = (right for right in fold.rights if right.id.hex() == asset.key)
    return sum(right.left or 0 for right in own if right.good_on(last_day))


def whole_card(fold: Stands, asset: Asset, _day: date, _last_day: date) -> int:
    """All that is on a gift card, also what a freeze holds back, ran out or is not good yet: it
    moves to another card whole.
    """
    if asset.key != asset.owner.hex():
        return 0
    own = (lot for lot in fold.lots if lot.account.kind is AccountKind.GIFT_CARD)
    return sum(lot.remaining for lot in own)


def money_on_card(fold: Stands, asset: Asset, day: date, last_day: date) -> int:
    """What a gift card can pay, what was paid for and what came as a bonus; nothing of a frozen
    one, nor under another name than the card's own: it would be lent twice.
    """
    if asset.key != asset.owner.hex():
        return 0
    if any(right.kind == CARD_FREEZE and not right.cancelled for right in fold.rights):
        return 0
    lots = [
        lot
        for lot in fold.lots
        if lot.account.kind is AccountKind.GIFT_CARD and not lot.expired_on(last_day)
    ]
    return usable_sum(lots, day)


OWNED: Final[Mapping[AssetKind, Owned]] = {
    AssetKind.POINTS: points_owned,
    AssetKind.RIGHT: uses_owned,
    AssetKind.CARD: money_on_card,
}
WHOLE: Final[Mapping[AssetKind, Owned]] = {**OWNED, AssetKind.CARD: whole_card}
"""The same for what moves whole."""
