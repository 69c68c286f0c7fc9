"""The tables as the migrations make them are those that the code speaks to, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, inspect
from sqlalchemy.exc import IntegrityError

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.tables import (
    APPEND_ONLY,
    JOURNAL_EVENT,
    JOURNAL_PLACE,
    METADATA,
    TILL,
)
from posloyalty.headoffice.store.upgrade import REVISIONS, SCRIPTS


def test_migrations_and_tables_agree(office: OpenOffice) -> None:
    with office.database.read() as connection:
        found = inspect(connection)
        names = set(found.get_table_names()) - {"alembic_version"}
        assert names == set(METADATA.tables)
        for table in METADATA.sorted_tables:
            columns = found.get_columns(table.name)
            # In this order, because many rows are put by their places.
            assert [one["name"] for one in columns] == [one.name for one in table.columns]
            must = {one["name"] for one in columns if not one["nullable"]}
            assert must >= {one.name for one in table.columns if not one.nullable} - {
                one.name for one in table.primary_key
            }
            key = found.get_pk_constraint(table.name)["constrained_columns"]
            assert key == [one.name for one in table.primary_key]
            indexes = {str(one["name"]) for one in found.get_indexes(table.name)}
            assert {str(one.name) for one in table.indexes} <= indexes
    assert set(APPEND_ONLY) <= names


def test_a_till_with_a_journal_is_never_removed(office: OpenOffice) -> None:
    till = b"t" * 16
    with office.database.write() as connection:
        for table, more in ((TILL, {"store_code": "S1"}), (JOURNAL_PLACE, {}), (JOURNAL_EVENT, {})):
            row = {one.name: _anything(one) for one in table.columns} | more
            connection.execute(table.insert().values(row | {"till_id": till}))
    with pytest.raises(IntegrityError), office.database.write() as connection:
        connection.execute(TILL.delete())


def test_an_event_asks_for_its_till_again_on_sqlite_only(office: OpenOffice) -> None:
    with office.database.read() as connection:
        found = {
            name: [one["referred_table"] for one in inspect(connection).get_foreign_keys(name)]
            for name in ("journal_place", "journal_event")
        }
    again = [] if office.database.on_postgresql else ["till"]
    assert found == {"journal_place": ["till"], "journal_event": again}


def _anything(column: Column[Any]) -> object:
    kind = column.type.python_type
    size = 16 if column.name.endswith("_id") else 32
    return {bytes: b"x" * size, str: "x", int: 1}[kind]


def test_every_step_is_known() -> None:
    scripts = sorted(path.name[1:5] for path in (SCRIPTS / "versions").glob("v*.py"))
    assert scripts == list(REVISIONS)
