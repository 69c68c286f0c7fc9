"""Whence a fold takes what was spent, where the till says it from the wrong place."""

from __future__ import annotations

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.sync.found import Anomaly
from tests.sync.test_fold import ANNA, START, Till, folded


def test_a_lot_of_another_wallet_pays_no_more_than_its_own_wallet_has_left() -> None:
    till, stars = Till("A"), "club/stars"
    points = till.earn(300, START).opens
    assert points is not None
    plan = till.plan(START)
    plan.postings(till.state()).earn(stars, 50, usable_from=START.date(), last_day=None)
    till.write(plan, START)
    plan = till.plan(START)
    plan.postings(till.state()).redeem(stars, 30)
    till.write(plan, START)
    wrong = Transfer(
        id=b"wrong-wrong-wrng",
        code=TransferCode.REDEEM,
        debit=Account(stars, AccountKind.MEMBER, ANNA),
        credit=Account(stars, AccountKind.REDEEMED),
        amount=100,
        event_id=b"wrong-event-here",
        uses=(LotUse(points.id, 100),),
    )
    till.append(wrong.event_id, Consequences(transfers=(wrong,)), START)
    (found,) = folded(till).anomalies
    assert (found.anomaly, found.amount) == (Anomaly.OVERSPENT, 80)
