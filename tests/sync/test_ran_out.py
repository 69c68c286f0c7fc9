"""Points that run out while a till is away, folded from what every till did by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from posloyalty.domain.ledger.transfer import Account, AccountKind
from tests.sync.test_fold import LEDGER, START, Till, balance, folded

LAST_DAY = START.date() + timedelta(days=3)
BREAKAGE = Account(LEDGER, AccountKind.BREAKAGE)


def two_tills() -> tuple[Till, Till]:
    """Both know 188 points that are good for three more days, and 49 for ever."""
    here = Till("A")
    plan = here.plan(START)
    plan.postings(here.state()).earn(LEDGER, 188, usable_from=START.date(), last_day=LAST_DAY)
    here.write(plan, START)
    here.earn(49, START + timedelta(minutes=1))
    return here, Till("B", lots=here.lots)


def ran_out(till: Till, *, days: int) -> None:
    """A till books what has run out by then."""
    at = START + timedelta(days=days)
    plan = till.plan(at)
    plan.postings(till.state()).expire(LEDGER)
    till.write(plan, at)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["here first", "away first"])
def test_fault_36_what_was_spent_on_the_last_day_out_of_reach_counts_by_that_day(
    order: tuple[int, int],
) -> None:
    """100 of the 188 were spent in time; the 88 that were left run out, once and not twice."""
    here, away = two_tills()
    away.redeem(100, START + timedelta(days=3))
    ran_out(here, days=5)
    ran_out(away, days=9)
    fold = folded(here, away, order=order)
    assert (balance(fold), fold.accounts[BREAKAGE]) == (49, 88)
    assert (fold.anomalies, fold.debt(LEDGER), fold.risk(LEDGER)) == ((), 0, 0)


def test_fault_36_points_of_yesterday_are_not_spent_today_by_a_till_that_is_away() -> None:
    _, away = two_tills()
    with pytest.raises(ValueError, match="51 more"):
        away.redeem(100, START + timedelta(days=4))
    away.redeem(49, START + timedelta(days=4))
    assert sum(one.remaining for one in away.lots if one.last_day is None) == 0
