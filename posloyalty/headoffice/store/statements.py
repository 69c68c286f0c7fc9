"""Statements that the two databases word differently, one a batch and never one an event.

PostgreSQL is handed arrays, so that a statement is the same text whatever its batch holds; SQLite
runs a statement for each row in its own process, which costs nothing by way of trips. Questions of
one `ask`, and writing inside `together`, go to PostgreSQL in one trip: what waits on the way there
and back is most of what a short statement takes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any, Final

import psycopg
import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from posloyalty.headoffice.store.arrays import bytea, columns, columns_or_once, int8, of_ids
from posloyalty.headoffice.store.trips import Known, Trip, trip

_BUMP: Final = """
INSERT INTO owner_place AS known (owner, arrived, decided, folded, due_s, everywhere)
{rows}
ON CONFLICT (owner) DO UPDATE SET
    arrived = known.arrived + excluded.arrived,
    due_s = CASE WHEN known.arrived > known.folded THEN known.due_s ELSE excluded.due_s END
"""
_PG_BUMP: Final = (
    _BUMP.format(
        rows="SELECT o, n, 0, 0, %s, 0 FROM unnest(%s::bytea[], %s::int8[])"
        " AS given (o, n) ORDER BY o"
    )
    + "RETURNING owner, arrived, everywhere"
)
_SQLITE_BUMP: Final = _BUMP.format(rows="VALUES (?, ?, 0, 0, ?, 0)")
_NUMBERS: Final = "SELECT owner, arrived, everywhere FROM owner_place WHERE owner IN"
_JOIN: Final = """
INSERT INTO member AS known (member_id, joined, erased) {rows}
ON CONFLICT (member_id) DO UPDATE SET joined = CASE
    WHEN known.joined IS NULL OR known.joined > excluded.joined THEN excluded.joined
    ELSE known.joined END
"""
_DUE: Final = """
INSERT INTO till_due AS known (till_id, owner, arrived) {rows}
ON CONFLICT (till_id, owner) DO UPDATE SET arrived = excluded.arrived
WHERE known.arrived < excluded.arrived
"""
PREPARED: Final = "posloyalty_prepared"
"""Under which SQLAlchemy keeps the names of a connection's prepared statements."""
_TOGETHER: Final = "posloyalty_together"
"""And the trip that it is on."""
_ALIKE: Final = frozenset(
    {
        *("till_id", "epoch", "received_s"),
        *("ledger", "kind", "reverses", "earned", "usable", "last", "funder", "shop_cost"),
    }
)
"""Columns that mostly have one value in all rows of a batch."""
_PG_TYPES: Final = {"BIGINT": "int8", "INTEGER": "int4", "BLOB": "bytea", "TEXT": "text"}


def on_postgresql(connection: Connection) -> bool:
    """Which of the two it is."""
    return connection.dialect.name == "postgresql"


@cache
def types_of(table: Table) -> tuple[str, ...]:
    """PostgreSQL's types of a table's columns."""
    return tuple(_PG_TYPES[str(one.type)] for one in table.columns)


Question = tuple[str, Sequence[Any]]
"""A statement and its values."""
BY_KEY: Final[Question] = (
    "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),"
    " set_config('enable_mergejoin', 'off', true),"
    " set_config('plan_cache_mode', 'force_generic_plan', true)",
    (),
)
"""On PostgreSQL: each of this transaction's rows is found by its key. A statement is planned once
for a connection, never for its values, which for a short one takes longer than to run it; planned
while a table was still small, it would go through all of it for every batch, until somebody counts
its rows.
"""
UNHURRIED: Final[Question] = (
    f"{BY_KEY[0]}, set_config('synchronous_commit', 'off', true)",
    (),
)
"""The same, and this transaction's commit does not wait for the disk."""
IN_ORDER: Final[Question] = (
    "SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true),"
    " set_config('enable_seqscan', 'off', true)",
    (),
)
"""On PostgreSQL: this transaction's pages are read in the order of an index. While nobody has
counted a table's rows, each page of it would be sorted out of all that follow.
"""
_SQLITE_IDS_MOST: Final = 20_000
"""SQLite takes no more than 32,766 values in one statement."""
_SQLITE_IDS_STEP: Final = 32
"""Its lists of ids come in steps of so many, so that few texts of a statement are compiled."""


