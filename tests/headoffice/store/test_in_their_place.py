"""Where an owner stands is changed in its row, and the database says who waits."""

from __future__ import annotations

from sqlalchemy import Connection, text

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.statements import bump
from tests.headoffice.a_till import ATill
from tests.headoffice.ledger.test_archive import add, earning

FOLDED = (
    "UPDATE owner_place SET arrived = 2, folded = 2, decided = 2, last_us = 7 WHERE arrived = 1"
)
CHANGED = """
SELECT pg_stat_get_xact_tuples_updated(of.id), pg_stat_get_xact_tuples_hot_updated(of.id)
FROM (SELECT 'owner_place'::regclass::oid AS id) AS of"""


def told(connection: Connection) -> list[tuple[int, int, int]]:
    asked = "SELECT arrived, waits, undecided FROM owner_place ORDER BY owner LIMIT 2"
    return [(one.arrived, one.waits, one.undecided) for one in connection.execute(text(asked))]


def changed(connection: Connection) -> tuple[int, int]:
    """Rows that were changed so far, and those of them that were changed in their place."""
    rows, in_place = connection.exec_driver_sql(CHANGED).one()
    return rows, in_place


def test_a_fold_of_all_that_came_changes_rows_and_no_index(office: OpenOffice, till: ATill) -> None:
    for n in range(1, 21):
        add(till, earning(bytes([n]) * 16, n, 10 * n))
    assert till.push(office, 1, 20).status == 200
    counts = office.database.on_postgresql
    with office.database.write() as connection:
        assert told(connection) == [(1, 0, 0), (1, 0, 0)]
        before = changed(connection) if counts else (0, 0)
        connection.exec_driver_sql(FOLDED)
        assert told(connection) == [(2, 0, 0), (2, 0, 0)]
        if counts:
            rows, in_place = changed(connection)
            assert (rows - before[0], in_place - before[1]) == (20, 20)


def test_who_waits_is_said_by_the_database(office: OpenOffice) -> None:
    with office.database.write() as connection:
        bump(connection, [(b"a" * 16, 1), (b"b" * 16, 0)], 0)
        assert told(connection) == [(1, 1, 1), (0, 0, 0)]
