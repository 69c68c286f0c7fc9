"""Folding transfers: what contradicts itself is found and named."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from posloyalty.domain.ledger.balance import LedgerFault, balance_on, fold
from posloyalty.domain.ledger.postings import EventPostings
from posloyalty.domain.ledger.transfer import Account, LotUse, Transfer

DAY = date(2026, 1, 1)
LEDGER = "club/points"


def earned_and_spent() -> tuple[Transfer, Transfer]:
    event = EventPostings(event_id=b"e" * 16, member_id=b"m" * 16, day=DAY)
    event.earn(LEDGER, 100, usable_from=DAY, last_day=None)
    event.redeem(LEDGER, 40)
    earn, spend = event.transfers
    return earn, spend


def test_a_transfer_that_arrives_twice_counts_once() -> None:
    earn, spend = earned_and_spent()
    assert fold([earn, spend, earn]) == fold([earn, spend])


def broken(name: str) -> list[Transfer]:
    earn, spend = earned_and_spent()
    (use,) = spend.uses
    other = Account("club/stamps", spend.credit.kind)
    return {
        "SAME_ID_OTHER_FIELDS": [earn, spend, replace(spend, amount=41)],
        "AMOUNT_NOT_POSITIVE": [replace(earn, amount=0)],
        "LEDGERS_MIX": [earn, replace(spend, credit=other)],
        "USES_DIFFER": [earn, replace(spend, uses=(LotUse(use.lot_id, 39),))],
        "LOTS_DIFFER": [replace(earn, amount=101)],
        "LOT_UNKNOWN": [spend],
        "LOT_OVERDRAWN": [earn, replace(spend, amount=101, uses=(LotUse(use.lot_id, 101),))],
    }[name]


@pytest.mark.parametrize(
    "name",
    [
        "SAME_ID_OTHER_FIELDS",
        "AMOUNT_NOT_POSITIVE",
        "LEDGERS_MIX",
        "USES_DIFFER",
        "LOTS_DIFFER",
        "LOT_UNKNOWN",
        "LOT_OVERDRAWN",
    ],
)
def test_transfers_that_cannot_all_be_true_are_named(name: str) -> None:
    transfers = broken(name)
    with pytest.raises(LedgerFault) as fault:
        fold(transfers)
    assert (fault.value.code, fault.value.transfer_id) == (name, transfers[-1].id)


def test_the_next_expiry_is_the_first_day_on_which_usable_points_end() -> None:
    event = EventPostings(event_id=b"e" * 16, member_id=b"m" * 16, day=DAY)
    for points, usable, last in (
        (5, DAY, date(2026, 3, 31)),
        (7, DAY, date(2026, 2, 28)),
        (9, DAY, date(2026, 2, 28)),
        (11, date(2026, 2, 1), date(2026, 2, 10)),
        (13, DAY, None),
    ):
        event.earn(LEDGER, points, usable_from=usable, last_day=last)
    found = balance_on(event.lots, 0, DAY)
    assert (found.next_expiry, found.next_expiry_points) == (date(2026, 2, 28), 16)
    assert (found.usable, found.pending) == (34, 11)
