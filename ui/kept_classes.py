"""Keeps what Python compiles anew at every start for data classes: the text of their methods.

`dataclasses` writes the source of each method of each class and executes it, six or more a class
and some three thousand until a till sells: a fifth of the processor's time behind the first paint.
After `keep_classes(file)` a text that was compiled before is taken from the file; `write_classes`
adds what was new, for the next start. Code counts only for the very same text, by its hash
(`kept_file`). A Python whose `dataclasses` works otherwise compiles as ever.
"""

from __future__ import annotations

import dataclasses
import marshal
from importlib.util import source_hash
from typing import Any, Final

from ui import kept_file

KEPT: Final = "data_classes.py"
# Texts of older versions are never asked for again: more than this, and the file begins anew.
MOST: Final = 12_000


class KeptClasses:
    """Stands in for `exec` in the module of data classes."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._kept: dict[bytes, bytes] = kept_file.read(file)
        self._new: dict[bytes, bytes] = {}

    def execute(self, text: str, names: dict[str, Any] | None, into: dict[str, Any]) -> None:
        """Execute a text as `exec` does, from code that was kept where there is any."""
        key = source_hash(text.encode())
        told = self._kept.get(key)
        if told is None:
            code = compile(text, "<string>", "exec", dont_inherit=True)
            self._new[key] = marshal.dumps(code)
        else:
            code = marshal.loads(told)
        exec(code, vars(dataclasses) if names is None else names, into)

    def write(self) -> None:
        """Keep what was new since the start or the last writing."""
        if not self._new:
            return
        before = {} if len(self._kept) + len(self._new) > MOST else self._kept
        self._kept, self._new = {**before, **self._new}, {}
        kept_file.write(self._file, self._kept)


def keep_classes(file: str | None) -> None:
    """From now on data classes are made from what the file keeps; None keeps nothing."""
    if file is None or _here:
        return
    kept = KeptClasses(file)
    # A name of the module hides the builtin one from what is written in it, and from nothing else.
    vars(dataclasses)["exec"] = kept.execute
    _here.append(kept)


def write_classes() -> None:
    """Keep what was compiled; nothing where nothing is kept. For a lane: it writes a file."""
    for kept in _here:
        kept.write()


_here: Final[list[KeptClasses]] = []
