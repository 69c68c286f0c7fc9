"""Fresh processes: what Qt for Python does behind our back, and that nothing is lost without it."""

from __future__ import annotations

import subprocess
import sys

READING = """
import builtins
plain = builtins.__import__
{load}
import sys, linecache, wave
from PySide6.QtCore import QObject, Signal
print(builtins.__import__ is plain, any("wave" in name for name in linecache.cache))
"""

TELLING = """
import builtins, re
compiling, pattern = builtins.compile, re.compile
{load}
from PySide6.QtCore import QRect
from PySide6.support.signature.lib.pyi_generator import Formatter
try:
    QRect("corner")
except TypeError as fault:
    print(fault)
print(Formatter.split("int, str"), Formatter.brace_searcher.groups)
print(builtins.compile is compiling, re.compile is pattern)
"""

PLAINLY = "import PySide6.QtCore"
OURS = "from ui.plain_imports import load_qt; load_qt()"


def _run(program: str, load: str) -> str:
    told = subprocess.run(
        (sys.executable, "-c", program.format(load=load)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return told.stdout.strip()


def test_imports_behind_qt_are_pythons_own_and_read_no_source() -> None:
    assert _run(READING, OURS) == "True False"


def test_qt_alone_would_read_them() -> None:
    assert _run(READING, PLAINLY) == "False True"


def test_qt_tells_a_wrong_call_and_reads_signatures_as_ever() -> None:
    told = _run(TELLING, OURS)
    assert told == _run(TELLING, PLAINLY)
    assert "QRect.__init__(left: int, top: int, width: int, height: int, /)" in told
    assert told.endswith("True True")
