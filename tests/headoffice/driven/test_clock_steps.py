"""The clock of a running head office is set a day ahead and a day back: nothing is spent twice, and
tills go on selling and sending.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.headoffice import stepped
from tests.headoffice.a_program import Program
from tests.headoffice.driven.house import House
from tests.headoffice.forked import Forked

pytestmark = pytest.mark.enable_socket
POINTS: Final = 2_000
DAY: Final = timedelta(days=1)


@pytest.fixture
def clock(house: House, tmp_path: Path) -> Path:
    """What sets the clock of the house's server."""
    file = tmp_path / "clock"
    house.serve(
        begin=lambda arguments, environment, log: Forked(
            arguments, {**environment, stepped.VARIABLE: str(file)}, log
        )
    )
    return file


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("by", [DAY, -DAY], ids=["ahead", "back"])
def test_a_clock_that_steps_by_a_day_lends_nothing_twice(
    house: House, clock: Path, by: timedelta
) -> None:
    with house.till(1) as one, house.till(2) as other:
        one.sell()
        _all_have(POINTS, one, other)
        basket = one.counter.basket(points=POINTS)
        assert one.reserve(basket).lent == POINTS
        for off in (by, timedelta()):
            stepped.step(clock, off)
            other.until(lambda: _hears(other))
            (short,) = other.reserve(other.counter.basket(points=POINTS)).short
            assert short.missing == POINTS
        stepped.step(clock, by)
        # Another day there: what it was lent is given back, and lent anew.
        one.until(lambda: not one.reserve(basket).short)
        one.counter.book(basket)
        one.sold()
        _all_have(0, one, other)
        other.sell()
        _all_have(POINTS, one, other)
        stepped.step(clock, timedelta())
        assert other.reserve(other.counter.basket(points=POINTS)).lent == POINTS
        other.counter.sell(points=POINTS)
        other.sold()
        _all_have(0, one, other)
        one.sell()
        _all_have(POINTS, one, other)
    house.proves()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_till_whose_day_is_tomorrow_spends_what_it_is_lent_for_it(
    house: House, clock: Path
) -> None:
    with house.till(1) as one, house.till(2) as other:
        one.sell()
        _all_have(POINTS, one, other)
        stepped.step(clock, -DAY)  # to this server every till is a day ahead
        for till in (one, other):
            till.until(lambda: _hears(till))  # noqa: B023 - waited for here
        basket = one.counter.basket(points=POINTS)
        found = one.reserve(basket)
        assert (found.lent, found.short) == (POINTS, ())
        (short,) = other.reserve(other.counter.basket(points=POINTS)).short
        assert short.missing == POINTS
        one.counter.book(basket)
        one.sold()
        _all_have(0, one, other)
        one.sell()  # dated tomorrow there, and lent to whoever is that far
        _all_have(POINTS, one, other)
        another = one.counter.basket(points=POINTS)
        one.until(lambda: not one.reserve(another).short)
        one.counter.book(another)
        one.sold()
        _all_have(0, one, other)
    stepped.step(clock, timedelta())
    house.proves()


def _hears(till: Program) -> bool:
    """Head office answers it, and has nothing to tell."""
    till.retry()
    return till.till.sending.status().listens


def _all_have(points: int, *tills: Program) -> None:
    for till in tills:
        till.until(lambda: till.counter.points() == points)  # noqa: B023 - waited for here
