"""Finding what registers itself: every module of a package is imported, and none has to be named.

Shape: a package of kinds calls `import_all(__name__, __path__)`. A new kind is then a new file and
no line anywhere. Modules come in the order of their names, so that it is the same everywhere; no
registry may let more than that order decide. A package of the installer, which has no folder, lists
its modules too; they are among its hidden imports, because no import statement names them.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules


def import_all(package: str, path: Iterable[str]) -> None:
    """Import the modules of a package, by its name and its `__path__`. Raises what they raise."""
    for name in sorted(module.name for module in iter_modules(path)):
        import_module(f"{package}.{name}")
