"""Lanes and the rest of the shell, for tests of presenters: at once, or one step at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from posloyalty.wording import Words
from ui.presenters.ports import JobCancelled, Screen, Sheet, Sound, ToastKind
from ui.presenters.session import Session

Job = Callable[..., object]


class LanesAtOnce:
    """Every job runs within the call, and its answer comes within the call."""

    def write(self, job: Job, done: Job, failed: Job) -> None:
        _run(job, done, failed)

    look_up = printing = paying = sending = hearing = reserving = write

    def long(self, job: Job, done: Job, failed: Job, progress: Job) -> Callable[[], None]:
        _run(lambda: job(progress), done, failed)
        return lambda: None


class LanesByStep:
    """Jobs wait by lane until the test lets one run: `run("look_up")`, or `run_all()`."""

    def __init__(self) -> None:
        self.waiting: dict[str, deque[tuple[Job, Job, Job]]] = {
            lane: deque()
            for lane in (
                "write",
                "look_up",
                "printing",
                "paying",
                "sending",
                "hearing",
                "reserving",
                "long",
            )
        }

    def write(self, job: Job, done: Job, failed: Job) -> None:
        self.waiting["write"].append((job, done, failed))

    def look_up(self, job: Job, done: Job, failed: Job) -> None:
        self.waiting["look_up"].append((job, done, failed))

    def printing(self, job: Job, done: Job, failed: Job) -> None:
        self.waiting["printing"].append((job, done, failed))

    def paying(self, job: Job, done: Job, failed: Job) -> None:
        self.waiting["paying"].append((job, done, failed))

    def sending(self, job: Job, done: Job, failed: Job) -> None:
        self.waiting["sending"].append((job, done, failed))

    def hearing(self, job: Job, done: Job, failed: Job) -> None:
        self.waiting["hearing"].append((job, done, failed))

    def reserving(self, job: Job, done: Job, failed: Job) -> None:
        self.waiting["reserving"].append((job, done, failed))

    def long(self, job: Job, done: Job, failed: Job, progress: Job) -> Callable[[], None]:
        asked_to_stop: list[bool] = []

        def told(at: int, total: int) -> None:
            if asked_to_stop:
                raise JobCancelled
            progress(at, total)

        self.waiting["long"].append((lambda: job(told), done, failed))
        return lambda: asked_to_stop.append(True)

    def run(self, lane: str) -> None:
        """Run the oldest job of a lane; IndexError when none waits."""
        _run(*self.waiting[lane].popleft())

    def run_all(self) -> None:
        """Run whatever waits, and what that asks for, until every lane is idle."""
        while any(self.waiting.values()):
            for lane, jobs in self.waiting.items():
                if jobs:
                    self.run(lane)


@dataclass
class FakeNavigator:
    """Remembers where the presenter wanted to go, newest last."""

    shown: list[tuple[Screen, dict[str, object]]] = field(default_factory=list)
    sheets: list[tuple[Sheet, dict[str, object]]] = field(default_factory=list)
    backs: int = 0
    open: Sheet | None = None

    def show(self, screen: Screen, **arguments: object) -> None:
        self.shown.append((screen, arguments))

    def back(self) -> None:
        self.backs += 1

    def open_sheet(self, sheet: Sheet, **arguments: object) -> None:
        self.sheets.append((sheet, arguments))
        self.open = sheet

    def close_sheet(self) -> None:
        self.open = None


@dataclass
class FakeToasts:
    """Remembers what was said, newest last."""

    said: list[tuple[str, ToastKind]] = field(default_factory=list)
    undo: Callable[[], None] | None = None
    cleared: int = 0

    def say(self, message: str, kind: ToastKind, undo: Callable[[], None] | None = None) -> None:
        self.said.append((message, kind))
        self.undo = undo

    def clear(self) -> None:
        self.undo = None
        self.cleared += 1

    def scan_follows(self) -> None:
        self.clear()


@dataclass
class FakeSounds:
    """Remembers what was heard."""

    heard: list[Sound] = field(default_factory=list)

    def play(self, sound: Sound) -> None:
        self.heard.append(sound)


class FakeTimer:
    """Time stands until the test moves it with `pass_ms`."""

    def __init__(self) -> None:
        self.now = 0
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._made = 0

    def after(self, ms: int, callback: Callable[[], None]) -> Callable[[], None]:
        self._made += 1
        entry = (self.now + ms, self._made, callback)
        self._due.append(entry)

        def cancel() -> None:
            if entry in self._due:
                self._due.remove(entry)

        return cancel

    @property
    def callbacks(self) -> int:
        """How many wait for their time."""
        return len(self._due)

    def pass_ms(self, ms: int) -> None:
        """Let time pass and call back what falls due, in order."""
        until = self.now + ms
        while due := sorted(entry[:2] for entry in self._due if entry[0] <= until):
            entry = next(e for e in self._due if e[:2] == due[0])
            self._due.remove(entry)
            self.now = entry[0]
            entry[2]()
        self.now = until


@dataclass
class Shell:
    """All the fakes at hand, and a session made of them: `Shell().session`."""

    language: str = "en"
    lanes: LanesAtOnce | LanesByStep = field(default_factory=LanesAtOnce)
    navigator: FakeNavigator = field(default_factory=FakeNavigator)
    toasts: FakeToasts = field(default_factory=FakeToasts)
    sounds: FakeSounds = field(default_factory=FakeSounds)
    timer: FakeTimer = field(default_factory=FakeTimer)

    def __post_init__(self) -> None:
        self.session = Session(
            words=Words(self.language),
            lanes=self.lanes,
            navigator=self.navigator,
            toasts=self.toasts,
            sounds=self.sounds,
            timer=self.timer,
        )


def _run(job: Job, done: Job, failed: Job) -> None:
    try:
        result = job()
    except Exception as fault:  # noqa: BLE001 - the real lanes hand every exception back too
        failed(fault)
    else:
        done(result)
