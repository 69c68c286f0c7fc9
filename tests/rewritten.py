"""What is read out of every source is read once a run and not by every worker for itself.

pytest keeps the tests as it rewrote their assertions, Python keeps what it compiled, and Hypothesis
which constants the sources name; but on a checkout that nothing ran on yet, all workers begin at
the same moment, find nothing, and each does all of it: two minutes of a run on two cores. What is
written here is what they would write; a file that is kept already costs a look.
"""

from __future__ import annotations

import compileall
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType

import pytest
from _pytest.assertion.rewrite import (
    PYC_TAIL,
    _read_pyc,
    _rewrite_test,
    _write_pyc,
    assertstate_key,
    get_cache_dir,
    try_makedirs,
)
from hypothesis.internal.constants_ast import constants_from_module

ROOT = Path(__file__).parents[1]
SOURCES = ("posloyalty", "resources", "tests", "ui")
"""The folders that tests import from; what no run asks for is kept as well, in seconds."""


def rewrite_once(config: pytest.Config) -> None:
    """Keep every test that is asked for as pytest compiles it, on all processors, and of all
    sources what Python and Hypothesis keep of them.
    """
    if sys.dont_write_bytecode:
        return
    tests = sorted(asked_for(config))
    # A run of something else, such as a test of these very lines, imports a few at most.
    folders = [ROOT / name for name in SOURCES if config.rootpath == ROOT]
    sources = sorted(file for folder in folders for file in folder.rglob("*.py"))
    shares = os.cpu_count() or 1
    begun = [
        _begin(config, tests[share::shares], sources[share::shares]) for share in range(shares)
    ]
    for process in begun:
        os.waitpid(process, 0)


def asked_for(config: pytest.Config) -> set[Path]:
    """The files that hold tests, below the places that a run was told of."""
    places = [Path(config.invocation_params.dir, one.split("::")[0]) for one in config.args]
    return {
        file
        for place in places
        for pattern in ("test_*.py", "conftest.py")
        for file in ([place] if place.is_file() else place.rglob(pattern))
    }


def _begin(config: pytest.Config, tests: Sequence[Path], sources: Sequence[Path]) -> int:
    """A process that keeps some files; its number. A fault is said by whoever imports the file."""
    process = os.fork()
    if process:
        return process
    try:
        keep(config, tests)
        keep_sources(sources)
    finally:
        os._exit(0)


def keep(config: pytest.Config, files: Iterable[Path]) -> None:
    """Write what pytest compiles of each file where pytest looks for it."""
    for file in files:
        folder = get_cache_dir(file)
        kept = folder / (file.name.removesuffix(".py") + PYC_TAIL)
        if try_makedirs(folder) and _read_pyc(file, kept) is None:
            source_hash, code = _rewrite_test(file, config)
            _write_pyc(config.stash[assertstate_key], code, source_hash, kept)


def keep_sources(files: Iterable[Path]) -> None:
    """Write of each file what Python keeps, but of tests, which pytest keeps, and Hypothesis."""
    for file in files:
        if not file.match("test_*.py"):
            compileall.compile_file(file, quiet=2)
        module = ModuleType(file.stem)
        module.__file__ = str(file)
        constants_from_module(module)
