"""Head office's program without loading it anew: `python -m tests.headoffice.forked`.

A line of JSON on standard input begins one: `arguments` of `posloyalty`, its `environment`, and the
file `log` that it writes into. A process is forked off for it (loading Python and the program takes
longer than most of what tests ask of it, and is paid once a run), which runs the command as the
console does; its number is told on standard output. The line `{"ended": number}` waits for one and
tells its exit code. That people's own command starts a head office is tested by whoever begins it
`anew` (`process.py`).
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

LOADED: Final = (
    "posloyalty.cli.commands",
    "posloyalty.headoffice.console.composing",
    "posloyalty.headoffice.console.web",
    "posloyalty.headoffice.running.opening",
    "posloyalty.headoffice.running.server",
    "uvicorn",
)


class Forked:
    """A process of the parent's, asked as one's own would be (`subprocess.Popen`)."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        asked = {"arguments": arguments, "environment": dict(environment), "log": str(log)}
        self.pid = _told(asked)
        self._end = os.pidfd_open(self.pid)
        self._code: int | None = None

    def poll(self) -> int | None:
        """Its exit code, or less than zero for the signal that killed it; None while it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """The same, after it ended; raises `TimeoutExpired` after so many seconds."""
        if self._code is None:
            if not select.select([self._end], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            self._code = _told({"ended": self.pid})
            os.close(self._end)
        return self._code

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._end, number)


def _told(asked: Mapping[str, Any]) -> int:
    parent = _parent()
    assert parent.stdin is not None
    assert parent.stdout is not None
    parent.stdin.write(json.dumps(asked) + "\n")
    parent.stdin.flush()
    return int(parent.stdout.readline())


@cache
def _parent() -> subprocess.Popen[str]:
    """One for all tests of this process; it ends when nobody can ask it any more."""
    parent = subprocess.Popen(
        [sys.executable, "-m", "tests.headoffice.forked"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(parent.communicate)
    return parent


def main() -> None:
    """Fork one process a line."""
    for name in LOADED:
        importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        if "ended" in asked:
            _pid, status = os.waitpid(asked["ended"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        child = os.fork()
        if child == 0:
            _run(**asked)
        print(child, flush=True)


def _run(*, arguments: Sequence[str], environment: Mapping[str, str], log: str) -> None:
    """Be the program; it ends this process."""
    from posloyalty.cli import main as console
    from tests.headoffice import fuse, stepped

    os.environ.clear()
    os.environ.update(environment)
    for path, flags, places in ((os.devnull, os.O_RDONLY, (0,)), (log, os.O_WRONLY, (1, 2))):
        file = os.open(path, flags | os.O_APPEND)
        for place in places:
            os.dup2(file, place)
        os.close(file)
    for laid in (fuse, stepped):
        if laid.VARIABLE in environment:
            laid.lay(Path(environment[laid.VARIABLE]))
    console(arguments)
    sys.exit()


if __name__ == "__main__":
    main()
