"""Keeps what Qt for Python compiles anew at every start.

Its wheels serve every Python and so carry their Python part as source; Qt compiles it whenever it
is loaded, a quarter of the time to a bare window. Within `kept_code(file)` what was compiled before
is taken from the file, and what was not is compiled and written there for the next start.

Code counts only for the very same source, by its hash (`kept_file`).
"""

from __future__ import annotations
import __future__

import builtins
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import source_hash
from types import CodeType
from typing import Any

from ui import kept_file

_Key = tuple[str, str, int, bytes]
"""File name, mode, flags and the hash of a source."""


@contextmanager
def kept_code(file: str | None) -> Iterator[None]:
    """Meanwhile `compile` answers from the file; afterwards the file holds what was asked for."""
    if file is None:
        yield
        return
    before: dict[_Key, CodeType] = kept_file.read(file)
    used: dict[_Key, CodeType] = {}
    plain = builtins.compile
    builtins.compile = _compiling(plain, before, used)
    try:
        yield
    finally:
        builtins.compile = plain
    if used.keys() != before.keys():
        kept_file.write(file, used)


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
