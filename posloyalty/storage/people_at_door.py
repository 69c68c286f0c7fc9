"""Who may sign in, read from the book by the bare driver before the rest of storage is imported.

Shape: `people_at_door(place, key)` gives a `Known` for everybody who is active and has a PIN, by
name, as the repository of people would. A book that cannot be read so (older tables, a damaged
page, a role of a later release) knows nobody here: opening it says what is wrong.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

import sqlcipher3.dbapi2 as sqlcipher

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.storage.driver import BUSY_S, pragmas
from posloyalty.storage.place import BookPlace

# A handful of rows: a few pages are plenty.
CACHE_KIB: Final = 256
PEOPLE: Final = """
    SELECT id, name, role, pin_hash, failures = 0 AND locked_until IS NULL
    FROM operator WHERE active AND pin_hash IS NOT NULL ORDER BY name, id
"""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who may sign in. `clear` says that no wrong PIN came since their last right one."""

    operator: Operator
    pin_hash: str = field(repr=False)
    clear: bool


def people_at_door(place: BookPlace, key: bytes) -> tuple[Known, ...]:
    """Everybody who may sign in; nobody where that cannot be read."""
    try:
        with closing(sqlcipher.connect(str(place.book), timeout=BUSY_S)) as connection:
            for pragma in pragmas(key, cache_kib=CACHE_KIB, query_only=True):
                connection.execute(pragma)
            rows = connection.execute(PEOPLE).fetchall()
        return tuple(
            Known(Operator(operator_id, name, Role(role)), pin_hash, bool(clear))
            for operator_id, name, role, pin_hash, clear in rows
        )
    except (sqlcipher.Error, ValueError):
        return ()
