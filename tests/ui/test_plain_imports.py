"""A fresh process: whether Qt for Python still reads sources behind our back."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import builtins
plain = builtins.__import__
{load}
import sys, linecache, wave
from PySide6.QtCore import QObject, Signal
print(builtins.__import__ is plain, any("wave" in name for name in linecache.cache))
"""


def _run(load: str) -> str:
    told = subprocess.run(
        (sys.executable, "-c", PROGRAM.format(load=load)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return told.stdout.strip()


def test_imports_behind_qt_are_pythons_own_and_read_no_source() -> None:
    assert _run("from ui.plain_imports import load_qt; load_qt()") == "True False"


def test_qt_alone_would_read_them() -> None:
    assert _run("import PySide6.QtCore") == "False True"