def bump(
    connection: Connection, counts: Sequence[tuple[bytes, int]], now_s: int
) -> list[tuple[bytes, int, int]]:
    """Lock owners, sorted by their ids, and number so many more events of each.

    Gives (owner, last number, number of the change where every till hears of it).
    """
    return bump_and_ask(connection, counts, now_s)[0]


def bump_and_ask(
    connection: Connection,
    counts: Sequence[tuple[bytes, int]],
    now_s: int,
    *questions: tuple[str, Collection[Any]],
) -> list[list[Any]]:
    """The same, and then what `many` would answer to each of some questions."""
    if on_postgresql(connection):
        rows = [(owner, n) for owner, n in counts]
        owners, numbers = bytea([one for one, _ in rows]), int8([n for _, n in rows])
        return ask_behind(connection, [(_PG_BUMP, (now_s, owners, numbers))], questions)
    run_each(connection, _SQLITE_BUMP, [(owner, n, now_s) for owner, n in counts])
    return ask_many(connection, (_NUMBERS, [owner for owner, _ in counts]), *questions)


def ask(connection: Connection, *questions: Question) -> list[list[Any]]:
    """The rows of each of some statements, as tuples, in one trip to PostgreSQL, which sends raw
    bytes as they are: as hexadecimal text they cost both sides several times as much.
    """
    if not on_postgresql(connection):
        driver = _driver(connection)
        with _told_as_others():
            return [driver.execute(*one).fetchall() for one in questions]
    with _told_as_others(), _trip(connection) as sent:
        for wording, values in questions:
            sent.say(wording, values)
    return sent.answers()


def ask_by_key(connection: Connection, *questions: Question) -> list[list[Any]]:
    """The same, and from here to the end of the transaction each row is found `BY_KEY`."""
    first = [BY_KEY] if on_postgresql(connection) else []
    return ask(connection, *first, *questions)[len(first) :]


def ask_one(connection: Connection, wording: str, values: Sequence[Any]) -> list[Any]:
    """The rows of one statement as tuples; its values are marked `?`."""
    return ask(connection, (marked(connection, wording), values))[0]


def ask_many(connection: Connection, *questions: tuple[str, Collection[Any]]) -> list[list[Any]]:
    """What `many` answers to each of some questions, in one trip to PostgreSQL."""
    if on_postgresql(connection):
        return ask_behind(connection, (), questions)
    found: list[list[Any]] = []
    for select, ids in questions:
        parts = [many_of(connection, select, part) for part in _parts(ids)]
        found.append([row for rows in ask(connection, *parts) for row in rows])
    return found


def ask_behind(
    connection: Connection,
    first: Sequence[Question],
    questions: Sequence[tuple[str, Collection[Any]]],
) -> list[list[Any]]:
    """The rows of some statements, and behind them what `many` answers to each of some questions,
    in one trip to PostgreSQL; on SQLite of no more ids than one statement takes. A question about
    no id is not asked, and most batches have some: each statement costs what reading an event does.
    """
    asked = [*first, *(many_of(connection, *one) for one in questions if one[1])]
    answers = iter(ask(connection, *asked) if asked else ())
    found = [next(answers) for _ in first]
    return found + [next(answers) if ids else [] for _, ids in questions]


