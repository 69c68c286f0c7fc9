"""Balances, derived by folding transfers; nothing is stored as truth.

Shape: `fold(transfers)` gives a `LedgerState` of account balances (credits less debits, minor units
of the wallet) and lots. The fold only adds and subtracts, so that the order in which transfers
arrive cannot matter, and a transfer that arrives twice counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from posloyalty.domain.ledger.transfer import HOLDERS, Account, AccountKind, Lot, Transfer


class LedgerFault(ValueError):
    """Transfers that cannot all be true; `transfer_id` names the one that shows it."""

    def __init__(self, code: str, transfer_id: bytes) -> None:
        super().__init__(f"{code} at transfer {transfer_id.hex()}")
        self.code = code
        self.transfer_id = transfer_id


@dataclass(frozen=True, slots=True)
class LedgerState:
    """The outcome of a fold: every account's balance and every lot as it now stands."""

    accounts: Mapping[Account, int]
    lots: Mapping[bytes, Lot]

    def of(self, account: Account) -> int:
        """An account's balance; an account that no transfer named holds nothing."""
        return self.accounts.get(account, 0)

    def lots_of(self, account: Account) -> tuple[Lot, ...]:
        """The lots of one account, in no promised order."""
        return tuple(lot for lot in self.lots.values() if lot.account == account)

    def debt(self, ledger: str, member_id: bytes) -> int:
        """What a member owes in a ledger: their debt account is below zero by it."""
        return -self.of(Account(ledger, AccountKind.MEMBER_DEBT, member_id))


class Balance(NamedTuple):
    """A wallet on a day. `spendable` is usable less debt, and below zero when more is owed."""

    usable: int
    pending: int
    expired: int
    debt: int
    next_expiry: date | None
    next_expiry_points: int

    @property
    def spendable(self) -> int:
        """The balance that a member sees: usable lots less debt."""
        return self.usable - self.debt


def balance_on(lots: Iterable[Lot], debt: int, day: date) -> Balance:
    """A wallet's balance on a day from its lots and debt."""
    usable, pending, expired = 0, 0, 0
    ends: dict[date, int] = {}
    for lot in lots:
        last = lot.last_day
        if last is not None and last < day:
            expired += lot.remaining
        elif not lot.usable_on(day):
            pending += lot.remaining
        else:
            usable += lot.remaining
            if last is not None:
                ends[last] = ends.get(last, 0) + lot.remaining
    first = min(ends, default=None)
    points = 0 if first is None else ends[first]
    return Balance(usable, pending, expired, debt, first, points)


def fold(transfers: Iterable[Transfer]) -> LedgerState:
    """Add transfers up; raises `LedgerFault` when they contradict one another or themselves."""
    seen: dict[bytes, Transfer] = {}
    accounts: dict[Account, int] = {}
    opened: dict[bytes, Lot] = {}
    used: dict[bytes, int] = {}
    for transfer in transfers:
        before = seen.get(transfer.id)
        if before is not None:
            if before != transfer:
                raise LedgerFault("SAME_ID_OTHER_FIELDS", transfer.id)
            continue
        seen[transfer.id] = transfer
        _check(transfer)
        accounts[transfer.debit] = accounts.get(transfer.debit, 0) - transfer.amount
        accounts[transfer.credit] = accounts.get(transfer.credit, 0) + transfer.amount
        if transfer.opens is not None:
            opened[transfer.opens.id] = transfer.opens
        for use in transfer.uses:
            used[use.lot_id] = used.get(use.lot_id, 0) + use.amount
    lots = {
        lot.id: replace(lot, remaining=lot.original - used.pop(lot.id, 0))
        for lot in opened.values()
    }
    _check_lots(lots, used, seen)
    return LedgerState(accounts=accounts, lots=lots)


def _check(transfer: Transfer) -> None:
    if transfer.amount <= 0:
        raise LedgerFault("AMOUNT_NOT_POSITIVE", transfer.id)
    if transfer.debit.ledger != transfer.credit.ledger:
        raise LedgerFault("LEDGERS_MIX", transfer.id)
    moved = sum(use.amount for use in transfer.uses)
    if transfer.debit.kind in HOLDERS and moved != transfer.amount:
        raise LedgerFault("USES_DIFFER", transfer.id)
    if transfer.credit.kind in HOLDERS:
        gained = transfer.opens.original if transfer.opens is not None else 0
        if gained - moved != transfer.amount:
            raise LedgerFault("LOTS_DIFFER", transfer.id)


def _check_lots(
    lots: Mapping[bytes, Lot], unknown: Mapping[bytes, int], seen: Mapping[bytes, Transfer]
) -> None:
    for transfer in seen.values():
        for use in transfer.uses:
            if use.lot_id in unknown:
                raise LedgerFault("LOT_UNKNOWN", transfer.id)
            if not 0 <= lots[use.lot_id].remaining <= lots[use.lot_id].original:
                raise LedgerFault("LOT_OVERDRAWN", transfer.id)
