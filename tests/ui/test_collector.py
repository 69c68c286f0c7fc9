"""When Python looks for garbage: on the GUI thread, at all things in quiet moments only."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from threading import Thread, get_ident
from weakref import finalize, ref

import pytest

from tests.fakes.lanes import FakeTimer
from ui.collector import (
    BURST,
    EVERY_MS,
    LOOSE_MOST,
    SOON_MS,
    TICK_MS,
    WORTH,
    YOUNG,
    Collector,
)


class Loop:
    """Garbage that only a look finds."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def off() -> Iterator[None]:
    """A program that begins as the till does, with the collector off; all as it was afterwards.

    What the run froze stays so: a look at all that the tests import takes longer than any of these.
    """
    thresholds, frozen = gc.get_threshold(), gc.get_freeze_count()
    gc.disable()
    yield
    gc.collect()
    gc.unfreeze()
    if frozen:
        gc.freeze()
    gc.set_threshold(*thresholds)
    gc.enable()


@pytest.fixture
def quiet() -> list[Callable[[], None]]:
    return []


@pytest.fixture
def timer() -> FakeTimer:
    return FakeTimer()


@pytest.fixture
def collector(off: None, timer: FakeTimer, quiet: list[Callable[[], None]]) -> Collector:
    return Collector(timer, quiet.append)


def test_what_the_first_paint_made_is_never_looked_at(collector: Collector) -> None:
    kept, frozen = [[n] for n in range(1000)], gc.get_freeze_count()
    collector.painted()
    assert not gc.isenabled()
    assert gc.get_freeze_count() >= frozen + len(kept)


def test_python_looks_at_nothing_by_itself(collector: Collector) -> None:
    collector.painted()
    collector.warm()
    before = gc.get_stats()
    kept = [[n] for n in range(200_000)]
    assert gc.get_stats() == before
    assert len(kept) == 200_000


def test_while_much_is_made_the_next_look_comes_very_soon(
    collector: Collector, timer: FakeTimer
) -> None:
    collector.painted()
    kept = [[n] for n in range(2 * YOUNG)]
    timer.pass_ms(TICK_MS)
    assert gc.get_count()[0] < YOUNG
    kept += [[n] for n in range(2 * YOUNG)]
    timer.pass_ms(SOON_MS)
    assert gc.get_count()[0] < YOUNG
    timer.pass_ms(SOON_MS)
    kept += [[n] for n in range(2 * YOUNG)]
    timer.pass_ms(SOON_MS)
    assert gc.get_count()[0] >= YOUNG, "little was made: they are seldom again"
    assert len(kept) == 6 * YOUNG


def test_a_burst_of_the_beginning_is_frozen_unseen_and_a_later_one_is_looked_at(
    collector: Collector, timer: FakeTimer
) -> None:
    collector.painted()
    looks, frozen = gc.get_stats()[1]["collections"], gc.get_freeze_count()
    kept = [[n] for n in range(BURST + YOUNG)]
    timer.pass_ms(TICK_MS)
    assert gc.get_stats()[1]["collections"] == looks
    assert gc.get_freeze_count() >= frozen + BURST
    collector.warm()
    gone = ref(Loop())
    kept += [[n] for n in range(BURST + YOUNG)]
    timer.pass_ms(TICK_MS)
    assert gone() is None
    assert len(kept) == 2 * (BURST + YOUNG)


def test_what_is_young_is_looked_at_soon_where_it_is_much(
    collector: Collector, timer: FakeTimer
) -> None:
    collector.painted()
    gc.collect()
    gone = ref(Loop())
    timer.pass_ms(TICK_MS)
    assert gone() is not None, "one circle is not worth a look"
    kept = [[n] for n in range(YOUNG)]
    whole = gc.get_stats()[2]["collections"]
    timer.pass_ms(TICK_MS)
    assert gone() is None
    assert gc.get_stats()[2]["collections"] == whole
    assert len(kept) == YOUNG


def test_nothing_dies_on_a_lane(collector: Collector, timer: FakeTimer) -> None:
    """A Qt object with a timer that does ends the program at the next turn."""
    died_on: list[int] = []
    collector.painted()
    collector.warm()
    lost = Loop()
    finalize(lost, lambda: died_on.append(get_ident()))
    del lost
    kept: list[list[int]] = []
    lane = Thread(target=lambda: kept.extend([n] for n in range(300_000)))
    lane.start()
    lane.join()
    assert died_on == []
    timer.pass_ms(TICK_MS)
    assert died_on == [get_ident()]


def test_a_look_waits_for_a_quiet_moment_and_for_work(
    collector: Collector, timer: FakeTimer, quiet: list[Callable[[], None]]
) -> None:
    collector.painted()
    collector.warm()
    timer.pass_ms(EVERY_MS)
    assert quiet == [], "there was nothing to look at"
    for _ in range(WORTH):
        gc.collect(1)
    lost = ref(Loop())
    gc.collect(0), gc.collect(1)
    old = Loop()
    gc.collect(1)
    dropped = ref(old)
    del old
    gc.collect(1)
    assert lost() is None
    assert dropped() is not None, "it was not old enough for this test"
    timer.pass_ms(EVERY_MS)
    (look,) = quiet
    look()
    assert dropped() is None
    quiet.clear()
    timer.pass_ms(EVERY_MS)
    assert quiet == []


def test_what_a_look_has_to_look_at_is_bounded(collector: Collector) -> None:
    collector.painted()
    collector.warm()
    kept = [[n] for n in range(LOOSE_MOST + 1)]
    collector.look()
    assert len(gc.get_objects()) < LOOSE_MOST
    assert len(kept) > LOOSE_MOST


def test_few_things_are_not_frozen_by_a_look(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    collector.painted()
    collector.warm()
    froze: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: froze.append("freeze"))
    collector.look()
    assert froze == []


def test_a_till_that_follows_another_goes_on_with_the_collector(
    collector: Collector, timer: FakeTimer, quiet: list[Callable[[], None]]
) -> None:
    collector.painted()
    old = Loop()
    collector.warm()
    gone = ref(old)
    del old
    collector.over()
    assert gone() is None, "it was frozen, and nobody looked at it again"
    second = Collector(timer, quiet.append)
    second.painted()
    second.warm()
    assert not gc.isenabled()


def test_a_collector_that_is_somebody_elses_is_left_alone(
    timer: FakeTimer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is frozen may die meanwhile of its last reference, so its count is no witness.
    touched: list[str] = []
    for name in ("enable", "disable", "freeze", "unfreeze", "collect", "set_threshold"):
        monkeypatch.setattr(gc, name, lambda *_, name=name: touched.append(name))
    assert gc.isenabled()
    collector = Collector(timer, lambda act: act())
    collector.painted()
    collector.warm()
    collector.over()
    assert touched == []
    assert gc.isenabled()
