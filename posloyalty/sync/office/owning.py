"""How much there is of anything that head office may lend, as far as that is known for sure.

Shape: `Owning(...).owned(asset, last_day, at=…, zone=…)` is what may lie at tills, all leases of it
included. What an asset's owner has is a fold of everything that arrived; of tills that are still
`arriving` that is not all. A till that sold alone for long joins, and its journal comes in pieces:
behind what somebody gained there may come what they spent there, of the same points, without any
lease. So what such a till wrote counts only where it leaves less; nothing is lent to it either,
because the uses of its leases would be left out with the rest. Of whoever took in a record that
such a till knows nothing is lent at all; nor of a record that is another name of somebody, or while
something that came under such a name has not gone over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from posloyalty.domain.values.calendar import store_day
from posloyalty.sync import events
from posloyalty.sync.fold import MemberFold, Overspend, folds_from
from posloyalty.sync.goods_back import left_to_return, paid_for, return_of
from posloyalty.sync.journals import Filed
from posloyalty.sync.leases import SHARED, Asset, AssetKind, Lease
from posloyalty.sync.office.archive import Archive
from posloyalty.sync.office.owned import OWNED, WHOLE, Stands, least


@dataclass(frozen=True, slots=True)
class Arriving:
    """Tills whose journals are not here yet up to where they joined: those that wrote something
    `of_owner`, whether one wrote something of somebody whose record went into an owner's
    (`under_another_name`), and whether one `is_arriving`.
    """

    of_owner: Callable[[bytes], Collection[bytes]]
    under_another_name: Callable[[bytes], bool]
    is_arriving: Callable[[bytes], bool]


NOBODY: Final = Arriving(
    of_owner=lambda _owner: (),
    under_another_name=lambda _owner: False,
    is_arriving=lambda _till_id: False,
)
"""Every journal is here."""


class Owning:
    """Of one head office: `fold` is everything that is known of an owner, `budget_left` what a
    campaign may still give.
    """

    def __init__(
        self,
        archive: Archive,
        *,
        fold: Callable[[bytes], MemberFold],
        budget_left: Callable[[Asset, datetime], int],
        overspend: Callable[[], Overspend],
        arriving: Arriving = NOBODY,
    ) -> None:
        self._archive = archive
        self._fold, self._budget_left = fold, budget_left
        self._overspend, self._arriving = overspend, arriving

    def owned(
        self, asset: Asset, last_day: date, *, at: datetime, zone: tzinfo, whole: bool = False
    ) -> int:
        """How much of an asset its owner can spend now, and still on the last day (`owned`); of a
        campaign's budget, what is not given yet.

        What a till dated ahead is not there yet, but what it spent is gone: from now on there is
        never less than what is lent. Of whoever has too much dated ahead nothing is lent.
        """
        if asset.kind in SHARED:
            return self._budget_left(asset, at)
        if asset.kind is AssetKind.RETURN:
            return self._returnable(asset)
        known = (WHOLE if whole else OWNED).get(asset.kind)
        if known is None:
            raise ValueError(f"whoever lends of a {asset.kind.value} says how much there is")
        if self._arriving.under_another_name(asset.owner):
            # Head office moved it over: what of it came from that till, no event of it says.
            return 0
        if self._archive.untidied_names(asset.owner) or self._archive.alias(asset.owner):
            # What was spent under a name that is no more goes over to who stays, and so does what
            # is left there.
            return 0
        day = store_day(at, zone)
        return least(known(one, asset, day, last_day) for one in self._folds(asset.owner, at))

    def may_hold(self, till_id: bytes, asset: Asset) -> bool:
        """Whether a till may be lent an asset, however much there is."""
        return asset.kind in SHARED or not self._arriving.is_arriving(till_id)

    def sale_of(self, asset: Asset) -> Filed | None:
        """The sale of which an asset is the right to return an article; none while what came back
        of it may still arrive.
        """
        found = return_of(asset)
        sale = None if found is None else self._archive.sale_at(found[0])
        return None if sale is None or self._arriving.is_arriving(sale.till_id) else sale

    def paid_for(self, lease: Lease, held: int) -> int | None:
        """The money that may go back for the goods of a lease, in minor units, where tills hold so
        much of them in all; None for a lease on anything else.
        """
        found, sale = return_of(lease.asset), self.sale_of(lease.asset)
        if found is None or sale is None or not isinstance(sale.event, events.Sale):
            return None
        back, lent = self._archive.events_of(lease.asset.owner), held - lease.left
        return paid_for(sale.event, back, found[1], quantity=lease.left, lent=lent)

    def _folds(self, owner: bytes, at: datetime) -> Iterable[Stands]:
        """What an owner has from an instant on, and has for sure without what is not all here."""
        latest = self._archive.latest(owner)
        if latest is None or latest <= at:
            yield self._archive.stands(owner, self._overspend()) or self._fold(owner)
        else:
            yield from self._from(owner, self._archive.events_of(owner), at)
        arriving = self._arriving.of_owner(owner)
        if arriving:
            of_owner = self._archive.events_of(owner)
            sure = [one for one in of_owner if one.till_id not in arriving]
            yield from self._from(owner, sure, at)

    def _from(self, owner: bytes, filed: Iterable[Filed], at: datetime) -> Iterable[MemberFold]:
        return folds_from(owner, filed, at, overspend=self._overspend())

    def _returnable(self, asset: Asset) -> int:
        """What of a sold article can still come back, in thousandths."""
        found, sale = return_of(asset), self.sale_of(asset)
        if found is None or sale is None or not isinstance(sale.event, events.Sale):
            return 0
        return left_to_return(sale.event, self._archive.events_of(asset.owner), found[1])
