"""What a till gains that guesses another one's wish: nothing.

A wish for the next visit has an id made of what both tills know (the member, the day, how much is
held), so two honest tills even make the same one. Of Anna's 100 points T1 wishes for 30.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.archive_tables import LEASE
from posloyalty.sync import events
from posloyalty.sync.wire.lending import LEASES
from tests.headoffice.a_till import ATill
from tests.headoffice.ledger.standing import follow
from tests.headoffice.ledger.test_archive import ANNA, act, add
from tests.headoffice.small_events import Books

RID = "07" * 16
POINTS = {"kind": "points", "key": "club/points", "owner": ANNA.hex()}


@pytest.fixture
def other(office: OpenOffice, till: ATill) -> ATill:
    """T2; Anna has 100 points, which T1 gave her."""
    books = Books(till, ledger="club/points")
    books.joins(ANNA)
    books.gives(100, member=ANNA, usable="2026-01-02")
    books.send(office)
    follow(office)
    assert till.hello(office).status == 200
    found = ATill(till.clock, number=2)
    assert found.join(office, office.administration.new_code("S1")).status == 201
    assert found.hello(office).status == 200
    return found


def wishes(till: ATill, office: OpenOffice, n: int, rid: str = RID) -> dict[str, Any]:
    """What a till hears of its wish for so many points: the lease, or what was denied."""
    wish = {"rid": rid, "asset": POINTS, "n": n, "last": "2026-11-30"}
    found = till.ask(office, LEASES, msgspec.json.encode({"want": [wish]}))
    assert found.status == 200
    (told,) = (*found.said["grants"], *found.said["denied"])
    return dict(told)


def lent(office: OpenOffice) -> list[tuple[bytes, int, str]]:
    with office.database.read() as connection:
        by_till = select(LEASE).order_by(LEASE.c.till_id, LEASE.c.state, LEASE.c.amount)
        rows = connection.execute(by_till).all()
    return [(bytes(row.till_id), row.amount, row.state) for row in rows]


def test_the_same_wish_of_two_tills_is_two_leases_of_what_is_there(
    office: OpenOffice, till: ATill, other: ATill
) -> None:
    first, again = wishes(till, office, 30), wishes(till, office, 30)
    guessed = wishes(other, office, 100)
    assert first == again
    assert guessed["lease"] != first["lease"]
    assert lent(office) == [(till.id, 30, "open"), (other.id, 56, "open")]  # of 70, four fifths


def test_a_lease_is_not_made_up_by_who_knows_what_it_will_be_asked_for_by(
    office: OpenOffice, till: ATill, other: ATill
) -> None:
    guess = derive_id("wish", till.id, bytes.fromhex(RID))
    opens = events.RightOpened(
        kind="lease", of="points:club/points", pi="", owner=ANNA.hex(), uses=9_000
    )
    step = derive_id("step", 1).hex()
    made_up = events.RightStep(id=step, right=guess.hex(), move="issue", opens=opens)
    add(other, act(ANNA, 11, rights=(made_up,)))
    assert other.push(office, 1, 1).status == 200
    assert (other.id, 9_000, "reclaimed") in lent(office)  # its word, for which nothing is held
    granted = wishes(till, office, 30)
    assert (granted["n"], granted["lease"]) != (9_000, guess.hex())
    assert (till.id, 30, "open") in lent(office)
