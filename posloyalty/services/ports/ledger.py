"""Balances, lots and levels, and posting to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.member_state import MemberState, TierHolding
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import Account, Lot
from posloyalty.services.ports.journal import Appended
from posloyalty.services.ports.members import MemberSeen
from posloyalty.sync.events import Act


class LedgerReads(Protocol):
    """Balances and lots, as projections of the journal."""

    def member_state(
        self,
        member_id: bytes,
        *,
        lots_since: date,
        whole_life: bool = False,
        seen: MemberSeen | None = None,
    ) -> MemberState | None:
        """The member as the rules see them: open lots, all lots earned and all that meters counted
        on or after a day, and every right; of a household also what it shares. With `whole_life`
        each meter's sum before that day is carried as one entry. Who was `seen` in this very
        snapshot is not read again.
        """
        ...

    def member_states(
        self, member_ids: Sequence[bytes], *, lots_since: date, whole_life: bool = False
    ) -> dict[bytes, MemberState]:
        """Several members at once, at most 50; unknown ids are not in the answer."""
        ...

    def owners_left(
        self,
        programme: str,
        ledgers: Sequence[str],
        *,
        but: str,
        day: date,
        after: bytes,
        limit: int,
    ) -> tuple[bytes, ...]:
        """Who has anything left in some ledgers, or a voucher of a programme that nobody paid for
        and that is good on a day or later, except those of a kind; in the order of their ids,
        behind `after`.
        """
        ...

    def lots(self, account: Account) -> tuple[Lot, ...]:
        """The lots of an account that have something remaining, in no particular order."""
        ...

    def balance(self, account: Account) -> tuple[int, int]:
        """(sum of debits, sum of credits) of an account."""
        ...

    def lots_named(self, lot_ids: Sequence[bytes]) -> tuple[Lot, ...]:
        """Lots by their ids, spent ones too; unknown ids are not in the answer."""
        ...

    def lapsed(self, lot_ids: Sequence[bytes]) -> dict[bytes, int]:
        """How much of each lot was booked as run out; lots of which nothing did are left out."""
        ...

    def done_by(self, event_id: bytes) -> Consequences:
        """Everything that an event did; nothing for one that is not known."""
        ...

    def right(self, right_id: bytes) -> Right | None:
        """A right by its id."""
        ...

    def given_back_by(self, right_id: bytes) -> bytes | None:
        """The id of the last event that gave back a use of a right; None where none did."""
        ...

    def rights_by_code(self, code: str) -> tuple[Right, ...]:
        """The rights that a code proves, the newest first."""
        ...

    def rights_of(self, owner: bytes) -> tuple[Right, ...]:
        """Every right of an owner, used and expired ones too."""
        ...

    def open_leases(self) -> tuple[Right, ...]:
        """The leases that were not given back, whoever owns what is lent."""
        ...

    def meters(self, owner: bytes, since: date) -> tuple[MeterEntry, ...]:
        """What an owner's meters counted on the days from `since`."""
        ...

    def meter_sums(
        self, owners: Sequence[bytes], since: date, *, whole_life: bool
    ) -> tuple[MeterEntry, ...]:
        """One entry for each owner (at most 50), meter and day from `since`; with `whole_life` one
        more for all that lies before.
        """
        ...

    def holdings(self, member_id: bytes) -> tuple[TierHolding, ...]:
        """The newest holding of each level that the member ever met."""
        ...


class Ledger(LedgerReads, Protocol):
    """Posting outside sales (opening balances, expiry): the event must already be appended."""

    def post(self, appended: Appended, does: Consequences) -> None:
        """Write everything that an appended event does."""
        ...


class ActReads(Protocol):
    """What the programme did outside sales."""

    def of_member(self, member_id: bytes, *, limit: int) -> tuple[Act, ...]:
        """A member's acts, newest first."""
        ...

    def of_kind(self, kind: str, *, limit: int) -> tuple[Act, ...]:
        """The acts of a kind, oldest first."""
        ...


class Acts(ActReads, Protocol):
    """Writing acts."""

    def book(self, act: Act) -> Appended:
        """Append an act whose keys came from `journal.stamp`, with everything that it does."""
        ...
