"""Lanes: one thread each, answers on the GUI thread, nothing blocks the loop, nothing leaks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QTimer
from pytestqt.qtbot import QtBot

from ui.background import LOOK_UP_ROOM, Runner
from ui.presenters.ports import JobCancelled, LaneFull, Progress


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[Runner]:
    made = Runner()
    yield made
    made.close()
    assert made.alive == ()


def refuse(fault: Exception) -> None:
    raise AssertionError(fault)


def ask(runner: Runner, lane: str) -> Callable[..., None]:
    return {"write": runner.write, "look_up": runner.look_up, "printing": runner.printing}[lane]


@pytest.mark.parametrize("lane", ["write", "look_up", "printing"])
def test_a_job_runs_on_its_lane_and_is_answered_on_the_gui_thread(
    runner: Runner, qtbot: QtBot, lane: str
) -> None:
    seen: list[tuple[str, str]] = []
    ask(runner, lane)(
        lambda: threading.current_thread().name,
        lambda where: seen.append((where, threading.current_thread().name)),
        refuse,
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(f"lane-{lane}", threading.main_thread().name)]


def test_jobs_of_a_lane_keep_their_order_and_their_one_thread(runner: Runner, qtbot: QtBot) -> None:
    threads: set[int] = set()
    answers: list[int] = []

    def job(n: int) -> int:
        threads.add(threading.get_ident())
        return n

    for n in range(50):
        runner.write(lambda n=n: job(n), answers.append, refuse)
    qtbot.waitUntil(lambda: len(answers) == 50)
    assert answers == list(range(50))
    assert len(threads) == 1


def test_an_exception_comes_to_the_one_who_asked(runner: Runner, qtbot: QtBot) -> None:
    faults: list[Exception] = []
    runner.look_up(lambda: 1 // 0, lambda _: refuse(AssertionError()), faults.append)
    qtbot.waitUntil(lambda: bool(faults))
    assert isinstance(faults[0], ZeroDivisionError)


def test_the_loop_keeps_turning_and_other_lanes_answer_while_one_lane_is_stuck(
    runner: Runner, qtbot: QtBot
) -> None:
    free, turns, answers = threading.Event(), [], []
    watchdog = QTimer()
    watchdog.setInterval(1)
    watchdog.timeout.connect(lambda: turns.append(threading.get_ident()))
    watchdog.start()
    runner.write(free.wait, lambda _: answers.append("written"), refuse)
    runner.look_up(lambda: "found", answers.append, refuse)
    qtbot.waitUntil(lambda: len(turns) >= 20 and answers == ["found"])
    free.set()
    qtbot.waitUntil(lambda: answers == ["found", "written"])
    watchdog.stop()
    assert set(turns) == {threading.main_thread().ident}


def test_a_lane_without_room_says_so_and_loses_no_other_job(runner: Runner, qtbot: QtBot) -> None:
    free, answers, faults = threading.Event(), [], []
    runner.look_up(free.wait, lambda _: None, refuse)
    for n in range(LOOK_UP_ROOM + 5):
        runner.look_up(lambda n=n: n, answers.append, faults.append)
    qtbot.waitUntil(lambda: len(faults) >= 4)
    free.set()
    qtbot.waitUntil(lambda: len(answers) + len(faults) == LOOK_UP_ROOM + 5)
    assert all(isinstance(fault, LaneFull) for fault in faults)
    assert answers == sorted(answers)


def test_a_long_job_tells_how_far_it_is_and_stops_when_asked(runner: Runner, qtbot: QtBot) -> None:
    told: list[tuple[int, int]] = []
    faults: list[Exception] = []
    asked = threading.Event()

    def job(progress: Progress) -> None:
        progress(1, 10)
        asked.wait(60)
        progress(2, 10)

    stop = runner.long(
        job, lambda _: refuse(AssertionError()), faults.append, lambda *at: told.append(at)
    )
    qtbot.waitUntil(lambda: bool(told))
    stop()
    asked.set()
    qtbot.waitUntil(lambda: bool(faults))
    assert told == [(1, 10)]
    assert isinstance(faults[0], JobCancelled)


def test_closing_writes_what_waits_to_be_written_and_ends_every_thread(qtbot: QtBot) -> None:
    runner, written, looked = Runner(), [], []
    free = threading.Event()
    runner.write(free.wait, lambda _: None, refuse)
    for n in range(3):
        runner.write(lambda n=n: written.append(n), lambda _: None, refuse)
    runner.look_up(lambda: looked.append(1), lambda _: None, refuse)
    free.set()
    runner.close()
    assert written == [0, 1, 2]
    assert runner.alive == ()


def test_nothing_is_answered_after_closing(qtbot: QtBot) -> None:
    runner, answers = Runner(), []
    runner.write(lambda: 1, answers.append, refuse)
    runner.close()
    runner.write(lambda: 2, answers.append, refuse)
    QCoreApplication.processEvents()
    assert answers == []
