"""Transfers, lots and tier levels as rows: written by the ledger, judged by the audit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from posloyalty.domain.engine.consequences import MetTier
from posloyalty.domain.ledger.transfer import Account, Lot, Transfer
from posloyalty.domain.values.identifiers import derive_id


@lru_cache(maxsize=4096)
def account_id(account: Account) -> bytes:
    """The key of an account, derived from what it is."""
    return derive_id("account", account.ledger, account.kind.value, account.owner)


def transfer_rows(seq: int, transfers: Sequence[Transfer]) -> list[tuple[object, ...]]:
    """Rows of `transfer`, in the table's column order."""
    return [
        (
            seq,
            place,
            transfer.id,
            transfer.code.value,
            account_id(transfer.debit),
            account_id(transfer.credit),
            transfer.amount,
            transfer.link,
        )
        for place, transfer in enumerate(transfers)
    ]


def use_rows(seq: int, transfers: Sequence[Transfer]) -> list[tuple[Any, ...]]:
    """Rows of `lot_use`, in the table's column order."""
    return [
        (seq, place, number, use.lot_id, use.amount)
        for place, transfer in enumerate(transfers)
        for number, use in enumerate(transfer.uses)
    ]


def tier_rows(seq: int, tiers: Sequence[MetTier]) -> list[dict[str, object]]:
    """Rows of `tier_holding` by column."""
    return [
        {
            "member_id": met.member_id,
            "scheme": met.holding.scheme,
            "level": met.holding.level,
            "met_on": met.holding.met_on.isoformat(),
            "through": met.holding.through.isoformat(),
            "seq": seq,
        }
        for met in tiers
    ]


def lot_row(seq: int, lot: Lot) -> tuple[object, ...]:
    """A new row of `lot`: it opens whole, whatever the same event then takes from it."""
    return (
        lot.id,
        seq,
        account_id(lot.account),
        lot.account.owner,
        lot.original,
        lot.original,
        lot.earned_on.isoformat(),
        None if lot.usable_from is None else lot.usable_from.isoformat(),
        None if lot.last_day is None else lot.last_day.isoformat(),
        lot.funder or None,
        None if lot.shop_cost is None else str(lot.shop_cost),
    )
