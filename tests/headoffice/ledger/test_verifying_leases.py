"""Proving head office's leases: what was used of each is what the journals say.

A till was lent 100 points and used 40 of them, as its journal says.
"""

from __future__ import annotations

import pytest

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.ledger.shelf import DatabaseShelf
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.archive_tables import LEASE
from posloyalty.sync import events
from posloyalty.sync.leases import Asset, AssetKind, LeaseBook
from tests.headoffice.a_till import ATill
from tests.headoffice.ledger.standing import follow
from tests.headoffice.ledger.test_archive import ANNA, act, add
from tests.headoffice.ledger.test_verifying import proof

LENT = derive_id("lease", 1)


def lend_to(office: OpenOffice, till: ATill) -> None:
    """100 points of Anna's, of which 40 are used by two acts."""
    with office.database.write() as connection:
        row = {
            "lease_id": LENT, "kind": "points", "key": "club/points", "owner": ANNA,
            "till_id": till.id, "amount": 100, "used": 0, "returned": 0, "granted_us": 1,
            "not_after_us": 1 << 52, "last_day": "2099-01-01", "state": "open", "gen": 1,
            "recalled": 0, "taken": 1, "given": 0,
        }  # fmt: skip
        connection.execute(LEASE.insert().values(row))
    opens = events.RightOpened(
        kind="lease", of="points:club/points", pi="", owner=ANNA.hex(), uses=100
    )
    steps = (
        events.RightStep(
            id=derive_id("step", 1).hex(), right=LENT.hex(), move="issue", opens=opens
        ),
        events.RightStep(id=derive_id("step", 2).hex(), right=LENT.hex(), move="use", n=30),
    )
    add(till, act(ANNA, 1, rights=steps))
    last = events.RightStep(id=derive_id("step", 3).hex(), right=LENT.hex(), move="use", n=10)
    add(till, act(ANNA, 2, rights=(last,)))
    assert till.push(office, 1, 2).status == 200
    follow(office)


@pytest.fixture
def lent(office: OpenOffice, till: ATill) -> OpenOffice:
    lend_to(office, till)
    return office


def test_a_lease_of_which_was_used_what_the_journals_say_is_right(lent: OpenOffice) -> None:
    with lent.database.read() as connection:
        assert connection.execute(LEASE.select()).one().used == 40
    found = proof(lent)
    assert (found.leases, found.differences) == (1, ())


NAMED = (
    ({"used": 39}, (40, 39)),
    ({"used": 41}, (40, 41)),
    ({"used": 0}, (40, 0)),
    ({"amount": 25, "used": 25}, None),  # of more than was lent, what was lent
    ({"amount": 25, "used": 24}, (25, 24)),
    # What was taken back bears no late use, so it may have less than the journals say, not more.
    ({"state": "reclaimed", "used": 39}, None),
    ({"state": "closed", "used": 39}, None),
    ({"returned": 60, "used": 39}, None),
    ({"state": "reclaimed", "used": 41}, (40, 41)),
    ({"state": "closed", "used": 41}, (40, 41)),
    ({"returned": 59, "used": 41}, (40, 41)),
)


@pytest.mark.parametrize(
    ("changed", "named"), NAMED, ids=lambda one: str(one) if isinstance(one, dict) else None
)
def test_another_use_of_a_lease_is_named(
    lent: OpenOffice, changed: dict[str, object], named: tuple[int, int] | None
) -> None:
    with lent.database.write() as connection:
        connection.execute(LEASE.update().values(changed))
    found = [(one.what, one.which, one.expected, one.found) for one in proof(lent).differences]
    assert found == ([("lease", LENT.hex(), *map(str, named))] if named else [])


def test_what_was_given_back_is_no_use(lent: OpenOffice, till: ATill) -> None:
    step = events.RightStep(id=derive_id("step", 5).hex(), right=LENT.hex(), move="cancel", n=60)
    add(till, act(ANNA, 3, rights=(step,)))
    assert till.push(lent, 3, 3).status == 200
    follow(lent)
    with lent.database.write() as connection:
        row = connection.execute(LEASE.select()).one()
        connection.execute(LEASE.update().values(used=41, returned=59))
    assert (row.used, row.returned, row.state) == (40, 60, "closed")
    found = [(one.what, one.which, one.expected, one.found) for one in proof(lent).differences]
    assert found == [("lease", LENT.hex(), "40", "41")]


@pytest.mark.parametrize("move", ["use", "cancel"])
def test_another_tills_journal_says_nothing_of_a_lease(
    lent: OpenOffice, till: ATill, move: str
) -> None:
    other = ATill(till.clock, number=2)
    assert other.join(lent, lent.administration.new_code("S1")).status == 201
    step = events.RightStep(id=derive_id("step", 4).hex(), right=LENT.hex(), move=move, n=60)
    add(other, act(ANNA, 3, rights=(step,)))
    assert other.push(lent, 1, 1).status == 200
    follow(lent)
    with lent.database.read() as connection:
        row = connection.execute(LEASE.select()).one()
        asset = Asset(AssetKind.POINTS, "club/points", ANNA)
        held = LeaseBook(DatabaseShelf(connection)).held(asset)
    # The other till could be lent what it freed or used up; the first one still spends it.
    assert (row.used, row.returned, row.state, held) == (40, 0, "open", 60)
    assert proof(lent).differences == ()
