"""Deliberate bugs in the product, switched on one at a time.

A mutation is a line of a product function (never of the tests' world) with a mistake that somebody
might make. Its text has to stand there once, so a mutation that no longer says anything fails. What
a mutation leaves of the function's source is compiled in its module's place until the block ends.
"""

from __future__ import annotations
import __future__

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from textwrap import dedent
from typing import Any, Final

from tests.simulation.kinds import OPEN_KEPT, Kind

_PACKAGES: Final = ("posloyalty.", "tests.simulation.", "tests.sync.")


@dataclass(frozen=True)
class Mutation:
    """`where` is "module:function" or "module:Class.method"; `was` becomes `now`. It shows in
    worlds of one `kind`.
    """

    name: str
    where: str
    was: str
    now: str
    kind: Kind = OPEN_KEPT


@contextmanager
def switched_on(mutation: Mutation) -> Iterator[None]:
    """The product with one mistake."""
    module_name, _, path = mutation.where.partition(":")
    module = import_module(module_name)
    owner_name, _, name = path.rpartition(".")
    owner: Any = getattr(module, owner_name) if owner_name else module
    right = getattr(owner, name)
    wrong = _compiled(mutation, module.__dict__, right)
    places = [(owner, name)] if owner_name else list(_named(right))
    for place, known_as in places:
        setattr(place, known_as, wrong)
    try:
        yield
    finally:
        for place, known_as in places:
            setattr(place, known_as, right)


def _compiled(mutation: Mutation, names: dict[str, Any], right: Any) -> Any:
    source = dedent(inspect.getsource(right))
    if source.count(mutation.was) != 1:
        raise LookupError(f"{mutation.name}: {mutation.was!r} does not stand once in {right}")
    flags = __future__.annotations.compiler_flag
    code = compile(source.replace(mutation.was, mutation.now), mutation.where, "exec", flags)
    made: dict[str, Any] = {}
    exec(code, names, made)
    return made[right.__name__]


def _named(function: Any) -> Iterator[tuple[Any, str]]:
    """Every module that has a function under some name."""
    for module_name, module in sorted(sys.modules.items()):
        if module_name.startswith(_PACKAGES):
            for known_as, value in list(vars(module).items()):
                if value is function:
                    yield module, known_as
