"""A programme ends while a till is away, which comes back after the last day with sales from before
and after it; the server is killed while it ends what is left.
"""

from __future__ import annotations

import signal
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from posloyalty.domain.programme.kinds.winding_down import GRACE, Left, WindingDown
from posloyalty.domain.values.calendar import store_day
from posloyalty.headoffice.programmes.winding_down import Stands
from posloyalty.system import SystemClock
from tests.headoffice import fuse, stepped
from tests.headoffice.a_chain import PROGRAMME
from tests.headoffice.a_program import Program
from tests.headoffice.driven.house import House
from tests.headoffice.forked import Forked

pytestmark = pytest.mark.enable_socket
POINTS: Final = 2_000
DAY: Final = timedelta(days=1)
FALLS_S: Final = 60
STEPS: Final = (4, 12, 20)
"""The server dies at so many things that it asks of its database while it ends what is left."""


@dataclass
class Ending:
    """A house whose machines, its tills' too, go by one clock that is set."""

    house: House
    clock: Path
    fuse: Path

    def serve(self) -> None:
        """A server that stays."""
        self.fuse.unlink(missing_ok=True)
        self._serve()

    def serve_at(self, off: timedelta) -> None:
        """The same, by a clock that was set while there was none."""
        self.house.close()
        stepped.step(self.clock, off)
        self.serve()

    def _serve(self) -> None:
        laid = {stepped.VARIABLE: str(self.clock), fuse.VARIABLE: str(self.fuse)}
        self.house.serve(
            begin=lambda arguments, environment, log: Forked(
                arguments, {**environment, **laid}, log
            )
        )

    def dies(self, steps: int) -> None:
        """Another start of the server, which falls as soon as it begins to end what is left."""
        fuse.light(self.fuse, steps, "winding_up")
        with suppress(AssertionError):  # it may fall before it answers
            self._serve()
        assert self.house.served.process.wait(FALLS_S) == -signal.SIGKILL

    def publish(self) -> None:
        """The programme, and its end: nobody earns from tomorrow on, nor redeems a day later."""
        with self.house.office() as office:
            digest = office.publishing.keep(PROGRAMME.encode(), by="ann").hash.hex()
            number = office.publishing.propose(digest, begins=office.clock.now(), by="ann")
            office.publishing.approve(number, by="ben")
            today = store_day(office.clock.now(), office.publishing.zone())
            end = WindingDown(
                announced=today,
                earns_through=today,
                redeems_through=today + DAY,
                left=Left.EXPIRES,
            )
            office.publishing.approve(office.winding_downs.propose(end, by="ann"), by="ben")

    def stands(self) -> Stands:
        """How far the end is."""
        with self.house.office() as office:
            found = office.winding_downs.stands()
        assert found is not None
        return found

    def looked_today(self) -> bool:
        """The server has looked whether the end is due."""
        with self.house.office() as office:
            today = store_day(office.clock.now(), office.publishing.zone())
        return today in {day for day, _ledger, _points in self.stands().run_down}

    def waits_for(self) -> list[str]:
        """The tills whose journals the end waits for, by store."""
        return [one.store for one in self.stands().behind]

    def ended(self) -> list[int]:
        """What ended, one for each owner."""
        with self.house.office() as office:
            return [one.expired for one in office.winding_downs.wound_up(limit=100)]


@pytest.fixture
def ending(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ending:
    made = Ending(house, tmp_path / "clock", tmp_path / "fuse")
    right = SystemClock.now
    monkeypatch.setattr(SystemClock, "now", lambda self: right(self) + stepped.off(made.clock))
    made.serve()
    return made


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_end_waits_for_a_till_that_is_away_and_happens_once(ending: Ending) -> None:
    house, over = ending.house, 2 * DAY + GRACE + timedelta(hours=1)
    with house.till(1) as one:
        with house.till(2) as away:
            one.sell()
            _all_have(POINTS, one, away)
            ending.publish()
            for till in (one, away):
                till.until(lambda: till.counter.quote(till.counter.basket()).programme.version == 2)  # noqa: B023
        with house.cut_off(), house.again(2) as away:
            away.counter.sell()  # on the last day of earning
            stepped.step(ending.clock, 2 * DAY)
            away.counter.sell()  # gives nothing
            assert away.counter.points() == 2 * POINTS
            late = away.counter.basket(points=POINTS)
            assert away.counter.quote(late).payable_minor == POINTS
        one.sell()
        one.until(lambda: _heard(one))
        ending.serve_at(over)
        one.until(ending.looked_today)
        assert ending.waits_for() == ["S2"]
        assert (ending.ended(), one.counter.points()) == ([], POINTS)
        ending.serve_at(2 * DAY)  # not yet, after all
        with house.again(2) as away:
            away.until(lambda: _heard(away))
            house.until_folded()
            assert (ending.waits_for(), ending.ended()) == ([], [])
            house.close()
            stepped.step(ending.clock, over)
            for steps in STEPS:
                ending.dies(steps)
                assert ending.ended() == []
            ending.serve()
            _all_have(0, one, away)
        assert ending.ended() == [2 * POINTS]
    house.proves()


def _heard(till: Program) -> bool:
    """Head office has everything of it, and nothing to tell."""
    till.retry()
    status = till.till.sending.status()
    return status.listens and status.waiting == 0


def _all_have(points: int, *tills: Program) -> None:
    for till in tills:
        till.until(lambda: till.retry() is None and till.counter.points() == points)  # noqa: B023