@contextmanager
def together(connection: Connection, *, commits: bool = False) -> Iterator[None]:
    """What is written inside goes to PostgreSQL in one trip; nothing may be asked meanwhile. Where
    it is the last of its transaction, that `commits` in the same trip.

    A statement that it refuses is raised at the end at the latest, and then nothing was committed.
    """
    if not on_postgresql(connection):
        yield
        return
    info = connection.info
    with _told_as_others(), _trip(connection) as sent:
        info[_TOGETHER] = sent
        try:
            yield
        finally:
            del info[_TOGETHER]
        if commits:
            sent.commit()


def run(connection: Connection, wording: str, values: Sequence[Any]) -> None:
    """Run one statement of which nothing is asked; its values are marked `?`."""
    if not on_postgresql(connection):
        with _told_as_others():
            _driver(connection).execute(wording, tuple(values))
        return
    wording, sent = wording.replace("?", "%s"), connection.info.get(_TOGETHER)
    if sent is not None:
        sent.say(wording, values)
        return
    with _told_as_others(), _trip(connection) as alone:
        alone.say(wording, values)


def many_of(connection: Connection, select: str, ids: Collection[Any], *more: Any) -> Question:
    """What `many` asks, for `ask`; `ids` may be empty."""
    if on_postgresql(connection):
        asked = select.removesuffix("IN").replace("?", "%s") + "= ANY(%s)"
        return asked, (*more, of_ids(ids) if ids else bytea(()))
    listed = list(ids)
    listed += listed[-1:] * (-len(listed) % _SQLITE_IDS_STEP)
    return f"{select} ({', '.join('?' * len(listed))})", (*more, *listed)


def about(
    connection: Connection, wording: str, rows: Sequence[tuple[Any, ...]], types: Sequence[str]
) -> Question:
    """What a statement asks of some rows of values, at least one, for `ask`; `{rows}` in it stands
    for them. `types` are PostgreSQL's.
    """
    if on_postgresql(connection):
        arrays = ", ".join(f"%s::{one}[]" for one in types)
        return wording.format(rows=f"SELECT * FROM unnest({arrays})"), columns(rows, types)
    marks = f"({', '.join('?' * len(types))})"
    values = [value for row in rows for value in row]
    return wording.format(rows=f"VALUES {', '.join([marks] * len(rows))}"), values


def many(connection: Connection, select: str, ids: Collection[Any], *more: Any) -> list[Any]:
    """The rows of `select`, which ends with "IN", for many ids; `more` are values before them."""
    if not ids:
        return []
    if on_postgresql(connection):
        return list(connection.exec_driver_sql(*many_of(connection, select, ids, *more)).all())
    rows: list[Any] = []
    for part in _parts(ids):
        rows += connection.exec_driver_sql(*many_of(connection, select, part, *more)).all()
    return rows


def join(connection: Connection, rows: Sequence[tuple[bytes, str]]) -> None:
    """Members with the day on which each joined; the earliest that was heard of stands."""
    run_for(connection, _JOIN, [(*row, 0) for row in rows], ("bytea", "text", "int4"))


def due(connection: Connection, rows: Sequence[tuple[bytes, bytes, int]]) -> None:
    """Tills that may have to hear of owners, up to a number."""
    run_for(connection, _DUE, rows, ("bytea", "bytea", "int8"))


