"""Tills under a clock of head office that is wrong for a while, and mended: nobody joins by an old
code, nobody has to join anew, and nothing that was let go is looked for until that day comes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync.wire import messages
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill, Heard

STEPS: Final = {
    "400 days back": timedelta(days=-400),
    "a day back": timedelta(days=-1),
    "an hour back": timedelta(hours=-1),
    "an hour forward": timedelta(hours=1),
    "a day forward": timedelta(days=1),
    "70 days forward": timedelta(days=70),
}
FAR: Final = timedelta(days=400)


@pytest.fixture
def till(office: OpenOffice) -> ATill:
    """A till that joined S1, whose clock is its own and right."""
    made = ATill(SetClock())
    made.join(office, office.administration.new_code("S1"))
    return made


def renewed(till: ATill, office: OpenOffice) -> Heard:
    return till.ask(office, messages.CERTIFICATE, b"{}")


def by_its_time(till: ATill, office: OpenOffice, clock: SetClock) -> None:
    """A till whose request is not of now hears head office's time, and signs by that."""
    at = len(till.journal)
    till.sell(1)
    assert till.push(office, at + 1, at + 1).code == "CLOCK_OFF"
    assert till.hello(office, seq=at).said["time"] == clock.now().isoformat(timespec="milliseconds")
    own, till.clock = till.clock, clock
    assert till.push(office, at + 1, at + 1).code == "OK"
    assert renewed(till, office).status == 200
    till.clock = own


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_till_sends_while_the_clock_is_wrong_and_needs_no_code_afterwards(
    office: OpenOffice, till: ATill, clock: SetClock, step: timedelta
) -> None:
    clock.set_wall(step)
    by_its_time(till, office, clock)
    clock.set_wall(-step)
    for one in (clock, till.clock):
        one.pass_time(timedelta(days=89))
    till.sell(1)
    assert renewed(till, office).status == 200
    assert till.push(office, 2, 2).code == "OK"
    assert [row.kept for row in office.administration.tills()] == [2]


def test_a_clock_far_ahead_holds_a_till_up_until_it_is_mended(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    till.sell(1)
    clock.set_wall(FAR)
    assert till.hello(office, seq=0).code == "CERTIFICATE_EXPIRED"
    own, till.clock = till.clock, clock
    assert renewed(till, office).code == "CERTIFICATE_EXPIRED"
    clock.set_wall(-FAR)
    till.clock = own
    assert till.push(office, 1, 1).code == "OK"


@pytest.mark.parametrize("days", [1, 400])
def test_a_joining_code_of_a_clock_that_was_ahead_is_of_no_use(
    office: OpenOffice, clock: SetClock, days: int
) -> None:
    clock.set_wall(timedelta(days=days))
    code = office.administration.new_code("S1")
    clock.set_wall(timedelta(days=-days))
    late = ATill(clock).join(office, code)
    assert (late.status, late.code) == (410, "CODE_EXPIRED")


def test_a_joining_code_outlives_a_clock_that_is_set_back_by_minutes(
    office: OpenOffice, clock: SetClock
) -> None:
    code = office.administration.new_code("S1")
    clock.set_wall(timedelta(minutes=-10))
    assert ATill(clock).join(office, code).status == 201


def test_nonces_are_let_go_of_after_a_clock_was_ahead(office: OpenOffice, clock: SetClock) -> None:
    till = ATill(clock)
    till.join(office, office.administration.new_code("S1"))
    clock.set_wall(timedelta(days=30))
    till.hello(office)
    clock.set_wall(timedelta(days=-30))
    for _ in range(5):
        till.hello(office)
    clock.pass_time(timedelta(minutes=21))
    till.hello(office)
    with office.database.read() as connection:
        left = connection.exec_driver_sql("SELECT count(*) FROM nonce").scalar_one()
    assert left == 2  # the newest, and the one of the day that has not come
