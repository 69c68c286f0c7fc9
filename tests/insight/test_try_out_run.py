"""A whole try-out: two programmes side by side, told of on the way, and stopped when asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from posloyalty.domain.values.ratio import Ratio
from posloyalty.insight.try_out_run import Past, TryOutStopped, tried_out
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.programmes.replay import TAX
from posloyalty.services.programmes.try_out import TOLD_EVERY, PastSale
from tests.insight.draft.drafts import HEAD, points
from tests.services.programmes.test_try_out import NOON, TAXES, bought

ONE = read_programme((HEAD + points()).encode("utf-8"))
DOUBLE = read_programme((HEAD + points(points=50)).encode("utf-8"))
SALES = TOLD_EVERY * 3


def past(count: int) -> Past:
    """So many purchases of 10.00, a member's day by day."""

    def sales() -> Iterator[PastSale]:
        for n in range(count):
            yield bought(str(n), 1000, days=n // 100, member=f"member-{n % 100}")

    return Past(sales(), count, {TAX.code: TAX} | TAXES)


def test_the_first_is_reported_beside_the_second() -> None:
    found = tried_out([DOUBLE, ONE], past(200), redeemers=Ratio(0))
    assert found.rung == 200
    assert found.day == NOON.date() + timedelta(days=1)
    double, one = found.reports
    assert (double.liability_minor, one.liability_minor) == (4000, 2000)
    assert found.change is not None
    assert found.change.liability_minor == 2000
    assert [len(outcomes) for outcomes in found.outcomes] == [100, 100]


def test_one_alone_has_no_difference_and_may_end_on_another_day() -> None:
    found = tried_out([ONE], past(10), redeemers=Ratio(0), as_of=date(2030, 1, 1))
    assert (found.change, found.day) == (None, date(2030, 1, 1))


def test_it_is_told_of_on_the_way_and_stops_when_asked() -> None:
    told: list[int] = []
    with pytest.raises(TryOutStopped):
        tried_out(
            [ONE],
            past(SALES),
            redeemers=Ratio(0),
            progress=lambda done, _total: told.append(done),
            stopped=lambda: len(told) == 2,
        )
    assert told == [TOLD_EVERY, TOLD_EVERY * 2]
