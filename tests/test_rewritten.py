"""What pytest finds that tests were rewritten, it does not rewrite again."""

import os
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import configuration
from hypothesis.internal import constants_ast

from tests.rewritten import PYC_TAIL, keep_sources

ROOT = Path(__file__).parents[1]
WATCHED = """
import os
from _pytest.assertion import rewrite

own, rewritten = rewrite._rewrite_test, []

def pytest_configure(config):
    def noted(file, config):
        with open(os.environ["REWRITTEN"], "a") as written:
            written.write(file.name + "\\n")
        return own(file, config)
    if "PYTEST_XDIST_WORKER" in os.environ:
        rewrite._rewrite_test = noted
"""


def test_no_worker_rewrites_what_was_rewritten_for_all(tmp_path: Path) -> None:
    names = [f"test_{letter}.py" for letter in "abcde"]
    for name in names:
        text = "def test_it():\n    made = 'this'\n    assert made == 'that'\n"
        (tmp_path / name).write_text(text)
    conftest = ROOT.joinpath("tests", "conftest.py").read_text(encoding="utf-8")
    (tmp_path / "conftest.py").write_text(conftest)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "watch.py").write_text(WATCHED)
    # It begins a run of its own, though it may run within one.
    outside = {name: told for name, told in os.environ.items() if "PYTEST_" not in name}
    environment = outside | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}",
        "REWRITTEN": str(tmp_path / "rewritten"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "watch", "-n", "2"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert ran.stdout.count("assert 'this' == 'that'") >= len(names), "explained, so rewritten"
    assert {kept.name for kept in (tmp_path / "__pycache__").glob(f"test_*{PYC_TAIL}")} == {
        name.replace(".py", PYC_TAIL) for name in names
    }
    assert not (tmp_path / "rewritten").exists(), "by no worker"


def test_of_a_source_python_and_hypothesis_keep_what_they_would_read_out_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What was kept of an earlier run is no proof.
    monkeypatch.setattr(configuration, "__hypothesis_home_directory", tmp_path / "kept")
    file = tmp_path / "named.py"
    file.write_text("NAMED = 2718281828\n")
    keep_sources([file])
    assert Path(cache_from_source(str(file))).exists()

    read: list[str | bytes] = []
    own = constants_ast._constants_from_source

    def noted(source: str | bytes, *, limit: bool) -> constants_ast.Constants:
        read.append(source)
        return own(source, limit=limit)

    monkeypatch.setattr(constants_ast, "_constants_from_source", noted)
    module = ModuleType("named")
    module.__file__ = str(file)
    assert 2718281828 in constants_ast.constants_from_module(module)
    assert len(read) == 1
    assert file.read_bytes() not in read, "what was kept, and not the source"
