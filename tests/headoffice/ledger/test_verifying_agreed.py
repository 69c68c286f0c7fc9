"""What tills and head office agree on is proved from the journals: a row that lies is named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, select

from posloyalty.headoffice.ledger.verifying_agreed import differing
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.counted_tables import OWNER_AGREED, OWNER_REPLANNED
from tests.headoffice.ledger.standing import follow_all
from tests.headoffice.ledger.test_agreed import Agreeing, Spied, acts, agreeing

World = tuple[Agreeing, Spied, Connection]

CHANGES = (
    "arrival = arrival - 1",
    "arrival = arrival + 1",
    "last_us = last_us + 1",
    "last_epoch = last_epoch + 1",
    "last_seq = last_seq + 1",
    "epoch = 0",
    "seq = 0",
    "seq = seq - 1",
)


@pytest.fixture
def world(office: OpenOffice, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Two tills have spent of what one of them gave, and agree with head office."""
    monkeypatch.setattr("posloyalty.headoffice.ledger.agreed.KEEP_STEP", 1)
    with agreeing(office) as (fleet, archive, connection):
        for till in fleet.tills[:2]:
            acts(fleet, till, -5)
            fleet.heal()
        follow_all(fleet.ledger, connection)
        assert found(archive, connection) == []
        assert len(connection.execute(select(OWNER_AGREED)).all()) >= 2
        yield fleet, archive, connection


def found(archive: Spied, connection: Connection) -> list[str]:
    """What is named, without the till and the owner."""
    return [f"{one.expected} | {one.found}" for one in differing(archive, connection, ())]


def test_a_changed_row_is_named(world: World) -> None:
    _, archive, connection = world
    rows = connection.execute(select(OWNER_AGREED)).all()
    for change in CHANGES:
        undone = connection.begin_nested()
        connection.exec_driver_sql(f"UPDATE owner_agreed SET {change}")
        assert len(found(archive, connection)) == len(rows), change
        undone.rollback()
    assert found(archive, connection) == []


def test_a_row_of_a_till_that_lacks_something_is_named(world: World) -> None:
    fleet, archive, connection = world
    one, other, *_ = fleet.tills
    acts(fleet, one, 10)
    fleet.send_new(one)
    follow_all(fleet.ledger, connection)
    (place,) = connection.exec_driver_sql("SELECT max(arrival) FROM event_owner").one()
    mine = OWNER_AGREED.update().where(OWNER_AGREED.c.till_id == other.id)
    newest = archive.numbered(fleet.members[0], place - 1)[-1][1]
    last = {"last_till": newest.till_id, "last_epoch": newest.epoch, "last_seq": newest.seq}
    us = connection.exec_driver_sql("SELECT max(at_us) FROM event_owner").scalar_one()
    connection.execute(mine.values(arrival=place, last_us=us, **last))
    assert found(archive, connection) == ["the same | another book"]


def test_that_head_office_planned_anew_since_is_missed_where_it_is_not_noted(world: World) -> None:
    fleet, archive, connection = world
    for till in fleet.tills[:2]:
        acts(fleet, till, -70)
        fleet.send_new(till)
    follow_all(fleet.ledger, connection)
    assert connection.execute(select(OWNER_REPLANNED)).all()
    assert found(archive, connection) == []
    connection.execute(OWNER_REPLANNED.delete())
    assert set(found(archive, connection)) == {"as events say | planned anew"}