def put(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows, their values in the table's order."""
    into, types, alike = _insertion(table)
    run_for(connection, f"{into} {{rows}}", rows, types, alike=alike)


def put_new(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add those rows that are not there yet."""
    into, types, _ = _insertion(table)
    run_for(connection, f"{into} {{rows}} ON CONFLICT DO NOTHING", rows, types)


def put_new_and_ask(
    connection: Connection,
    table: Table,
    rows: Sequence[tuple[Any, ...]],
    question: tuple[str, Collection[Any]],
    *,
    there: str = "DO NOTHING",
) -> list[Any]:
    """Add rows, at least one, or do with those that are `there` what it says; then what `many`
    answers to a question.
    """
    into, types, _ = _insertion(table)
    wording = f"{into} {{rows}} ON CONFLICT {there}"
    if not on_postgresql(connection):
        run_for(connection, wording, rows, types)
        return ask_many(connection, question)[0]
    return ask(connection, _insertion_of(wording, rows, types), many_of(connection, *question))[1]


def run_for(
    connection: Connection,
    wording: str,
    rows: Sequence[tuple[Any, ...]],
    types: Sequence[str],
    *,
    alike: Collection[int] = (),
) -> None:
    """Run an insertion whose `{rows}` are these; no two of them may have one key.

    `types` are PostgreSQL's, `alike` the places of columns that mostly have one value in all rows.
    """
    if not rows:
        return
    if not on_postgresql(connection):
        marks = ", ".join("?" * len(types))
        run_each(connection, wording.format(rows=f"VALUES ({marks})"), rows)
        return
    run(connection, *_insertion_of(wording, rows, types, alike))


def _insertion_of(
    wording: str,
    rows: Sequence[tuple[Any, ...]],
    types: Sequence[str],
    alike: Collection[int] = (),
) -> Question:
    """On PostgreSQL: an insertion whose `{rows}` are these."""
    once, values = columns_or_once(rows, types, alike)
    return _from_arrays(wording, tuple(types), once), values


@cache
def _from_arrays(wording: str, types: tuple[str, ...], once: tuple[int, ...]) -> str:
    """An insertion whose `{rows}` come as an array for each of their columns, but for those that
    have one value, said `once`.
    """
    names, arrays = given_names(types, once)
    return wording.format(rows=f"SELECT {', '.join(names)} FROM {arrays}")


def given_names(types: Sequence[str], once: Collection[int]) -> tuple[list[str], str]:
    """How a statement names its columns, and whence it has those that come as arrays; first come
    the values that are said once (`columns_or_once`).
    """
    listed = [place for place in range(len(types)) if place not in once]
    names = [f"%s::{kind}" if place in once else f"c{place}" for place, kind in enumerate(types)]
    arrays = ", ".join([f"%s::{types[place]}[]" for place in listed])
    return names, f"unnest({arrays}) AS sent ({', '.join([f'c{place}' for place in listed])})"


@cache
def _insertion(table: Table) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
    """How an insertion begins, the types of the table's columns, and which are mostly alike."""
    columns = list(table.columns)
    names = ", ".join(f'"{column.name}"' for column in columns)
    alike = tuple(place for place, column in enumerate(columns) if column.name in _ALIKE)
    return f"INSERT INTO {table.name} ({names})", types_of(table), alike


def run_each(connection: Connection, wording: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """On SQLite: run a statement for each of some rows."""
    with _told_as_others():
        _driver(connection).executemany(wording, rows)


def marked(connection: Connection, wording: str) -> str:
    """A statement whose values are marked `?`, as the driver wants it."""
    return wording.replace("?", "%s") if on_postgresql(connection) else wording


def _parts(ids: Collection[Any]) -> Iterator[list[Any]]:
    """Ids in lists that one statement of SQLite takes."""
    listed = list(ids)
    for place in range(0, len(listed), _SQLITE_IDS_MOST):
        yield listed[place : place + _SQLITE_IDS_MOST]


def _trip(connection: Connection) -> AbstractContextManager[Trip]:
    """A trip of a connection to PostgreSQL."""
    info = connection.info
    known = info.get(PREPARED)
    if known is None:
        known = info[PREPARED] = Known()
    return trip(_driver(connection), known)


def _driver(connection: Connection) -> Any:
    """What is below SQLAlchemy, whose own part of a short statement is the larger one."""
    return connection.connection.driver_connection


@contextmanager
def _told_as_others() -> Iterator[None]:
    """Faults as every other statement's, so that whoever catches one catches this."""
    try:
        yield
    except psycopg.Error as fault:
        raise DBAPIError.instance("batch", None, fault, psycopg.Error) from fault
    except sqlite.Error as fault:
        raise DBAPIError.instance("batch", None, fault, sqlite.Error) from fault
