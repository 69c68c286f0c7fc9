"""The ledger comes to the same in whatever order a use and the giving of its right arrive."""

from __future__ import annotations

from itertools import permutations

import pytest
from msgspec import structs
from sqlalchemy import select

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.ledger_tables import HELD_RIGHT
from posloyalty.sync import events
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.ledger.standing import follow
from tests.headoffice.ledger.test_archive import ANNA, act, add, earning

RIGHT = derive_id("right", 1).hex()
EARLY, LATE = "2026-02-10T08:00:00.000+00:00", "2026-02-10T08:05:00.000+00:00"
OPENS = events.RightOpened(kind="voucher", of="welcome", pi="club", owner=ANNA.hex())
GIVEN = events.RightStep(id=derive_id("issue", 1).hex(), right=RIGHT, move="issue", opens=OPENS)
USED = events.RightStep(id=derive_id("use", 1).hex(), right=RIGHT, move="use")


@pytest.mark.parametrize("between", [True, False])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_use_dated_before_its_right_was_given_counts_whatever_comes_first(
    office: OpenOffice, clock: SetClock, order: tuple[int, ...], between: bool
) -> None:
    happened = (
        structs.replace(act(ANNA, 1, rights=(GIVEN,)), at=LATE),
        structs.replace(act(ANNA, 2, rights=(USED,)), at=EARLY),
        structs.replace(earning(ANNA, 3, 50), at=EARLY),
    )
    for number in order:
        till = ATill(clock, number=2 + number)
        till.join(office, office.administration.new_code("S1"))
        add(till, happened[number])
        assert till.push(office, 1, 1).status == 200
        if between:
            follow(office)
    follow(office)
    with office.database.read() as connection:
        (right,) = connection.execute(select(HELD_RIGHT)).all()
    assert (right.uses, right.used) == (1, 1)
    proof = verify_office(office.database, office.office, lambda *_: None)
    assert proof.holds, proof.first
