"""Whether head office did just what events say; where it did not, everything is looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.right import Right, RightChange, RightMove
from posloyalty.domain.ledger.transfer import Account, AccountKind, Transfer, TransferCode
from posloyalty.sync import events
from posloyalty.sync.fold import MemberFold
from posloyalty.sync.journals import Filed
from posloyalty.sync.office.since_agreed import as_said

OWNER = b"o" * 16
VOUCHER = Right(id=b"v" * 16, kind="voucher", of="welcome", owner=OWNER, programme="p", uses=2)
USED = replace(VOUCHER, used=1)
SPENDS = Transfer(
    id=b"t" * 16,
    code=TransferCode.REDEEM,
    debit=Account("p/points", AccountKind.MEMBER, OWNER),
    credit=Account("p/points", AccountKind.REDEEMED),
    amount=5,
    event_id=b"e" * 16,
)


def use(number: int) -> RightChange:
    """A use of the voucher by an event of its own."""
    event_id = number.to_bytes(16, "big")
    return RightChange(id=event_id, right_id=VOUCHER.id, move=RightMove.USE, event_id=event_id)


def issue() -> RightChange:
    event_id = b"i" * 16
    return RightChange(
        id=event_id, right_id=VOUCHER.id, move=RightMove.ISSUE, event_id=event_id, opens=VOUCHER
    )


def filed(number: int, *rights: RightChange, moves: tuple[Transfer, ...] = ()) -> Filed:
    return Filed(
        till_id=b"a" * 16,
        store="S1",
        epoch=1,
        seq=number,
        event_id=number.to_bytes(16, "big"),
        at=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=number),
        event=events.Opaque(t="x", v=1, id="", at="", hlc=(0, 0)),
        does=Consequences(transfers=moves, rights=rights),
    )


def fold(*rights: Right, moves: tuple[Transfer, ...] = ()) -> MemberFold:
    return MemberFold(
        member_id=OWNER,
        transfers=moves,
        lots=(),
        rights=rights,
        meters=(),
        holdings=(),
        anomalies=(),
    )


@pytest.mark.parametrize(
    ("before", "said", "found", "holds"),
    [
        pytest.param({VOUCHER.id: VOUCHER}, [filed(1, use(1))], fold(USED), True, id="used"),
        pytest.param({}, [filed(1, issue()), filed(2, use(2))], fold(USED), True, id="issued too"),
        pytest.param({}, [filed(1, moves=(SPENDS,))], fold(moves=(SPENDS,)), True, id="spent"),
        pytest.param(
            {VOUCHER.id: USED},
            [filed(1, use(1)), filed(2, use(2))],
            fold(replace(VOUCHER, used=2)),
            False,
            id="one use too many was not taken",
        ),
        pytest.param(
            {VOUCHER.id: VOUCHER}, [filed(1, issue())], fold(VOUCHER), False, id="issued twice"
        ),
        pytest.param(
            {},
            [filed(1, moves=(SPENDS,))],
            fold(moves=(replace(SPENDS, amount=3),)),
            False,
            id="of another amount",
        ),
        pytest.param({}, [filed(1, moves=(SPENDS,))], fold(), False, id="not moved"),
    ],
)
def test_head_office_did_what_events_say(
    before: dict[bytes, Right], said: list[Filed], found: MemberFold, holds: bool
) -> None:
    assert as_said(OWNER, before, said, found) is holds
