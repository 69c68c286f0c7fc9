"""Loads Qt for Python without what only its developers need: a third of the time to a bare window.

- Once loaded, it reads the source text of every module imported later, to see whether it wants
  another style of names (`from __feature__ import snake_case`). Nobody here does, and for the
  hundreds of modules behind the first paint it costs a tenth of a start, a cold disk's time for all
  their sources, and the memory that keeps the texts. Python's own import is put back.
- Its Python part is source that is compiled at every start: kept compiled (`kept_code`).
- That part compiles patterns that read signatures: compiled when they are used (`late_patterns`).

What is imported behind it is ours and has hundreds of data classes, whose methods Python compiles
at every start: kept compiled as well (`kept_classes`). The bytecode of all these modules is read
from one file (`kept_modules`).
"""

from __future__ import annotations

import builtins
from typing import Final

from ui import kept_file, kept_modules

SUPPORT: Final = "qt_support.py"


def load_qt() -> None:
    """Import Qt's first module; imports after it are Python's own, as before."""
    kept_modules.keep_modules(kept_file.place_of(kept_modules.KEPT))
    # Behind it, so that what these import is read from the one file too.
    from ui import kept_classes
    from ui.kept_code import kept_code
    from ui.late_patterns import late_patterns

    kept_classes.keep_classes(kept_file.place_of(kept_classes.KEPT))
    plain = builtins.__import__
    with kept_code(kept_file.place_of(SUPPORT)), late_patterns():
        import PySide6.QtCore  # noqa: F401

        builtins.__import__ = plain


def keep_loaded() -> None:
    """Keep what was compiled and imported, for the next start: for a lane, for it writes files."""
    from ui.kept_classes import write_classes

    write_classes()
    kept_modules.write_modules()
