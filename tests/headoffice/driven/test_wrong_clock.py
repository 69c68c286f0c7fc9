"""The clock of a served head office steps while tills sell and somebody is at its console, and is
mended by and by: everything is sent, once, nobody stays out, and nobody stays in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from posloyalty.headoffice.console.second_factor import code_at
from tests.headoffice import stepped
from tests.headoffice.driven.house import House, until
from tests.headoffice.driven.person import Person
from tests.headoffice.forked import Forked

pytestmark = pytest.mark.enable_socket
STEPS: Final[Mapping[str, timedelta]] = {
    "an hour back": timedelta(hours=-1),
    "a day forward": timedelta(days=1),
    "a day back": timedelta(days=-1),
    "400 days forward": timedelta(days=400),
}
POINTS: Final = 2_000
HELD_UP: Final = ("CERTIFICATE_EXPIRED", "CLOCK_OFF")
FAR: Final = timedelta(days=7)
"""No till follows a head office that is further ahead, and certificates do not hold for so long."""


@pytest.mark.long(sample=2)
@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_clock_that_steps_and_is_mended_loses_nothing_and_leaves_nothing(
    house: House, tmp_path: Path, step: timedelta
) -> None:
    told = tmp_path / "clock"
    house.serve(
        begin=lambda arguments, environment, log: Forked(
            arguments, {**environment, stepped.VARIABLE: str(told)}, log
        )
    )
    with house.till(1) as till, house.till(2) as other, Person.made(house, "ann") as ann:
        till.sell()
        other.until(lambda: other.counter.points() == POINTS)
        stepped.step(told, step)
        _is_told(house, step)
        till.sell()
        till.retry()
        if step > FAR:
            till.until(lambda: till.till.sending.status().reason in HELD_UP)
        else:
            till.until(lambda: till.till.sending.status().waiting == 0)
        _enters(ann, step)
        stepped.step(told, timedelta())
        _is_told(house, timedelta())
        assert ann.get("/console/stores").status_code == 303
        ann.enter()
        for one in (till, other):
            one.retry()
            one.until(lambda: one.counter.points() == 2 * POINTS)  # noqa: B023 - waited for here
            one.until(lambda: one.till.sending.status().waiting == 0)  # noqa: B023
            assert one.till.sending.status().reason == ""
    house.proves()


def _is_told(house: House, step: timedelta) -> None:
    """Who watches the server hears of the step, and that it is over."""
    wanted, what = int(step.total_seconds()), "clock_stepped" if step else "clock_back"
    with house.served.client() as client:
        until(lambda: abs(client.get("/health").json().get("clock_step_s", 0) - wanted) <= 1)
    until(lambda: f'"what": "{what}"' in house.served.log())


def _enters(person: Person, step: timedelta) -> None:
    """Sign in by head office's time, as an authenticator that goes by it."""
    person.get("/console/sign-in")
    at_s = int((person.now() + step).timestamp())
    answer = person.send(
        "/console/sign-in",
        name=person.name,
        password=person.invitation.password,
        code=code_at(person.invitation.secret, at_s),
    )
    assert answer.status_code == 200, person.page
