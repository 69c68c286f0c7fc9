"""How much of an asset there is to lend, by what its owner has and owes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from posloyalty.domain.ledger.transfer import Account, AccountKind, Lot
from posloyalty.sync.fold import Checkpoint
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.office.owned import OWNED, WHOLE, Owned, points_owned

OWNER, DAY = b"m" * 16, date(2026, 2, 1)
LEDGER = "club/points"


def a_lot(account: Account) -> Lot:
    """100 of it, good for ever."""
    return Lot(
        id=b"l" * 16,
        account=account,
        original=100,
        remaining=100,
        earned_on=DAY,
        usable_from=DAY,
        last_day=None,
    )


def test_of_points_no_more_is_lent_than_their_owner_does_not_owe() -> None:
    lot = a_lot(Account(LEDGER, AccountKind.MEMBER, OWNER))
    owed = {Account(LEDGER, AccountKind.MEMBER_DEBT, OWNER): -30}
    stands = Checkpoint(member_id=OWNER, lots=(lot,), debts=owed)
    assert points_owned(stands, Asset(AssetKind.POINTS, LEDGER, OWNER), DAY, DAY) == 70


@pytest.mark.parametrize("owned", [OWNED, WHOLE], ids=["what it pays", "whole"])
def test_a_gift_card_is_lent_under_its_own_name_alone(
    owned: Mapping[AssetKind, Owned],
) -> None:
    """Under two names it would be held aside for neither and lent twice."""
    lot = a_lot(Account("club/cards", AccountKind.GIFT_CARD, OWNER))
    stands = Checkpoint(member_id=OWNER, lots=(lot,))
    names = (OWNER.hex(), OWNER.hex().upper(), "club/cards")
    lent = [
        owned[AssetKind.CARD](stands, Asset(AssetKind.CARD, name, OWNER), DAY, DAY)
        for name in names
    ]
    assert lent == [100, 0, 0]
