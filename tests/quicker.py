"""What the suite does once where the product does it at every start: it changes no behaviour.

- A statement is compiled once in a run. The product's engines compile each for themselves, and a
  test opens several: it took a fifth of the time of whatever plays on books of its own.
- The recovery code is stretched with the least work that Argon2 allows, as the PINs of tests are; a
  quarter of a second for each new book. `tests/test_quicker.py` sees the product's own costs.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.util import LRUCache

from posloyalty.storage.keys import wrapping

STATEMENTS_MOST = 4_000
RECOVERY_COSTS = (wrapping.TIME_COST, wrapping.MEMORY_KIB)
"""The product's own: how often, KiB."""


class CompiledOnce:
    """A `compiled_cache` of all engines that speak to one kind of database by one driver."""

    def __init__(self) -> None:
        self._known: LRUCache[Any, Any] = LRUCache(STATEMENTS_MOST)

    def get(self, key: tuple[Any, ...]) -> Any:
        """What was compiled of a statement, or None."""
        return self._known.get((*spoken(key[0]), *key[1:]))

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        self._known[*spoken(key[0]), *key[1:]] = compiled


def spoken(dialect: Dialect) -> tuple[object, ...]:
    """What two dialects have in common that compile alike."""
    version = dialect.server_version_info if hasattr(dialect, "server_version_info") else None
    return type(dialect), dialect.dbapi, dialect.paramstyle, version


def quicken() -> None:
    """From now on, for the rest of the run."""
    once = CompiledOnce()

    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=once)

    event.listen(Engine, "engine_connect", share)
    patch = pytest.MonkeyPatch()
    patch.setattr(wrapping, "TIME_COST", 1)
    patch.setattr(wrapping, "MEMORY_KIB", 8)
