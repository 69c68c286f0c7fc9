"""Somebody waits at head office for news while all is told, and nobody waits for that."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from posloyalty.services.office.listen_office import Listened, News
from posloyalty.services.office.send_journal import Sending, SendingStatus
from tests.fakes.lanes import LanesByStep, Shell
from ui.hear_pump import REST_MS, HearPump

CALM = SendingStatus(sending=Sending.UP_TO_DATE, listens=True)
BUSY = SendingStatus(sending=Sending.WAITING, waiting=3)


@dataclass
class Listener:
    """A service that hears one thing after another."""

    hears: list[Listened | Exception] = field(default_factory=list)
    waits: int = 0
    stopped: int = 0
    closed: int = 0

    def listen(self) -> Listened:
        self.waits += 1
        heard = self.hears.pop(0) if self.hears else Listened(News.QUIET)
        if isinstance(heard, Exception):
            raise heard
        return heard

    def stop(self) -> None:
        self.stopped += 1

    def close(self) -> None:
        self.closed += 1


@dataclass
class Open:
    """A till that was opened, and what came of listening."""

    listener: Listener = field(default_factory=Listener)
    told: list[News] = field(default_factory=list)
    asked: int = 0

    def __post_init__(self) -> None:
        self.lanes = LanesByStep()
        self.shell = Shell(lanes=self.lanes)
        till: Any = SimpleNamespace(
            listening=self.listener, sending=SimpleNamespace(told=self.told.append)
        )
        shop: Any = SimpleNamespace()
        self.shell.session.attach(till, shop)
        self.pump = HearPump(self.shell.session, self._ask)

    def _ask(self) -> None:
        self.asked += 1


def test_it_waits_once_all_is_told_and_once_at_a_time() -> None:
    found = Open()
    found.pump.sent(BUSY)
    assert not found.lanes.waiting["hearing"]
    found.pump.sent(CALM)
    found.pump.sent(CALM)
    assert len(found.lanes.waiting["hearing"]) == 1


def test_what_it_heard_is_told_to_whoever_sends_who_asks_at_once() -> None:
    found = Open(Listener([Listened(News.NEWS), Listened(News.QUIET)]))
    found.pump.sent(CALM)
    found.lanes.run("hearing")
    assert (found.told, found.asked) == ([News.NEWS], 1)
    found.pump.sent(CALM)
    found.lanes.run("hearing")
    assert (found.told, found.asked) == ([News.NEWS, News.QUIET], 2)


def test_after_a_lost_line_it_rests() -> None:
    found = Open(Listener([Listened(News.LOST, 7_000)]))
    found.pump.sent(CALM)
    found.lanes.run("hearing")
    found.pump.sent(CALM)
    assert not found.lanes.waiting["hearing"]
    found.shell.timer.pass_ms(7_000)
    found.pump.sent(CALM)
    assert len(found.lanes.waiting["hearing"]) == 1


def test_a_fault_is_no_end() -> None:
    found = Open(Listener([OSError("the book is busy")]))
    found.pump.sent(CALM)
    found.lanes.run("hearing")
    found.shell.timer.pass_ms(REST_MS)
    found.pump.sent(CALM)
    assert len(found.lanes.waiting["hearing"]) == 1


def test_closing_ends_a_wait_and_gives_the_connection_back() -> None:
    found = Open()
    found.pump.sent(CALM)
    found.lanes.run("hearing")
    found.pump.stop()
    found.pump.sent(CALM)
    assert found.listener.stopped == 1
    assert not found.lanes.waiting["hearing"]
    found.pump.end()
    assert found.listener.closed == 1
