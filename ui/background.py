"""Lanes: the threads where whatever is not instant runs, so that the screen never waits.

Eight lanes, each one thread with a bounded queue: `write` (the one writer of the book), `look_up`
(read-only), `printing`, `paying` (the terminal), `sending` (to head office), `hearing` (waiting
there for news), `reserving` (asking there for what a sale wants), `long` (imports, reports). A
thread begins with its first job. Jobs of a lane run one after another; answers come back as values
on the GUI thread, in order, through a signal object of the runner. An exception of a job comes to
its `failed`; a lane without room answers `LaneFull` there.

`close()` lets running jobs finish, drops waiting ones except those of the writer, and joins every
thread; nothing is answered afterwards.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, Full, Queue
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from ui.presenters.ports import JobCancelled, LaneFull, Progress

T = TypeVar("T")

WRITE_ROOM = 64
LOOK_UP_ROOM = 256
PRINT_ROOM = 64
PAY_ROOM = 8
LONG_ROOM = 4
SEND_ROOM = 2
# What talks to devices or over the network may hang there; whatever it was about is on disk.
DEVICE_PATIENCE_S = 2.0
DEVICES = ("printing", "paying", "sending", "hearing", "reserving")


@dataclass(frozen=True, slots=True)
class _Job:
    """Something to run and where its answer goes."""

    run: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]


class Runner(QObject):
    """The lanes; made and closed on the GUI thread."""

    answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self.answered.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        self._lanes = {
            "write": _Lane("write", WRITE_ROOM, self.answered.emit),
            "look_up": _Lane("look_up", LOOK_UP_ROOM, self.answered.emit),
            "printing": _Lane("printing", PRINT_ROOM, self.answered.emit),
            "paying": _Lane("paying", PAY_ROOM, self.answered.emit),
            "sending": _Lane("sending", SEND_ROOM, self.answered.emit),
            "hearing": _Lane("hearing", SEND_ROOM, self.answered.emit),
            "reserving": _Lane("reserving", SEND_ROOM, self.answered.emit),
            "long": _Lane("long", LONG_ROOM, self.answered.emit),
        }

    def write(
        self,
        job: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run on the writer's thread."""
        self._put("write", job, done, failed)

    def look_up(
        self,
        job: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run on the read-only thread."""
        self._put("look_up", job, done, failed)

    def printing(
        self,
        job: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run on the thread that talks to printers."""
        self._put("printing", job, done, failed)

    def paying(
        self,
        job: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run on the thread that talks to the terminal."""
        self._put("paying", job, done, failed)

    def sending(
        self,
        job: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run on the thread that talks to head office."""
        self._put("sending", job, done, failed)

    def hearing(
        self,
        job: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run on the thread that waits at head office for news."""
        self._put("hearing", job, done, failed)

    def reserving(
        self,
        job: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run on the thread that asks head office for what a sale wants to spend."""
        self._put("reserving", job, done, failed)

    def long(
        self,
        job: Callable[[Progress], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        progress: Callable[[int, int], None],
    ) -> Callable[[], None]:
        """Run a long job; the result asks it to stop."""
        reporter = _Reporter(self.answered.emit, progress)
        self._put("long", lambda: job(reporter), done, failed)
        return reporter.stop.set

    def close(self) -> None:
        """End the threads; what is being written is finished first."""
        if not self._open:
            return
        self._open = False
        for lane in self._lanes.values():
            lane.finish(drop=lane.name != "write")
        for lane in self._lanes.values():
            lane.join(DEVICE_PATIENCE_S if lane.name in DEVICES else None)

    @property
    def alive(self) -> tuple[str, ...]:
        """Names of the lanes whose thread still runs."""
        return tuple(name for name, lane in self._lanes.items() if lane.alive)

    def _put(
        self,
        lane: str,
        job: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        if not self._open:
            return
        if not self._lanes[lane].put(_Job(job, done, failed)):
            self.answered.emit(lambda: failed(LaneFull(lane)))

    @Slot(object)
    def _answer(self, tell: Callable[[], None]) -> None:
        if self._open:
            tell()


class _Lane:
    """One thread that runs jobs in turn."""

    def __init__(self, name: str, room: int, answer: Callable[[Any], None]) -> None:
        self.name = name
        self._answer = answer
        self._jobs: Queue[_Job | None] = Queue(maxsize=room + 1)
        self._room = room
        self._thread = threading.Thread(target=self._work, name=f"lane-{name}", daemon=True)
        self._started = False

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def put(self, job: _Job) -> bool:
        """Queue a job; False when there is no room."""
        if self._jobs.qsize() >= self._room:
            return False
        if not self._started:
            self._started = True
            self._thread.start()
        try:
            self._jobs.put_nowait(job)
        except Full:
            return False
        return True

    def finish(self, *, drop: bool) -> None:
        """Ask the thread to end: after the waiting jobs, or with `drop` after the running one."""
        while drop:
            try:
                self._jobs.get_nowait()
            except Empty:
                break
        self._jobs.put(None)

    def join(self, patience_s: float | None) -> None:
        """Wait for the thread's end."""
        if self._started:
            self._thread.join(patience_s)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._run(job)

    def _run(self, job: _Job) -> None:
        try:
            result = job.run()
        except Exception as fault:  # noqa: BLE001 - every fault goes to the one who asked
            failed, told = job.failed, fault
            self._answer(lambda: failed(told))
        else:
            done = job.done
            self._answer(lambda: done(result))


class _Reporter:
    """Tells a long job's progress, at most one telling under way, and stops the job when asked."""

    def __init__(self, answer: Callable[[Any], None], progress: Callable[[int, int], None]) -> None:
        self.stop = threading.Event()
        self._answer = answer
        self._progress = progress
        self._under_way = threading.Event()

    def __call__(self, done: int, total: int) -> None:
        if self.stop.is_set():
            raise JobCancelled
        if self._under_way.is_set() and done != total:
            return
        self._under_way.set()
        self._answer(lambda: self._tell(done, total))

    def _tell(self, done: int, total: int) -> None:
        self._under_way.clear()
        self._progress(done, total)
