"""Somebody sets the clock of a running head office: who hears of it, and what waits meanwhile."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Final

import msgspec
import pytest

from posloyalty.headoffice.running.clock_steps import FOLLOWED_AFTER, STEP_MIN, ClockSteps
from posloyalty.headoffice.running.logs import LOGGER, JsonLines
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync.wire import messages
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.asgi import Http

HOUR: Final = timedelta(hours=1)
SECOND: Final = timedelta(seconds=1)
STEPS: Final = {
    "a day back": timedelta(days=-1),
    "an hour back": -HOUR,
    "an hour forward": HOUR,
    "400 days forward": timedelta(days=400),
}
each_step = pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)


@pytest.fixture
def till(office: OpenOffice) -> ATill:
    """A till that joined S1, whose clock is its own and right."""
    made = ATill(SetClock())
    made.join(office, office.administration.new_code("S1"))
    return made


def pushed_by_its_time(till: ATill, office: OpenOffice, clock: SetClock) -> object:
    """What head office lists of all that a till has, which signs by head office's time."""
    own, till.clock = till.clock, clock
    listed = till.push(office, 1, len(till.journal)).said["anomalies"]
    till.clock = own
    return listed


def measured(http: Http) -> float:
    text = http.get("/metrics").text
    (line,) = [one for one in text.splitlines() if one.startswith("posloyalty_clock_step")]
    return float(line.split()[1])


@each_step
def test_a_step_is_in_the_health_and_the_measures_until_the_clock_is_back(
    office: OpenOffice, clock: SetClock, step: timedelta
) -> None:
    with Http(office.application()) as http:
        for off in (timedelta(0), step, timedelta(0)):
            clock.set_wall(off - office.steps.by())
            clock.pass_time(HOUR)
            found = http.get("/health")
            told = {"clock_step_s": int(off.total_seconds())} if off else {}
            assert found.status_code == 200
            assert found.json() == {"status": "ok", "ledger_lag_s": 0, **told}
            assert measured(http) == off.total_seconds()


def test_a_clock_that_goes_on_or_is_put_right_by_minutes_did_not_step(clock: SetClock) -> None:
    steps = ClockSteps(clock)
    for _ in range(5):
        clock.pass_time(timedelta(days=100))
        clock.set_wall(STEP_MIN)
        assert steps.by() == timedelta(0)
    clock.set_wall(STEP_MIN + SECOND)
    assert steps.by() == STEP_MIN + SECOND


def test_a_server_that_starts_again_goes_by_the_clock_as_it_is(clock: SetClock) -> None:
    steps = ClockSteps(clock)
    clock.set_wall(HOUR)
    assert (steps.by(), ClockSteps(clock).by()) == (HOUR, timedelta(0))


def test_the_log_says_a_step_once_and_that_it_is_over(
    clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    steps = ClockSteps(clock)
    with caplog.at_level(logging.INFO, LOGGER.name):
        for moves in (timedelta(0), HOUR, timedelta(0), HOUR, -2 * HOUR, timedelta(0)):
            clock.set_wall(moves)
            assert steps.look() == 0
    told = [json.loads(JsonLines().format(one)) for one in caplog.records]
    assert [(one["level"], one["what"], one["by_s"]) for one in told] == [
        ("warning", "clock_stepped", 3_600),
        ("warning", "clock_stepped", 7_200),
        ("info", "clock_back", 0),
    ]


@each_step
def test_what_was_said_once_is_not_new_by_a_clock_that_leapt_and_was_mended(
    office: OpenOffice, till: ATill, clock: SetClock, step: timedelta
) -> None:
    place = messages.Standing(epoch=1, seq=0, head=till.hash_at(0).hex())
    recorded = till.request(messages.HELLO, msgspec.json.encode(messages.HelloAsk(place=place)))
    assert till.send(office, recorded).code == "OK"
    clock.set_wall(step)
    till.hello(office)  # whoever speaks, what is old by this clock would be let go of
    clock.set_wall(-step)
    assert till.send(office, recorded).code == "NONCE_SEEN"


@pytest.mark.parametrize("back", [HOUR, timedelta(days=400)], ids=["an hour", "400 days"])
def test_a_till_is_ahead_of_the_time_as_it_was_and_not_of_a_clock_set_back(
    office: OpenOffice, till: ATill, clock: SetClock, back: timedelta
) -> None:
    clock.set_wall(-back)
    till.sell(1)
    till.clock.pass_time(2 * STEP_MIN)
    till.sell(1)
    assert pushed_by_its_time(till, office, clock) == [[2, "AHEAD"]]


def test_tills_are_right_where_a_clock_that_was_behind_is_mended(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    till.clock.pass_time(HOUR)
    till.sell(1)
    clock.set_wall(HOUR)
    till.clock.pass_time(2 * STEP_MIN)
    till.sell(1)
    assert pushed_by_its_time(till, office, clock) == [[2, "AHEAD"]]


@each_step
def test_a_clock_that_nobody_sets_back_for_a_day_is_followed(
    clock: SetClock, step: timedelta
) -> None:
    steps = ClockSteps(clock)
    clock.set_wall(step)
    assert steps.by() == step
    clock.pass_time(FOLLOWED_AFTER - SECOND)
    assert steps.by() == step
    clock.pass_time(SECOND)
    assert steps.by() == timedelta(0)
    # The next one waits for a day of its own.
    clock.set_wall(HOUR)
    assert steps.by() == HOUR
    clock.pass_time(FOLLOWED_AFTER - SECOND)
    assert steps.by() == HOUR
