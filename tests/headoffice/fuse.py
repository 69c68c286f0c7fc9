"""A fuse in head office's program: it kills itself at one exact place of an act.

`lay(file)` goes into the process. Nothing burns until the file is there; it says in which threads
(how their names begin) and after how many steps. A step is whatever these ask of the database: each
statement, each transaction's beginning, its commit, and that a connection is given back, behind the
commit. So an act that is killed at step 1, 2, 3 and so on until it is through was killed everywhere
that makes a difference to what is kept.
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


@dataclass
class _Fuse:
    file: Path
    left: int = 0
    threads: str = ""

    def __post_init__(self) -> None:
        self._one = Lock()

    def burn(self, *_told: object) -> None:
        if not self.threads and self.file.exists():
            steps, self.threads = self.file.read_text("ascii").split()
            self.left = int(steps)
        if not self.threads or not current_thread().name.startswith(self.threads):
            return
        with self._one:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
