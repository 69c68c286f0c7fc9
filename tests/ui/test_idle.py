"""Idle moments: small steps in order, one a turn; what they make is there when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from ui import warm_up
from ui.idle import PUT_OFF_MOST, Idle
from ui.presenters.ports import Screen
from ui.screens import PLACES


def test_steps_go_in_order_and_a_long_one_in_pieces(qtbot: QtBot) -> None:
    owner, done = QObject(), []

    def long() -> Iterator[None]:
        for piece in ("b", "c"):
            done.append(piece)
            yield

    idle = Idle(owner)
    idle.then(lambda: done.append("a"))
    idle.then(long)
    idle.then(lambda: done.append("d"))
    assert done == []
    qtbot.waitUntil(lambda: idle.at_rest)
    assert done == ["a", "b", "c", "d"]


def test_a_step_that_fails_is_told_and_the_next_runs(qtbot: QtBot) -> None:
    owner, done = QObject(), []
    idle = Idle(owner)

    def fails() -> None:
        raise ValueError("no")

    with capture_exceptions() as told:
        idle.then(fails)
        idle.then(lambda: done.append("next"))
        qtbot.waitUntil(lambda: idle.at_rest)
    assert [type(fault[1]) for fault in told] == [ValueError]
    assert done == ["next"]


def test_a_step_waits_until_the_window_is_painted_but_not_for_ever(qtbot: QtBot) -> None:
    owner, done, asked = QObject(), [], []

    def paints() -> bool:
        asked.append(len(done))
        return True

    idle = Idle(owner, lambda: 0, paints=paints)
    idle.then(lambda: done.append("a"))
    idle.first(lambda: done.append("first"))
    qtbot.waitUntil(lambda: idle.at_rest)
    assert done == ["first", "a"]
    assert asked.count(1) == PUT_OFF_MOST + 1


def test_what_is_urgent_goes_first_and_what_was_half_done_goes_on_behind_it(qtbot: QtBot) -> None:
    owner, done = QObject(), []
    idle = Idle(owner)

    def long(name: str, *, interrupt: bool = False) -> Iterator[None]:
        for piece in "12":
            done.append(name + piece)
            if interrupt and piece == "1":
                idle.first(lambda: long("urgent"))
            yield

    idle.then(lambda: long("slow", interrupt=True))
    idle.then(lambda: done.append("last"))
    qtbot.waitUntil(lambda: idle.at_rest)
    assert done == ["slow1", "urgent1", "urgent2", "slow2", "last"]


def test_a_step_that_comes_late_leaves_the_turn_to_what_made_it_late(qtbot: QtBot) -> None:
    owner, done, watch = QObject(), [], Watch()
    idle = Idle(owner, watch)
    idle.then(lambda: done.append("a"))
    watch.now += 20
    idle._go_on()
    assert done == []
    watch.now += 1
    idle._go_on()
    assert done == ["a"]


def test_a_step_is_put_off_a_few_times_and_one_that_goes_first_never(qtbot: QtBot) -> None:
    owner, done, watch = QObject(), [], Watch()
    idle = Idle(owner, watch)
    idle.then(lambda: done.append("a"))
    for _ in range(PUT_OFF_MOST):
        watch.now += 20
        idle._go_on()
    assert done == []
    watch.now += 20
    idle._go_on()
    assert done == ["a"]
    idle.first(lambda: done.append("b"))
    watch.now += 20
    idle._go_on()
    assert done == ["a", "b"]


class Watch:
    """A time that the test moves."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


def test_what_is_forgotten_is_not_done(qtbot: QtBot) -> None:
    owner, done = QObject(), []
    idle = Idle(owner)
    idle.then(lambda: done.append("never"))
    idle.forget()
    QApplication.processEvents()
    assert idle.at_rest
    assert done == []


@pytest.mark.parametrize(
    "module", [*warm_up.DESKS, *warm_up.PLAIN, *warm_up.LISTENING, *warm_up.VIEWS]
)
def test_what_is_warmed_up_is_there(module: str) -> None:
    assert import_module(module).__name__ == module


def test_every_screen_that_a_till_at_work_shows_is_warmed_up() -> None:
    not_at_work = {Screen.WIZARD, Screen.SIGN_IN}
    views = {parts.view.partition(":")[0] for at, parts in PLACES.items() if at not in not_at_work}
    packages = {"ui.views.settings": "ui.views.settings.screen"}
    assert {packages.get(view, view) for view in views} <= set(warm_up.VIEWS)
