"""A till whose clock is behind dates what it did before what it had heard of: a use stays a use."""

from __future__ import annotations

from datetime import timedelta

import pytest

from posloyalty.sync.fold import Anomaly
from tests.sync.test_fold import START, Till, folded, voucher


@pytest.mark.parametrize("uses", [1, 2])
def test_a_use_that_is_dated_before_its_right_was_given_is_a_use(uses: int) -> None:
    a, slow = Till("A"), Till("B")
    right = voucher(a)
    for minutes in range(1, 1 + uses):
        at = START - timedelta(minutes=minutes)
        plan = slow.plan(at)
        plan.use(right)
        slow.append(plan.event_id, plan.consequences(), at)
    for order in ((0, 1), (1, 0)):
        fold = folded(a, slow, order=order)
        assert [(one.used, one.left) for one in fold.rights] == [(1, 0)]
        named = [found.anomaly for found in fold.anomalies]
        assert named == (uses - 1) * [Anomaly.RIGHT_USED_TWICE]


def test_one_that_was_given_back_before_then_is_there_to_be_used() -> None:
    a, slow = Till("A"), Till("B")
    right = voucher(a)
    for minutes, gives in ((3, False), (2, True)):
        at = START - timedelta(minutes=minutes)
        plan = slow.plan(at)
        (plan.give_back if gives else plan.use)(right)
        slow.append(plan.event_id, plan.consequences(), at)
    (own,) = folded(a, slow).rights
    assert (own.used, own.left) == (0, 1)
