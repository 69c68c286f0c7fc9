"""What is published by a clock of head office that is wrong, and what holds once it is mended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from posloyalty.headoffice.running.opening import OpenOffice
from tests.fakes.time import SetClock
from tests.headoffice.a_programme import CAFE, OFFER, version
from tests.headoffice.programmes.test_publishing import (
    ANN,
    HOUR,
    numbers,
    published,
    running,
)

DAY = timedelta(days=1)
FAR = timedelta(days=400)


def test_what_begins_tomorrow_begins_once_whatever_the_clock_did(
    office: OpenOffice, clock: SetClock
) -> None:
    published(office, CAFE)
    published(office, version(2), after=DAY / 2)
    told = numbers(office)
    for step, holds in ((DAY, "cafe 2"), (-DAY, "cafe 1"), (-HOUR, ""), (HOUR, "cafe 1")):
        clock.set_wall(step)
        assert running(office) == holds
    clock.pass_time(DAY)
    assert (running(office), numbers(office)) == ("cafe 2", told)
    assert [one.state for one in office.publishing.publications()] == ["approved"] * 2


@pytest.mark.parametrize("step", [DAY, FAR], ids=["a day", "400 days"])
def test_what_was_published_by_a_clock_ahead_never_takes_a_later_ones_place(
    office: OpenOffice, clock: SetClock, step: timedelta
) -> None:
    published(office, CAFE)
    clock.set_wall(step)
    published(office, version(2))
    clock.set_wall(-step)
    assert running(office) == "cafe 1"  # tills would not go by the other one either
    published(office, version(3))
    assert running(office) == "cafe 3"
    clock.pass_time(step + HOUR)
    assert running(office) == "cafe 3"


def test_who_went_back_while_the_clock_was_behind_has_gone_back(
    office: OpenOffice, clock: SetClock
) -> None:
    clock.pass_time(-2 * DAY)
    first = published(office, CAFE)
    clock.pass_time(2 * DAY)
    published(office, version(2))
    clock.pass_time(HOUR)
    clock.set_wall(-DAY)
    published(office, version(3))
    office.publishing.go_back(first, by=ANN)
    clock.set_wall(DAY)
    assert running(office) == "cafe 1"


def test_a_rule_that_is_stopped_by_a_wrong_clock_stays_stopped(
    office: OpenOffice, clock: SetClock
) -> None:
    clock.pass_time(-2 * DAY)
    published(office, CAFE)
    clock.pass_time(2 * DAY)
    published(office, version(2))
    clock.set_wall(-DAY)
    office.publishing.stop(OFFER, by=ANN)
    clock.set_wall(DAY)
    clock.pass_time(HOUR)
    assert OFFER.partition(":")[2].encode() not in (office.publishing.running() or b"")
