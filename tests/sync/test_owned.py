"""How much of an asset there is to lend, by what its owner has and owes."""

from __future__ import annotations

from datetime import date

from posloyalty.domain.ledger.transfer import Account, AccountKind, Lot
from posloyalty.sync.fold import Checkpoint
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.office.owned import points_owned

OWNER, DAY = b"m" * 16, date(2026, 2, 1)
LEDGER = "club/points"


def test_of_points_no_more_is_lent_than_their_owner_does_not_owe() -> None:
    own = Account(LEDGER, AccountKind.MEMBER, OWNER)
    lot = Lot(
        id=b"l" * 16,
        account=own,
        original=100,
        remaining=100,
        earned_on=DAY,
        usable_from=DAY,
        last_day=None,
    )
    owed = {Account(LEDGER, AccountKind.MEMBER_DEBT, OWNER): -30}
    stands = Checkpoint(member_id=OWNER, lots=(lot,), debts=owed)
    assert points_owned(stands, Asset(AssetKind.POINTS, LEDGER, OWNER), DAY, DAY) == 70
