"""The tables as the migrations make them are those that the code speaks to, on both databases."""

from __future__ import annotations

from sqlalchemy import inspect

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.tables import APPEND_ONLY, METADATA
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


def test_every_step_is_known() -> None:
    scripts = sorted(path.name[1:5] for path in (SCRIPTS / "versions").glob("v*.py"))
    assert scripts == list(REVISIONS)
