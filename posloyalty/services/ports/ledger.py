"""Balances, lots and levels, and posting to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from posloyalty.domain.engine.member_state import MemberState, TierHolding
from posloyalty.domain.ledger.transfer import Account, Lot, Transfer
from posloyalty.services.ports.journal import Appended
from posloyalty.sync.sale_event import MetTier


class LedgerReads(Protocol):
    """Balances and lots, as projections of the journal."""

    def member_state(self, member_id: bytes, *, lots_since: date) -> MemberState | None:
        """The member as the rules see them: open lots, and all lots earned on or after a day."""
        ...

    def member_states(
        self, member_ids: Sequence[bytes], *, lots_since: date
    ) -> dict[bytes, MemberState]:
        """Several members at once, at most 50; unknown ids are not in the answer."""
        ...

    def lots(self, account: Account) -> tuple[Lot, ...]:
        """The lots of an account that have something remaining, in no particular order."""
        ...

    def balance(self, account: Account) -> tuple[int, int]:
        """(sum of debits, sum of credits) of an account."""
        ...

    def transfers_of(self, event_id: bytes) -> tuple[Transfer, ...]:
        """What an event posted, in its order."""
        ...

    def holdings(self, member_id: bytes) -> tuple[TierHolding, ...]:
        """The newest holding of each level that the member ever met."""
        ...


class Ledger(LedgerReads, Protocol):
    """Posting outside sales (opening balances, expiry): the event must already be appended."""

    def post(
        self, appended: Appended, transfers: Sequence[Transfer], tiers: Sequence[MetTier] = ()
    ) -> None:
        """Write the transfers and tier levels that an appended event holds."""
        ...
