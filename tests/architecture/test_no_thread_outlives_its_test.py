"""A test that leaves a thread behind fails by itself, not the one that comes after."""

import subprocess
import sys
from pathlib import Path

TESTS = """
import threading, time, pytest
import conftest
conftest.THREAD_END_S_MAX = 0.05
released = threading.Event()

def test_left():
    threading.Thread(target=released.wait, name="lane left behind").start()

def test_ended():
    released.set()
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
"""


def test_a_thread_left_behind_is_named(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        Path(__file__).parent.parent.joinpath("conftest.py").read_text(encoding="utf-8")
    )
    (tmp_path / "test_it.py").write_text(TESTS)

    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert "2 passed, 1 error" in finished.stdout
    assert "threads still running after the test: lane left behind" in finished.stdout
