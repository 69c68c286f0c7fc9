"""What a fold says of single events, each thing by itself, in figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from msgspec.structs import replace

from posloyalty.domain.engine.consequences import Consequences, MetTier
from posloyalty.domain.engine.member_state import TierHolding
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right, RightChange, RightMove
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    Lot,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.sync import events
from posloyalty.sync.fold import (
    Anomaly,
    Checkpoint,
    MemberFold,
    Overspend,
    asked_before,
    fold_member,
    fold_on,
)
from posloyalty.sync.journals import Filed
from posloyalty.sync.leases import RISK_OVERRIDE
from tests.sync.examples import EXAMPLES

ANNA: Final = b"anna-anna-anna-1"
BEN: Final = b"ben-ben-ben-ben1"
POINTS: Final = "club/points"
AT: Final = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
DAY: Final = AT.date()
ISSUED: Final = Account(POINTS, AccountKind.ISSUED)
REDEEMED: Final = Account(POINTS, AccountKind.REDEEMED)
OWN: Final = Account(POINTS, AccountKind.MEMBER, ANNA)
DEBT: Final = Account(POINTS, AccountKind.MEMBER_DEBT, ANNA)
LOT: Final = b"l" * 16
RIGHT: Final = Right(id=b"r" * 16, kind="pass", of="coffees", owner=ANNA, programme="club", uses=5)


def an_event(number: int, *, event: events.Event | None = None, **does: Any) -> Filed:
    """The event of a minute."""
    return Filed(
        till_id=b"till-till-till-1",
        store="S1",
        epoch=1,
        seq=number,
        event_id=number.to_bytes(16, "big"),
        at=AT + timedelta(minutes=number),
        event=EXAMPLES["act"] if event is None else event,
        does=Consequences(**does),
    )


def moved(
    number: int, code: TransferCode, debit: Account, credit: Account, **other: Any
) -> Transfer:
    told: dict[str, Any] = {"id": number.to_bytes(16, "big"), "event_id": b"e" * 16, "amount": 10}
    return Transfer(**told | {"code": code, "debit": debit, "credit": credit} | other)


def earned(number: int = 1, points: int = 10, lot_id: bytes = LOT) -> Transfer:
    lot = Lot(lot_id, OWN, points, points, DAY, DAY, None)
    return moved(number, TransferCode.EARN, ISSUED, OWN, amount=points, opens=lot)


def redeemed(number: int = 2, points: int = 10) -> Transfer:
    uses = (LotUse(LOT, points),)
    return moved(number, TransferCode.REDEEM, OWN, REDEEMED, amount=points, uses=uses)


def changed(number: int, move: RightMove, amount: int = 1) -> RightChange:
    opens = RIGHT if move is RightMove.ISSUE else None
    change_id = number.to_bytes(16, "big")
    return RightChange(
        id=change_id, right_id=RIGHT.id, move=move, event_id=b"e" * 16, amount=amount, opens=opens
    )


def counted(meter: str, owner: bytes, amount: int = 1) -> MeterEntry:
    return MeterEntry(meter=meter, owner=owner, day=DAY, at=AT, amount=amount, event_id=b"e" * 16)


def fold(*filed: Filed, overspend: Overspend = Overspend.STORE) -> MemberFold:
    return fold_member(ANNA, filed, overspend=overspend)


def test_an_event_that_is_folded_twice_counts_once() -> None:
    issued = an_event(1, rights=(changed(1, RightMove.ISSUE),))
    used = an_event(2, rights=(changed(2, RightMove.USE),), meters=(counted("visits", ANNA),))
    twice = fold(issued, used, used)
    assert twice == fold(issued, used)
    assert [one.left for one in twice.rights] == [4]
    assert len(twice.meters) == 1


def test_a_right_that_is_told_as_new_once_more_stays_as_used_as_it_is() -> None:
    issued = (changed(1, RightMove.ISSUE),)
    found = fold(
        an_event(1, rights=issued),
        an_event(2, rights=(changed(2, RightMove.USE, 3),)),
        an_event(3, rights=issued),
    )
    assert [one.left for one in found.rights] == [2]


def test_uses_beyond_a_right_are_named_and_those_that_were_there_are_not() -> None:
    found = fold(
        an_event(1, rights=(changed(1, RightMove.ISSUE),)),
        an_event(2, rights=(changed(2, RightMove.USE, 7),)),
    )
    assert [one.left for one in found.rights] == [0]
    assert [(one.anomaly, one.amount) for one in found.anomalies] == [(Anomaly.RIGHT_USED_TWICE, 2)]


def test_a_members_fold_has_no_counts_and_no_levels_of_others() -> None:
    own = TierHolding(scheme="level", level="gold", met_on=DAY, through=DAY)
    met = (
        MetTier(ANNA, own),
        MetTier(BEN, TierHolding(scheme="level", level="silver", met_on=DAY, through=DAY)),
    )
    found = fold(an_event(1, meters=(counted("visits", ANNA), counted("visits", BEN)), tiers=met))
    assert [one.owner for one in found.meters] == [ANNA]
    assert found.holdings == (own,)


def test_a_supervisors_word_is_named_at_the_member_who_bought_alone() -> None:
    sale = EXAMPLES["sale"]
    assert isinstance(sale, events.Sale)
    word = (counted(RISK_OVERRIDE, ANNA, 500),)
    bought = fold(an_event(1, event=replace(sale, member=ANNA.hex()), meters=word))
    assert [(one.anomaly, one.amount) for one in bought.anomalies] == [(Anomaly.OVERRIDDEN, 500)]
    other = fold(an_event(1, event=replace(sale, member=BEN.hex()), meters=word))
    assert other.anomalies == ()


def test_points_that_two_tills_give_back_come_back_once() -> None:
    back = (LotUse(LOT, -10),)
    found = fold(
        an_event(1, transfers=(earned(),)),
        an_event(2, transfers=(redeemed(),)),
        *(
            an_event(
                number,
                transfers=(moved(number, TransferCode.RESTORE, REDEEMED, OWN, uses=back),),
            )
            for number in (3, 4)
        ),
    )
    assert [(lot.original, lot.remaining) for lot in found.lots] == [(10, 10)]
    assert found.accounts == {ISSUED: -10, OWN: 10}


def test_a_transfer_that_two_events_tell_is_booked_once() -> None:
    found = fold(an_event(1, transfers=(earned(),)), an_event(2, transfers=(earned(),)))
    assert found.accounts == {ISSUED: -10, OWN: 10}
    assert [lot.remaining for lot in found.lots] == [10]


@pytest.mark.parametrize(
    ("code", "bearer", "booked"),
    [
        (TransferCode.REDEEM, AccountKind.STORE_RISK, TransferCode.REDEEM),
        (TransferCode.REVERSE_EARN, AccountKind.MEMBER_DEBT, TransferCode.DEBT),
        (TransferCode.MERGE, AccountKind.MEMBER_DEBT, TransferCode.DEBT),
    ],
)
def test_who_bears_what_there_was_not(
    code: TransferCode, bearer: AccountKind, booked: TransferCode
) -> None:
    found = fold(
        an_event(1, transfers=(earned(1, 4),)),
        an_event(2, transfers=(moved(2, code, OWN, ISSUED, uses=(LotUse(LOT, 10),)),)),
    )
    beyond = found.transfers[-1]
    assert (beyond.debit.kind, beyond.amount, beyond.code) == (bearer, 6, booked)
    assert [(one.anomaly, one.amount) for one in found.anomalies] == [(Anomaly.OVERSPENT, 6)]


def test_whoever_went_into_another_record_bears_what_is_spent_under_the_name() -> None:
    gone = Checkpoint(member_id=ANNA, gone=True)
    found = fold_on(gone, [an_event(2, transfers=(redeemed(),))], overspend=Overspend.STORE)
    assert [one.debit for one in found.transfers] == [DEBT]
    assert found.debt(POINTS) == 10


def test_what_stores_bear_is_told_by_wallet() -> None:
    stars = "club/stars"
    account = Account(stars, AccountKind.MEMBER, ANNA)
    spent = moved(3, TransferCode.REDEEM, account, Account(stars, AccountKind.REDEEMED), amount=7)
    found = fold(an_event(2, transfers=(redeemed(),)), an_event(3, transfers=(spent,)))
    assert (found.risk(POINTS), found.risk(stars)) == (10, 7)


def test_what_an_earlier_event_asks_for_is_asked_whatever_comes_after() -> None:
    repaid = moved(3, TransferCode.REPAY, OWN, DEBT, uses=(LotUse(LOT, 10),))
    given = earned(4, lot_id=b"m" * 16)
    asked = asked_before(
        ANNA,
        [
            an_event(2, transfers=(redeemed(),)),
            an_event(3, transfers=(repaid,)),
            an_event(4, transfers=(given,)),
        ],
    )
    assert (asked.spends, asked.repays, asked.lots) == (True, True, {LOT, b"m" * 16})
