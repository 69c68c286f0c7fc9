"""What is forked off is the program that people begin: it says the same and ends the same."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.headoffice.forked import Forked
from tests.headoffice.process import Begin, anew


def test_a_forked_program_says_and_ends_as_one_that_was_begun_anew(tmp_path: Path) -> None:
    def ended(begin: Begin, name: str) -> tuple[int, str]:
        log = tmp_path / name
        log.touch()
        code = begin(["headoffice", "--nothing"], os.environ, log).wait(60)
        return code, log.read_text("utf-8")

    code, said = ended(Forked, "forked")
    assert (code, "--nothing" in said) == (2, True)
    assert ended(anew, "anew") == (code, said)


def test_it_runs_until_it_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()
    data, place = tmp_path / "office", tmp_path / "s"
    arguments = ["headoffice", "--data", str(data), "--unix-socket", str(place)]
    process = Forked(arguments, os.environ, log)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0)
    assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    assert process.wait(60) == process.poll() == -signal.SIGKILL
