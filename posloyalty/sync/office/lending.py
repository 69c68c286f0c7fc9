"""Head office's side of leases: what each till was lent, what it used, what it is to give back.

Shape: `follow(event)` hears of uses and returns from the tills' journals, which are the only proof
of either; `grants_for` and `recalls_for` are said to a till again and again until its own journal
shows that it heard. The arithmetic of escrow is `sync/leases.py`.
"""

from __future__ import annotations

from datetime import date, datetime

from posloyalty.domain.ledger.right import RightMove
from posloyalty.sync.journals import Filed
from posloyalty.sync.leases import Asset, AssetKind, Denied, Lease, LeaseBook
from posloyalty.sync.office.mirror import Mirror
from posloyalty.sync.office.telling import Grant


class OfficeLending:
    """Every lease of one head office."""

    def __init__(self) -> None:
        self.book = LeaseBook()
        self._last_days: dict[bytes, date] = {}
        self._recalled: set[bytes] = set()

    def lease(
        self,
        request_id: bytes,
        till_id: bytes,
        asset: Asset,
        amount: int,
        *,
        owned: int,
        at: datetime,
        last_day: date,
        not_after: datetime,
    ) -> Lease | Denied:
        """Lend; `owned` is what there is of the asset in all, leases included."""
        found = self.book.grant(
            request_id,
            asset,
            till_id=till_id,
            amount=amount,
            owned=owned,
            at=at,
            not_after=not_after,
        )
        if isinstance(found, Lease):
            self._last_days.setdefault(found.id, last_day)
        return found

    def recall(self, lease_id: bytes) -> None:
        """Ask for a lease back; it stays the till's until its journal says that it gave it."""
        self._recalled.add(lease_id)

    def follow(self, one: Filed) -> None:
        """An event that was filed: leases that it used, or that it gave back."""
        for change in one.does.rights:
            if change.right_id not in self._last_days:
                continue
            if change.move is RightMove.USE:
                self.book.use(change.right_id, change.amount, at=one.at)
            elif change.move is RightMove.CANCEL:
                self.book.give_back(change.right_id)

    def expire(self, till_id: bytes, seen_to: datetime | None) -> None:
        """Free what ran out at a till whose journal is known past the end: its time never goes
        back, so it will not spend from it any more. No other clock frees anything.
        """
        for lease in self.book.of_till(till_id):
            if seen_to is not None and lease.not_after < seen_to:
                self.book.expire(lease.id, journal_seen_to=seen_to)

    def forgotten(self, till_id: bytes, mirror: Mirror) -> None:
        """Close the leases that a restored till's book does not hold: it was lent them after the
        place that it went back to, and its journal says all that can be known of their use.
        """
        for lease in self.book.of_till(till_id):
            if lease.id not in mirror.leases:
                self.book.give_back(lease.id)

    def grants_for(self, till_id: bytes, mirror: Mirror) -> tuple[Grant, ...]:
        """What a till was lent and does not know of yet."""
        return tuple(
            Grant(
                lease_id=lease.id,
                asset=lease.asset,
                amount=lease.amount,
                last_day=self._last_days[lease.id],
            )
            for lease in self.book.of_till(till_id)
            if lease.id not in mirror.leases
        )

    def rights_elsewhere(self, till_id: bytes) -> tuple[bytes, ...]:
        """The rights of which other tills hold a use."""
        return tuple(
            sorted(
                bytes.fromhex(lease.asset.key)
                for lease in self.book.open_leases()
                if lease.asset.kind is AssetKind.RIGHT and lease.till_id != till_id
            )
        )

    def recalls_for(self, till_id: bytes, mirror: Mirror) -> tuple[bytes, ...]:
        """What a till holds and is to give back: asked for, or no longer its own."""
        asked = [one for one in self.book.of_till(till_id) if one.id in self._recalled]
        lost = self.book.reclaimed_from(till_id)
        return tuple(lease.id for lease in (*asked, *lost) if mirror.leases.get(lease.id))
