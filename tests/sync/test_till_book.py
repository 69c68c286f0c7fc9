"""A till's book as its own journal tells it, wherever somebody is first asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.meters import PURCHASES
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    Lot,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.load import load
from posloyalty.sync.office.till_book import BookUnsound, TillBook
from tests.headoffice.a_chain import PROGRAMME

ANNA = b"a" * 16
LEDGER = "chain/points"
OWN = Account(LEDGER, AccountKind.MEMBER, ANNA)
DAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, tzinfo=UTC)


def earned(number: int, points: int) -> tuple[bytes, Consequences]:
    event_id = bytes([number]) * 16
    lot = Lot(
        id=event_id, account=OWN, original=points, remaining=points, earned_on=DAY,
        usable_from=DAY, last_day=None,
    )  # fmt: skip
    moved = Transfer(
        id=event_id, code=TransferCode.EARN, debit=Account(LEDGER, AccountKind.ISSUED),
        credit=OWN, amount=points, event_id=event_id, opens=lot,
    )  # fmt: skip
    bought = MeterEntry(meter=PURCHASES, owner=ANNA, day=DAY, at=AT, amount=1, event_id=event_id)
    return event_id, Consequences(transfers=(moved,), meters=(bought,))


def spent(number: int, of: int, points: int) -> tuple[bytes, Consequences]:
    event_id = bytes([number]) * 16
    moved = Transfer(
        id=event_id, code=TransferCode.REDEEM, debit=OWN,
        credit=Account(LEDGER, AccountKind.REDEEMED), amount=points, event_id=event_id,
        uses=(LotUse(bytes([of]) * 16, points),),
    )  # fmt: skip
    return event_id, Consequences(transfers=(moved,))


def points_of(book: TillBook) -> int:
    programme = load(PROGRAMME.encode())
    assert isinstance(programme, Programme)
    state = book.state(programme, ANNA, joined=DAY, day=DAY)
    return sum(lot.remaining for lot in state.lots)


@pytest.mark.parametrize("asked_at", [0, 1, 2, 3])
def test_it_is_the_same_whenever_somebody_is_first_asked_for(asked_at: int) -> None:
    journal = [earned(1, 100), spent(2, 1, 30), earned(3, 5)]
    book = TillBook(lambda owner: [])
    for place, event in enumerate(journal):
        if place == asked_at:
            points_of(book)
        book.take(*event)
    assert points_of(book) == 75


def test_what_lies_before_and_the_same_event_again_count_once() -> None:
    book = TillBook(lambda owner: [earned(1, 100)] if owner == ANNA else [])
    book.take(*earned(1, 100))
    book.take(*earned(2, 10))
    book.take(*earned(2, 10))
    assert points_of(book) == 110


@pytest.mark.parametrize("asked_before", [False, True])
def test_a_journal_that_spends_what_it_never_opened_is_unsound(asked_before: bool) -> None:
    book = TillBook(lambda owner: [])
    if asked_before:
        points_of(book)
    book.take(*spent(1, 9, 30))
    with pytest.raises(BookUnsound):
        points_of(book)
