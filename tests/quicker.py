"""What the suite does once where the product does it at every start: it changes no behaviour.

- A statement is compiled once in a run. The product's engines compile each for themselves, and a
  test opens several: it took a fifth of the time of whatever plays on books of its own.
- The tables of a new book, and of a new head office on SQLite, are made by what the migrations said
  when they made the first one: read and planned anew, they were two thirds of making a book.
- A programme's file is read once, as each till does with its own: a test opens several tills of one
  programme, and reading it was a third of opening them.
- PINs, passwords and the recovery code are stretched with the least work that Argon2 allows; the
  code took a quarter of a second for each new book, and everybody who is invited or made a tenth.
  `tests/test_quicker.py` sees the product's own costs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.util import LRUCache

from posloyalty.domain.programme import load
from posloyalty.domain.programme.condition import CONDITIONS
from posloyalty.domain.programme.declaration import DECLARATIONS
from posloyalty.domain.programme.earn_rule import EARNINGS
from posloyalty.domain.programme.effect import EFFECTS
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.storage import upgrade as book_upgrade
from posloyalty.storage.keys import wrapping

STATEMENTS_MOST = 4_000
PROGRAMMES_MOST = 64
RECOVERY_COSTS = (wrapping.TIME_COST, wrapping.MEMORY_KIB)
"""The product's own: how often, KiB."""
PIN_COSTS = PinHasher.__init__.__kwdefaults__
"""The product's own of whoever says none."""


class CompiledOnce:
    """A `compiled_cache` of all engines that speak to one kind of database by one driver."""

    def __init__(self) -> None:
        self._known: LRUCache[Any, Any] = LRUCache(STATEMENTS_MOST)

    def get(self, key: tuple[Any, ...]) -> Any:
        """What was compiled of a statement, or None."""
        return self._known.get((*spoken(key[0]), *key[1:]))

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        self._known[*spoken(key[0]), *key[1:]] = compiled


class MadeAgain:
    """An `upgrade._run` of migrations that are read once: the tables of further databases that hold
    nothing are made by the same statements. Whatever has tables is upgraded as the product does.
    """

    def __init__(self, module: ModuleType) -> None:
        self.by_migrations: Callable[..., None] = module._run
        self._scripts = module.SCRIPTS
        self._said: list[tuple[str, Any]] = []

    def __call__(self, connection: Connection, *scripts: Path) -> None:
        """Make or upgrade the tables; `scripts` are where a book's migrations lie."""
        if scripts not in ((), (self._scripts,)) or not holds_nothing(connection):
            self.by_migrations(connection, *scripts)
        elif self._said:
            driver = connection.connection.driver_connection
            assert driver is not None
            for statement, values in self._said:
                driver.execute(statement, values)
        else:
            self._said = self._heard(connection, *scripts)

    def _heard(self, connection: Connection, *scripts: Path) -> list[tuple[str, Any]]:
        """Every statement of the migrations, with its values."""
        said = []

        def hear(*told: Any) -> None:
            _on, _by, statement, values, _context, many = told
            assert not many, "one row a statement"
            said.append((statement, values))

        event.listen(connection, "before_cursor_execute", hear)
        try:
            self.by_migrations(connection, *scripts)
        finally:
            event.remove(connection, "before_cursor_execute", hear)
        return said


class ReadOnce:
    """A `load.load_file` that gives the programme of a good file that was read before. Whoever
    changes the language's words has files read anew.
    """

    def __init__(self, own: Callable[[bytes], Any]) -> None:
        self._own = own
        self._known: LRUCache[Any, load.Loaded] = LRUCache(PROGRAMMES_MOST)

    def __call__(self, data: bytes) -> Any:
        """What the product reads in a file."""
        words = (CONDITIONS, EARNINGS, EFFECTS, DECLARATIONS)
        key = (data, *(tuple(known.values()) for known in words))
        found = self._known.get(key)
        if found is None:
            found = self._own(data)
            if isinstance(found, load.Loaded):
                self._known[key] = found
        return found


def holds_nothing(connection: Connection) -> bool:
    """Whether a database is SQLite's and has no table yet."""
    if connection.dialect.name != "sqlite":
        return False
    return connection.exec_driver_sql("SELECT 1 FROM sqlite_schema").first() is None


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
    patch.setattr(book_upgrade, "_run", MadeAgain(book_upgrade))
    office_upgrade = sys.modules.get("posloyalty.headoffice.store.upgrade")
    if office_upgrade is not None:
        patch.setattr(office_upgrade, "_run", MadeAgain(office_upgrade))
    patch.setattr(load, "load_file", ReadOnce(load.load_file))
    patch.setattr(PinHasher.__init__, "__kwdefaults__", {"time_cost": 1, "memory_kib": 8})
    patch.setattr(wrapping, "TIME_COST", 1)
    patch.setattr(wrapping, "MEMORY_KIB", 8)
