"""The journal goes to head office while the till is open, one thing after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from posloyalty.services.office.send_journal import Sending, SendingStatus
from tests.fakes.lanes import LanesAtOnce, LanesByStep, Shell
from ui.presenters.session import Change
from ui.send_pump import ALONE_MS, FIRST_MS, TURN_MS, SendPump


@dataclass
class Sender:
    """A service that has something to do so many times."""

    waiting: int = 0
    sending: Sending = Sending.WAITING
    broken: bool = False
    steps: int = 0
    closed: int = 0
    goods: int = 0

    def step(self) -> int:
        self.steps += 1
        if self.broken:
            raise OSError("the disk is full")
        self.waiting = max(0, self.waiting - 1)
        return 0 if self.waiting else 20_000

    def status(self) -> SendingStatus:
        return SendingStatus(sending=self.sending, waiting=self.waiting, goods=self.goods)

    def close(self) -> None:
        self.closed += 1


@dataclass
class Open:
    """A till that was opened, and what the pump told."""

    shell: Shell
    sender: Sender
    told: list[SendingStatus] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pump = SendPump(self.shell.session, self.told.append)
        till: Any = SimpleNamespace(sending=self.sender)
        shop: Any = SimpleNamespace()
        self.shell.session.attach(till, shop)


def test_it_begins_a_moment_after_the_book_is_open_and_goes_on_until_nothing_waits() -> None:
    found = Open(Shell(lanes=LanesAtOnce()), Sender(waiting=3))
    assert found.sender.steps == 0
    found.shell.timer.pass_ms(FIRST_MS)
    for _ in range(3):
        found.shell.timer.pass_ms(0)
    assert found.sender.waiting == 0
    assert found.told[-1].waiting == 0


def test_it_looks_for_what_was_sold_however_long_the_service_would_wait() -> None:
    found = Open(Shell(lanes=LanesAtOnce()), Sender(waiting=1))
    found.shell.timer.pass_ms(FIRST_MS)
    before = found.sender.steps
    found.shell.timer.pass_ms(TURN_MS)
    assert found.sender.steps == before + 1


def test_a_sale_that_was_booked_is_looked_for_at_once() -> None:
    found = Open(Shell(lanes=LanesAtOnce()), Sender(waiting=1))
    found.shell.timer.pass_ms(FIRST_MS)
    before = found.sender.steps
    found.shell.session.booked()
    found.shell.timer.pass_ms(0)
    assert found.sender.steps == before + 1


def test_a_till_that_joined_begins_to_send_at_once() -> None:
    found = Open(Shell(lanes=LanesAtOnce()), Sender(sending=Sending.ALONE))
    found.shell.timer.pass_ms(FIRST_MS)
    before = found.sender.steps
    found.shell.session.joined()
    found.shell.timer.pass_ms(0)
    assert found.sender.steps == before + 1


def test_products_that_changed_are_told_once_to_whoever_shows_them() -> None:
    found = Open(Shell(lanes=LanesAtOnce()), Sender())
    changes: list[Change] = []
    found.shell.session.subscribe(changes.append)
    found.shell.timer.pass_ms(FIRST_MS)
    found.sender.goods = 1
    for _ in range(3):
        found.shell.timer.pass_ms(TURN_MS)
    assert changes.count(Change.GOODS) == 1
    found.sender.goods = 2
    found.shell.timer.pass_ms(TURN_MS)
    assert changes.count(Change.GOODS) == 2


def test_a_till_without_a_head_office_is_asked_now_and_then() -> None:
    found = Open(Shell(lanes=LanesAtOnce()), Sender(sending=Sending.ALONE))
    found.shell.timer.pass_ms(FIRST_MS)
    found.shell.timer.pass_ms(ALONE_MS - 1)
    assert found.sender.steps == 1
    found.shell.timer.pass_ms(1)
    assert found.sender.steps == 2


def test_a_fault_is_no_end() -> None:
    found = Open(Shell(lanes=LanesAtOnce()), Sender(waiting=1, broken=True))
    found.shell.timer.pass_ms(FIRST_MS)
    assert found.told == []
    found.sender.broken = False
    found.shell.timer.pass_ms(ALONE_MS)
    assert found.told[-1].waiting == 0


def test_one_request_is_under_way_at_a_time_and_none_after_the_end() -> None:
    lanes = LanesByStep()
    found = Open(Shell(lanes=lanes), Sender(waiting=9))
    found.shell.timer.pass_ms(FIRST_MS)
    found.pump.turn()
    found.shell.timer.pass_ms(10 * TURN_MS)
    assert len(lanes.waiting["sending"]) == 1
    lanes.run_all()
    found.pump.stop()
    found.shell.timer.pass_ms(10 * TURN_MS)
    assert not lanes.waiting["sending"]
    found.pump.end()
    assert (found.sender.steps, found.sender.closed) == (1, 1)
