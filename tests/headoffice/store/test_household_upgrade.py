"""A database of the release before says who is in which household, as its ledger knows."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.headoffice.store.test_quicker_intake import brought_to, engine

__all__ = ["engine"]  # it makes the database
RIGHT = """
INSERT INTO held_right VALUES
    ({mark}, {mark}, {mark}, 'head', 'homes', {mark}, 0, 0, NULL, NULL, 0, 0, 0, 0, {mark}, 0)"""
BEFORE = "0039"


def test_who_is_in_a_household_is_known(engine: Engine) -> None:
    anna, ben, home = b"a" * 16, b"b" * 16, b"h" * 16
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    held = [
        (b"1" * 16, anna, "household", home.hex(), b"e" * 16),
        (b"2" * 16, anna, "household", home.hex(), b"e" * 16),
        (b"3" * 16, ben, "voucher", home.hex(), b"e" * 16),
    ]
    with engine.begin() as connection:
        brought_to(connection, BEFORE)
        for row in held:
            connection.exec_driver_sql(RIGHT.format(mark=mark), row)
        brought_to(connection, "head")
        found = connection.exec_driver_sql("SELECT * FROM household_member").all()
    assert [(home, bytes(who)) for home, who in found] == [(home.hex(), anna)]
