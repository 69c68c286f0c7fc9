"""Loads Qt for Python without its reader of sources.

Once loaded, Qt for Python reads the source text of every module imported later, to see whether it
wants another style of names (`from __feature__ import snake_case`). Nobody here does, and for the
hundreds of modules behind the first paint it costs a tenth of a start, a cold disk's time for all
their sources, and the memory that keeps the texts. `load_qt` puts Python's own import back.
"""

from __future__ import annotations

import builtins


def load_qt() -> None:
    """Import Qt's first module; imports after it are Python's own, as before."""
    plain = builtins.__import__
    import PySide6.QtCore  # noqa: F401

    builtins.__import__ = plain
