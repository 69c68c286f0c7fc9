"""Lots, rights, transfers and findings as rows of the ledger's tables, and back."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, Final

from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import Account, AccountKind, Lot, Transfer, TransferCode
from posloyalty.domain.values.ratio import Ratio
from posloyalty.sync.found import Found

_KINDS: Final = {one.value: one for one in AccountKind}
# Looked up, because a member of an enumeration takes three times as long to say its value.
_KIND_WORDS: Final = {one: one.value for one in AccountKind}
_CODE_WORDS: Final = {one: one.value for one in TransferCode}


def lot_row(owner: bytes, lot: Lot) -> tuple[Any, ...]:
    """A lot as a row of `lot`."""
    return (
        lot.id,
        owner,
        lot.account.ledger,
        _KIND_WORDS[lot.account.kind],
        lot.original,
        lot.remaining,
        _text(lot.earned_on),
        _text(lot.usable_from),
        _text(lot.last_day),
        lot.funder,
        "" if lot.shop_cost is None else str(lot.shop_cost),
    )


def lot_of(row: Any) -> Lot:
    """A row of `lot` as a lot."""
    lot_id, owner, ledger, kind, original, remaining, earned, usable, last, funder, cost = row
    return Lot(
        id=bytes(lot_id),
        account=Account(ledger, _KINDS[kind], bytes(owner)),
        original=original,
        remaining=remaining,
        earned_on=date.fromisoformat(earned),
        usable_from=_day(usable),
        last_day=_day(last),
        funder=funder,
        shop_cost=Ratio.parse(cost) if cost else None,
    )


def right_row(owner: bytes, right: Right) -> tuple[Any, ...]:
    """A right as a row of `held_right`."""
    return (
        right.id,
        owner,
        right.kind,
        right.of,
        right.programme,
        right.code,
        right.uses,
        right.used,
        _text(right.from_day),
        _text(right.last_day),
        int(right.held),
        right.released,
        right.cancelled,
        right.paid_minor,
        right.origin,
        right.line,
    )


def right_of(row: Any) -> Right:
    """A row of `held_right` as a right."""
    return Right(
        id=bytes(row[0]),
        owner=bytes(row[1]),
        kind=row[2],
        of=row[3],
        programme=row[4],
        code=row[5],
        uses=row[6],
        used=row[7],
        from_day=_day(row[8]),
        last_day=_day(row[9]),
        held=bool(row[10]),
        released=row[11],
        cancelled=row[12],
        paid_minor=row[13],
        origin=bytes(row[14]),
        line=row[15],
    )


def transfer_row(
    owner: bytes, transfer: Transfer, transfer_id: bytes, reverses: bytes | None = None
) -> tuple[Any, ...]:
    """A transfer as a row of `transfer`; one that reverses another has its sides exchanged."""
    debit, credit = transfer.debit, transfer.credit
    if reverses is not None:
        debit, credit = credit, debit
    return (
        transfer_id,
        owner,
        transfer.event_id,
        transfer.id,
        reverses,
        _CODE_WORDS[transfer.code],
        transfer.debit.ledger,
        _KIND_WORDS[debit.kind],
        debit.owner,
        _KIND_WORDS[credit.kind],
        credit.owner,
        transfer.amount,
    )


def finding_rows(owner: bytes, found: tuple[Found, ...]) -> list[tuple[Any, ...]]:
    """What an owner's fold found, numbered within each event."""
    counts: dict[bytes, int] = {}
    rows = []
    for one in found:
        n = counts[one.event_id] = counts.get(one.event_id, 0) + 1
        rows.append(
            (
                owner,
                one.event_id,
                n,
                one.anomaly.value,
                one.till_id,
                one.store,
                one.what,
                one.amount,
            )
        )
    return rows


# Few days are told again and again.
@lru_cache(maxsize=4096)
def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
