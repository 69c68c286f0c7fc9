"""Long work of a section: one job at a time with a bar and a way to stop it, and its report."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ui.presenters.faults import fault_text
from ui.presenters.ports import Cancel, JobCancelled, Progress, Sound
from ui.presenters.settings.section import Notice, NoticeKind, Section

T = TypeVar("T")
Report = tuple[Notice, ...]


class LongWork:
    """The job that runs for a section: `doing` names it, `at` is (done, total)."""

    def __init__(self, section: Section) -> None:
        self._section = section
        self._cancel: Cancel | None = None
        self.doing = ""
        self.at = (0, 0)
        self.report: Report = ()

    @property
    def progress(self) -> tuple[int, int] | None:
        """How far it is; None when nothing runs."""
        return self.at if self.doing else None

    def start(self, doing: str, job: Callable[[Progress], T], done: Callable[[T], Report]) -> None:
        """Start a job, unless one runs; `done` words the report of its answer."""
        if self.doing:
            return
        section = self._section
        self.doing, self.at, self.report = doing, (0, 0), ()

        def finished(answer: T) -> None:
            self.doing, self._cancel = "", None
            self.report = done(answer)
            section.tell()

        def broken(fault: Exception) -> None:
            self.doing, self._cancel = "", None
            words = section.session.words
            if isinstance(fault, JobCancelled):
                self.report = (Notice(words("settings.data_cancelled"), NoticeKind.LOOK),)
            else:
                self.report = (Notice(fault_text(fault, words), NoticeKind.REFUSED),)
                section.session.sounds.play(Sound.REFUSED)
            section.tell()

        section.tell()
        cancel = section.session.lanes.long(job, finished, broken, self._moved)
        if self.doing:  # it may be done already
            self._cancel = cancel
            section.tell()

    def stop(self) -> None:
        """Ask the job to end."""
        if self._cancel is not None:
            self._cancel()

    def _moved(self, done: int, total: int) -> None:
        self.at = (done, total)
        self._section.tell()
