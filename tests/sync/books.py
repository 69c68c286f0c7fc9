"""Books of an owner compared."""

from __future__ import annotations

from posloyalty.domain.ledger.transfer import Account, AccountKind, Lot
from posloyalty.sync.office.belongings import Belongings

MEMBER_DEBT = AccountKind.MEMBER_DEBT


def left_of(book: Belongings) -> int:
    """All points of an owner, less what they owe."""
    return sum(lot.remaining for lot in book.lots.values()) + sum(
        balance for account, balance in book.accounts.items() if account.kind is MEMBER_DEBT
    )


def same_books(book: Belongings, wanted: Belongings) -> None:
    """Two books hold the same of an owner."""

    def left(lots: dict[bytes, Lot]) -> dict[bytes, Lot]:
        return {key: lot for key, lot in lots.items() if lot.remaining}

    def moved(accounts: dict[Account, int]) -> dict[Account, int]:
        return {account: balance for account, balance in accounts.items() if balance}

    assert left(book.lots) == left(wanted.lots)
    assert moved(book.accounts) == moved(wanted.accounts)
    gone = {key for key, right in book.rights.items() if right.cancelled} - wanted.rights.keys()
    assert {key: right for key, right in book.rights.items() if key not in gone} == wanted.rights
