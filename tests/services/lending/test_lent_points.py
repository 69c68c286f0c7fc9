"""Which points must be lent: whatever members give them for by choice, also a kind of tomorrow."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.transfer import Account, AccountKind, Transfer, TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.services.lending.lent_points import point_wants
from posloyalty.sync.leases import Asset, AssetKind
from tests.domain.engine.made import rules

LEDGER = "test/points"
"""As a programme names the ledger of its wallet."""
SEVEN = b"7" * 16


TAKES_TWO = Consequences(
    transfers=(
        Transfer(
            id=b"t" * 16,
            code=TransferCode.REDEEM,
            debit=Account(LEDGER, AccountKind.MEMBER, SEVEN),
            credit=Account(LEDGER, AccountKind.REDEEMED),
            amount=2,
            event_id=b"e" * 16,
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Wish:
    """A kind that no product has: points for a wish, recorded under a name of its own."""

    id: str

    @property
    def recorded_as(self) -> str:
        return f"wished/{self.id}"


@pytest.fixture
def programme() -> Programme:
    read = rules(
        """
        [[sharing]]
        id = "to-a-friend"
        wallet = "points"

        [[reward]]
        id = "more"
        name = "More"
        wallet = "points"
        cost = 100
        gives = { points = 1, wallet = "points" }
        """
    )
    return replace(read, declared={**read.declared, "wish": (Wish("moon"),)})


@pytest.mark.parametrize(
    ("what", "lent"),
    [
        ("to-a-friend", True),
        ("reward/more", True),
        ("wished/moon", True),
        ("more", False),
        ("moon", False),
        ("survey", False),
    ],
)
def test_points_are_lent_for_what_members_give_them_for_by_choice(
    programme: Programme, what: str, lent: bool
) -> None:
    wants = point_wants(programme, what, TAKES_TWO)
    assert wants == ({Asset(AssetKind.POINTS, LEDGER, SEVEN): 2} if lent else {})
