"""The console under a clock that was wrong and is mended: who is signed in, and who is let in."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from posloyalty.headoffice.cases.audit_log import entries, first_wrong
from posloyalty.headoffice.console.operators import Operators
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.console.sessions import ABSOLUTE_S, IDLE_S
from posloyalty.headoffice.console.sign_in_tries import BOUNDS, Kind
from posloyalty.headoffice.running.opening import OpenOffice
from tests.fakes.time import SetClock
from tests.headoffice.browser import Browser
from tests.headoffice.console.conftest import invited

STEPS: Final = {
    "an hour back": timedelta(hours=-1),
    "a day back": timedelta(days=-1),
    "an hour forward": timedelta(hours=1),
    "a day forward": timedelta(days=1),
    "400 days forward": timedelta(days=400),
}
AHEAD: Final = {key: step for key, step in STEPS.items() if step > timedelta(0)}
A_CODE: Final = timedelta(seconds=30)
OFTEN: Final = timedelta(seconds=IDLE_S - 60)


def is_in(browser: Browser) -> bool:
    return browser.get("/console/stores").status_code == 200


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_who_signed_in_by_a_wrong_clock_signs_in_once_it_is_mended(
    office: OpenOffice, people: Operators, clock: SetClock, step: timedelta
) -> None:
    chief = invited(people, "chief", Role.ADMINISTRATOR)
    with Browser(office.application()) as browser:
        for moves in (timedelta(0), step, -step):
            clock.set_wall(moves)
            clock.pass_time(A_CODE)
            assert browser.sign_in(chief, clock).status_code == 200
            assert is_in(browser)
        assert browser.sign_in(chief, clock).status_code == 422  # the same code again
    with office.database.read() as connection:
        assert first_wrong(connection) is None
        told = [one.number for one in entries(connection)]
    assert told == sorted(told, reverse=True)


@pytest.mark.parametrize("step", AHEAD.values(), ids=AHEAD)
def test_nobody_stays_in_for_longer_by_a_clock_that_was_ahead(
    office: OpenOffice, people: Operators, clock: SetClock, step: timedelta
) -> None:
    chief = invited(people, "chief", Role.ADMINISTRATOR)
    with Browser(office.application()) as browser:
        clock.set_wall(step)
        browser.sign_in(chief, clock)
        assert is_in(browser)
        clock.set_wall(-step)
        assert is_in(browser) is (step.total_seconds() < ABSOLUTE_S)
        lived = timedelta(0)
        while is_in(browser):
            clock.pass_time(OFTEN)
            lived += OFTEN
            assert lived.total_seconds() <= ABSOLUTE_S + IDLE_S


def test_a_clock_that_is_set_back_an_hour_signs_nobody_out(
    office: OpenOffice, people: Operators, clock: SetClock
) -> None:
    chief = invited(people, "chief", Role.ADMINISTRATOR)
    with Browser(office.application()) as browser:
        browser.sign_in(chief, clock)
        clock.set_wall(timedelta(hours=-1))
        assert is_in(browser)
        clock.pass_time(timedelta(seconds=IDLE_S + 60))
        assert not is_in(browser)  # and who does nothing is, as ever


@pytest.mark.parametrize("step", AHEAD.values(), ids=AHEAD)
def test_nobody_waits_for_a_day_that_a_clock_was_ahead(
    office: OpenOffice, people: Operators, clock: SetClock, step: timedelta
) -> None:
    chief = invited(people, "chief", Role.ADMINISTRATOR)
    with Browser(office.application()) as stranger:
        clock.set_wall(step)
        stranger.get("/console/sign-in")
        for _ in range(BOUNDS[Kind.PLACE].free + 1):
            stranger.send("/console/sign-in", name="chief", password="x" * 12, code="000000")
        clock.set_wall(-step)
        assert stranger.sign_in(chief, clock).status_code == 200
