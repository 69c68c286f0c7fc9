"""A fuse in head office's program: it kills itself at one exact place of an act.

`lay(file)` goes into the process. Nothing burns until the file is there; it says in which threads
(how their names begin) and after how many steps. A step is whatever these ask of the database: each
statement, each transaction's beginning, its commit, and that a connection is given back, behind the
commit. So an act that is killed at step 1, 2, 3 and so on until it is through was killed everywhere
that makes a difference to what is kept. `BEHIND` in place of a number is behind the first commit
that left an entry in the audit log: the act stands, and nobody has heard of it.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, current_thread
from typing import Final

from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

VARIABLE: Final = "POSLOYALTY_TEST_FUSE"
PAGES: Final = "AnyIO"
"""Threads on which pages and tills are answered; a lane's thread is called as the lane."""
COMMANDS: Final = "MainThread"
"""Where a command does what it is asked for."""
BEHIND: Final = -1
"""In place of a number of steps: when an act has just been committed."""
_NOTES: Final = "INSERT INTO audit_entry"


def light(file: Path, steps: int, threads: str = PAGES) -> None:
    """From now on a process that has the fuse dies at its threads' next `steps`-th step."""
    made = file.with_suffix(".part")
    made.write_text(f"{steps} {threads}", "ascii")
    made.replace(file)


def lay(file: Path) -> None:
    """Have this process die when the file says so."""
    fuse = _Fuse(file)
    for target, name in (
        (Engine, "begin"),
        (Engine, "before_cursor_execute"),
        (Engine, "commit"),
        (Pool, "checkin"),
    ):
        event.listen(target, name, fuse.burn)
    event.listen(Engine, "before_cursor_execute", fuse.notice)
    event.listen(Pool, "checkin", fuse.burn_behind)


@dataclass
class _Fuse:
    file: Path
    left: int = 0
    threads: str = ""

    def __post_init__(self) -> None:
        self._one = Lock()
        self._noted = False

    def burn(self, *_told: object) -> None:
        if not self.threads and self.file.exists():
            steps, self.threads = self.file.read_text("ascii").split()
            self.left = int(steps)
        if not self._burns_here() or self.left == BEHIND:
            return
        with self._one:
            self.left -= 1
            if self.left == 0:
                _die()

    def notice(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        """Whether this is an act that will have been done."""
        if self._burns_here() and statement.startswith(_NOTES):
            self._noted = True

    def burn_behind(self, *_told: object) -> None:
        """What was noted is committed, or undone."""
        if self._noted and self._burns_here() and self.left == BEHIND:
            _die()

    def _burns_here(self) -> bool:
        return bool(self.threads) and current_thread().name.startswith(self.threads)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
