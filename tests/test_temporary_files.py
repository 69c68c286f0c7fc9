"""Temporary files of the suite lie in memory where there is room, and nothing stays there."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import RUN, folder_in_memory


def test_memory_with_room_holds_a_folder_of_this_run(tmp_path: Path) -> None:
    folder = folder_in_memory(tmp_path, least=1)
    assert folder == tmp_path / f"{RUN}{os.getpid()}"
    assert folder.is_dir()


def test_where_there_is_less_room_than_all_need_the_system_decides(tmp_path: Path) -> None:
    assert folder_in_memory(tmp_path, least=1 << 60) is None
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_memory_to_write_to_the_system_decides(tmp_path: Path) -> None:
    assert folder_in_memory(tmp_path / "none", least=1) is None


def test_what_a_killed_run_left_is_removed_and_what_another_uses_is_not(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    ) as running:
        for process in (ended, running):
            (tmp_path / f"{RUN}{process.pid}" / "book").mkdir(parents=True)
        folder = folder_in_memory(tmp_path, least=1)
        running.communicate()
    assert folder is not None
    assert set(tmp_path.iterdir()) == {folder, tmp_path / f"{RUN}{running.pid}"}


def test_a_test_and_its_processes_write_to_the_same_place(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import tempfile; print(tempfile.gettempdir())"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout.strip()
    assert said == tempfile.gettempdir()
    assert tmp_path.is_relative_to(said)
