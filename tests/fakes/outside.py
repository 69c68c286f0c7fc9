"""Modules that lie outside the product, for the tests which add a kind without touching it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def modules_from_outside(folder: Path, texts: Mapping[str, str]) -> Iterator[None]:
    """Write and import each text as a module of its name; they are forgotten afterwards."""
    for name, text in texts.items():
        path = folder / f"{name}.py"
        path.write_text(text, "utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    try:
        yield
    finally:
        for name in texts:
            del sys.modules[name]
