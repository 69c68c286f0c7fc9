"""What an event that only gives comes to without a fold is what a fold makes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posloyalty.domain.engine.consequences import Consequences
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
from posloyalty.sync.fold import Checkpoint, MemberFold, Overspend, fold_on
from posloyalty.sync.fold_gains import only_gains
from posloyalty.sync.journals import Filed, unsound
from posloyalty.sync.leases import RISK_OVERRIDE
from tests.sync.examples import EXAMPLES

ANNA, BEN, NOBODY = b"anna-anna-anna-1", b"ben-ben-ben-ben1", b""
EVENT = b"event-event-even"
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
IDS = st.sampled_from([bytes([n]) * 16 for n in range(1, 4)])
ACCOUNTS = st.builds(
    Account,
    st.sampled_from(["club/points", "club/stars"]),
    st.sampled_from(list(AccountKind)),
    st.sampled_from([ANNA, BEN, NOBODY]),
)
AMOUNTS = st.integers(1, 3)


def lot(lot_id: bytes, account: Account, amount: int) -> Lot:
    day = date(2026, 3, 1)
    return Lot(lot_id, account, amount, amount, day, day, None)


@st.composite
def transfers(draw: st.DrawFn) -> Transfer:
    credit, amount = draw(ACCOUNTS), draw(AMOUNTS)
    opens = lot(draw(IDS), credit, draw(AMOUNTS)) if draw(st.booleans()) else None
    uses = draw(st.lists(st.builds(LotUse, IDS, st.integers(-2, 2)), max_size=1))
    return Transfer(
        id=draw(IDS),
        code=draw(st.sampled_from(list(TransferCode))),
        debit=draw(ACCOUNTS),
        credit=credit,
        amount=amount,
        event_id=EVENT,
        opens=opens,
        uses=tuple(uses),
    )


def an_event(shape: str = "sale", **does: Any) -> Filed:
    return Filed(
        till_id=b"till-till-till-1",
        store="S1",
        epoch=1,
        seq=1,
        event_id=EVENT,
        at=AT,
        event=EXAMPLES[shape],
        does=Consequences(**does),
    )


def earned(lot_id: int = 1, **other: Any) -> Transfer:
    account = Account("club/points", AccountKind.MEMBER, ANNA)
    told: dict[str, Any] = {
        "id": bytes([lot_id]) * 16,
        "code": TransferCode.EARN,
        "debit": Account("club/points", AccountKind.ISSUED),
        "credit": account,
        "amount": 5,
        "event_id": EVENT,
        "opens": lot(bytes([lot_id]) * 16, account, 5),
    }
    return Transfer(**told | other)


def fold(one: Filed) -> MemberFold:
    return fold_on(Checkpoint(member_id=ANNA), [one], overspend=Overspend.MEMBER)


def same(one: Filed, gains: tuple[Transfer, ...]) -> None:
    folded = fold(one)
    assert folded.transfers == gains
    assert folded.lots == tuple(gain.opens for gain in gains if gain.opens is not None)
    assert not folded.rights
    assert not folded.anomalies


@settings(max_examples=400, deadline=None)
@given(st.lists(transfers(), max_size=3), st.sampled_from(["sale", "act", "opening", "heard"]))
def test_what_it_says_of_an_event_is_what_a_fold_comes_to(
    drawn: list[Transfer], shape: str
) -> None:
    one = an_event(shape, transfers=tuple(drawn))
    gains = None if unsound(one.does) else only_gains(ANNA, one)
    if gains is not None:
        same(one, gains)


@pytest.mark.parametrize("transfer", [earned(), earned(opens=None)], ids=["with a lot", "without"])
def test_a_sale_that_only_earns_needs_no_fold(transfer: Transfer) -> None:
    one = an_event(transfers=(earned(2), transfer))
    gains = only_gains(ANNA, one)
    assert gains == (earned(2), transfer)
    same(one, gains)
    assert only_gains(BEN, one) == ()  # whom it concerns by something else


def a_right() -> RightChange:
    right = Right(id=EVENT, kind="voucher", of="welcome", owner=ANNA, programme="club")
    return RightChange(id=EVENT, right_id=EVENT, move=RightMove.ISSUE, event_id=EVENT, opens=right)


def a_count(meter: str) -> MeterEntry:
    return MeterEntry(meter=meter, owner=ANNA, day=AT.date(), at=AT, amount=1, event_id=EVENT)


MINE = Account("club/points", AccountKind.MEMBER, ANNA)


@pytest.mark.parametrize(
    "one",
    [
        an_event(transfers=(earned(uses=(LotUse(EVENT, -1),)),)),
        an_event(
            transfers=(earned(debit=MINE, credit=Account("club/points", AccountKind.REDEEMED)),)
        ),
        an_event(transfers=(earned(debit=Account("club/points", AccountKind.MEMBER)),)),
        an_event(transfers=(earned(debit=Account("club/points", AccountKind.STORE_RISK, b"S1")),)),
        an_event(transfers=(earned(credit=Account("club/points", AccountKind.MEMBER_DEBT, ANNA)),)),
        an_event(transfers=(earned(amount=4),)),
        an_event(transfers=(earned(1), earned(1))),
        an_event(transfers=(earned(1), earned(2, id=earned(1).id))),
        an_event(transfers=(earned(1), earned(2, opens=earned(1).opens))),
        an_event(transfers=(earned(),), rights=(a_right(),)),
        an_event(transfers=(earned(),), meters=(a_count(RISK_OVERRIDE),)),
        an_event("refund", transfers=(earned(),)),
        msgspec.structs.replace(an_event(transfers=(earned(),)), store=""),
    ],
    ids=[
        *("goes back into a lot", "spends", "spends of nobody", "from a store's own account"),
        *("repays", "another lot than its amount", "twice one transfer"),
        *("two of one id, each with a lot", "twice one lot"),
        *("opens a right", "was let through", "goods back", "decided at head office"),
    ],
)
def test_whatever_else_an_event_does_is_folded(one: Filed) -> None:
    assert only_gains(ANNA, one) is None


def test_other_counts_and_events_of_no_kind_known_here_are_nothing_to_fold() -> None:
    one = an_event(transfers=(earned(),), meters=(a_count("purchases"),))
    assert only_gains(ANNA, one) == (earned(),)
    unknown = events.Opaque(t="later", v=9, id=EVENT.hex(), at=AT.isoformat(), hlc=(1, 1))
    assert only_gains(ANNA, msgspec.structs.replace(one, event=unknown)) == (earned(),)
