"""What head office said was paid for goods that come back, by the lease that it lent for them.

Shape: `keep(lease, asset, quantity, paid)` remembers an answer; `most(wanted, uses)` is the money
that may go back for each article of a return, where leases of which that was said cover all of it.
It is known for as long as the program runs: a lease that is left over from before bounds nothing,
and neither does one of a head office that does not say it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from posloyalty.domain.ledger.right import RightChange
from posloyalty.domain.values.portion import so_far
from posloyalty.sync.goods_back import return_of
from posloyalty.sync.leases import Asset

KEPT: Final = 100
"""Of so many leases the answers are kept, the newest."""


class _Paid(NamedTuple):
    asset: Asset
    quantity: int
    minor: int


class PaidGoods:
    """Of one till."""

    def __init__(self) -> None:
        self._paid: dict[bytes, _Paid] = {}

    def keep(self, lease_id: bytes, asset: Asset, quantity: int, minor: int) -> None:
        """So much money, in minor units, for all that a lease is on, in thousandths."""
        self._paid.pop(lease_id, None)
        self._paid = dict([*self._paid.items()][1 - KEPT :])
        self._paid[lease_id] = _Paid(asset, quantity, minor)

    def most(
        self, wanted: Iterable[tuple[Asset, int]], uses: Iterable[RightChange]
    ) -> Mapping[bytes, int]:
        """The most that may go back, in minor units, by the article's id; `uses` are those of the
        leases by the whole return.
        """
        covered: dict[Asset, int] = {}
        most: dict[Asset, int] = {}
        for use in uses:
            said = self._paid.get(use.right_id)
            if said is not None:
                part = so_far(said.minor, min(use.amount, said.quantity), said.quantity)
                covered[said.asset] = covered.get(said.asset, 0) + use.amount
                most[said.asset] = most.get(said.asset, 0) + part
        found = {}
        for asset, quantity in wanted:
            of = return_of(asset)
            if of is not None and covered.get(asset, 0) >= quantity:
                found[of[1]] = most[asset]
        return found
