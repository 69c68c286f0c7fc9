"""Whence a fold takes what was spent, where the till says it from the wrong place."""

from __future__ import annotations

from datetime import timedelta

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.sync.found import Anomaly
from tests.sync.test_fold import ANNA, LEDGER, START, Till, balance, folded


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


def test_points_that_another_till_spent_meanwhile_come_out_of_the_lots_that_end_first() -> None:
    """Of 100 without end, 100 that end on the 11th and 100 that end on the 6th; B spent these."""
    a = Till("A")
    for days in (None, 10, 5):
        plan = a.plan(START)
        ends = None if days is None else START.date() + timedelta(days=days)
        plan.postings(a.state()).earn(LEDGER, 100, usable_from=START.date(), last_day=ends)
        a.write(plan, START)
    endless, late, first = a.lots
    b, c = Till("B", lots=(first,)), Till("C", lots=(first,))
    b.redeem(100, START + timedelta(minutes=1))
    c.redeem(60, START + timedelta(minutes=2))  # of what B had spent
    left = {lot.id: lot.remaining for lot in folded(a, b, c).lots}
    assert left == {endless.id: 100, late.id: 40, first.id: 0}


def test_a_transfer_that_is_told_again_under_another_event_gives_nothing_back() -> None:
    till = Till("A")
    earned = till.earn(300, START)
    till.redeem(200, START + timedelta(minutes=1))
    till.append(b"another-event-16", Consequences(transfers=(earned,)), START)
    assert balance(folded(till)) == 100
