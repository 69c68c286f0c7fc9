"""A database of the release before says who is in which household, as its ledger knows."""

from __future__ import annotations

import json

from sqlalchemy import Engine

from tests.headoffice.store.test_quicker_intake import brought_to, engine

__all__ = ["engine"]  # it makes the database
RIGHT = """
INSERT INTO held_right VALUES
    ({mark}, {mark}, {mark}, 'head', 'homes', {mark}, 0, 0, NULL, NULL, 0, 0, 0, 0, {mark}, 0)"""
PLACE = """
INSERT INTO owner_place (owner, arrived, decided, folded, due_s, everywhere)
VALUES ({mark}, {mark}, {mark}, {mark}, {mark}, {mark})"""
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


def test_so_is_who_came_in_a_moment_ago_and_is_not_folded_yet(engine: Engine) -> None:
    anna, ben, cleo, home = b"a" * 16, b"b" * 16, b"c" * 16, b"h" * 16
    till, mark = b"t" * 16, "?" if engine.dialect.name == "sqlite" else "%s"
    rights = [_joins(who, home) for who in (anna, cleo)]
    bodies = [
        json.dumps({"t": "act", "rights": rights}).encode(),
        json.dumps({"t": "act", "what": "household"}).encode(),
        b'{"household", of a forger',
    ]
    rows = {
        "store": [("S1", "Main Street", 0, "")],
        "till": [(till, "S1", "T1", bytes(32), b"c", bytes(32), 0, 0, 0, "", 0, 0, 0, 0)],
        "journal_place": [(till, 1, 3, bytes(32), bytes(64), 0, 0, 0, 0)],
        "journal_event": [
            (till, 1, n, b"%016d" % n, one, bytes(32), 0) for n, one in enumerate(bodies, 1)
        ],
        "event_owner": [
            *((anna, n, b"%016d" % n, till, 1, n, 0) for n in (1, 2, 3)),
            (ben, 1, b"%016d" % 1, till, 1, 1, 0),
        ],
    }
    places = [(anna, 3, 0, 0, 0, 0), (ben, 1, 0, 0, 0, 0)]
    with engine.begin() as connection:
        brought_to(connection, BEFORE)
        for table, listed in rows.items():
            for row in listed:
                marks = ", ".join([mark] * len(row))
                connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", row)
        for row in places:
            connection.exec_driver_sql(PLACE.format(mark=mark), row)
        brought_to(connection, "head")
        found = connection.exec_driver_sql("SELECT * FROM household_member").all()
    assert [(one, bytes(who)) for one, who in found] == [(home.hex(), anna)]


def _joins(who: bytes, home: bytes) -> dict[str, object]:
    made = {"kind": "household", "of": "homes", "pi": "club", "owner": who.hex()}
    return {"id": "1", "right": "2", "move": "issue", "opens": made | {"code": home.hex()}}
