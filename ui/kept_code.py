"""Keeps what Qt for Python compiles anew at every start.

Its wheels serve every Python and so carry their Python part as source; Qt compiles it whenever it
is loaded, a quarter of the time to a bare window. Within `kept_code(file)` what was compiled before
is taken from the file, and what was not is compiled and written there for the next start.

The rules are those of Python's own `__pycache__`, where the file lies: code counts only for the
very same source, by its hash, under the same Python; a file that is missing, damaged or may not be
written is as good as none; `python -B` writes nothing.
"""

from __future__ import annotations
import __future__

import builtins
import marshal
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from types import CodeType
from typing import Any, Final

HASH_BYTES: Final = 8
NAME: Final = "qt_support.py"

_Key = tuple[str, str, int, bytes]
"""File name, mode, flags and the hash of a source."""


def support_file() -> str | None:
    """Where Qt's compiled support is kept; None where this Python keeps nothing."""
    try:
        return cache_from_source(os.path.join(os.path.dirname(__file__), NAME))
    except NotImplementedError:
        return None


@contextmanager
def kept_code(file: str | None) -> Iterator[None]:
    """Meanwhile `compile` answers from the file; afterwards the file holds what was asked for."""
    if file is None:
        yield
        return
    before = _read(file)
    used: dict[_Key, CodeType] = {}
    plain = builtins.compile
    builtins.compile = _compiling(plain, before, used)
    try:
        yield
    finally:
        builtins.compile = plain
    if used.keys() != before.keys() and not sys.dont_write_bytecode:
        _write(file, used)


def _compiling(plain: Any, before: dict[_Key, CodeType], used: dict[_Key, CodeType]) -> Any:
    def compile(  # noqa: A001 - it stands in for Python's own
        source: Any,
        filename: Any,
        mode: str,
        flags: int = 0,
        dont_inherit: bool = False,
        optimize: int = -1,
        **others: Any,
    ) -> Any:
        if not dont_inherit:
            # Python's own takes these from who calls it, which would be us.
            asking = sys._getframe(1).f_code.co_flags
            flags |= asking & __future__.annotations.compiler_flag
        plainly = isinstance(source, bytes) and type(filename) is str and not others
        if not plainly or optimize != -1:
            return plain(source, filename, mode, flags, True, optimize, **others)
        key = (filename, mode, flags, source_hash(source))
        code = before.get(key)
        if code is None:
            code = plain(source, filename, mode, flags, True)
        if isinstance(code, CodeType):
            used[key] = code
        return code

    return compile


def _read(file: str) -> dict[_Key, CodeType]:
    try:
        with open(file, "rb") as stream:
            head, told = stream.read(len(MAGIC_NUMBER) + HASH_BYTES), stream.read()
        if head != MAGIC_NUMBER + source_hash(told):
            return {}
        kept = marshal.loads(told)
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _write(file: str, codes: dict[_Key, CodeType]) -> None:
    told = marshal.dumps(codes)
    making = f"{file}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(making, "wb") as stream:
            stream.write(MAGIC_NUMBER + source_hash(told) + told)
        # Two tills that start at once each write a whole file, and the later one stays.
        os.replace(making, file)
    except OSError:
        return
