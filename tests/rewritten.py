"""The assertions of tests are rewritten once a run and not by every worker for itself.

pytest keeps what it compiled beside each file; but on a checkout that nothing ran on yet, all
workers begin at the same moment, find nothing, and each compiles all of the tests: a minute of a
run on two cores. What is written here is what pytest would write; a file that is kept already costs
a look.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

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


def rewrite_once(config: pytest.Config) -> None:
    """Keep every test that is asked for as pytest compiles it, on all processors."""
    if sys.dont_write_bytecode:
        return
    files = sorted(asked_for(config))
    shares = os.cpu_count() or 1
    begun = [_begin(config, files[share::shares]) for share in range(shares)]
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


def _begin(config: pytest.Config, files: Sequence[Path]) -> int:
    """A process that keeps some files; its number. A fault is said by whoever imports the file."""
    process = os.fork()
    if process:
        return process
    try:
        keep(config, files)
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
