"""A name is for one till in use, and a till that is no more and speaks again is seen to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.tables import TILL
from posloyalty.headoffice.tills.administration import Administration
from posloyalty.headoffice.tills.shop_lists import ShopLists
from posloyalty.services.refusal import ServiceRefusal
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill

ENDS: dict[str, Callable[[Administration, str], object]] = {
    "revoked": Administration.revoke,
    "gone": Administration.declare_gone,
}


def named(office: OpenOffice) -> list[tuple[str, str, bool]]:
    """Store, code and whether it is in use, of each till by its number."""
    rows = sorted(office.administration.tills(), key=lambda row: row.till_id)
    return [(row.store, row.code, not (row.revoked or row.gone)) for row in rows]


def listed(office: OpenOffice, clock: SetClock) -> list[tuple[str, bool]]:
    """The tills of the console's list by their stores, each with whether it came back."""
    rows = ShopLists(office.database, clock).tills().rows(0, 50)
    return [(row.store, row.back) for row in rows]


@pytest.mark.parametrize("name", ["T1", "t1"])
def test_a_new_till_does_not_join_under_the_name_of_one_in_use(
    office: OpenOffice, till: ATill, name: str
) -> None:
    code = office.administration.new_code("S1")
    told = ATill(till.clock, number=2).join(office, code, till_code=name)
    assert (told.status, told.code) == (409, "TILL_NAME_TAKEN")
    assert told.said["retry"] == "after_action"
    assert named(office) == [("S1", "T1", True)]
    # The code was not used up: set up under another name, the till joins by it.
    assert ATill(till.clock, number=3).join(office, code, till_code="T2").status == 201


def test_two_stores_have_each_their_first_till(office: OpenOffice, till: ATill) -> None:
    office.administration.add_store("S2", "Second")
    code = office.administration.new_code("S2")
    assert ATill(till.clock, number=2).join(office, code, till_code="T1").status == 201
    assert named(office) == [("S1", "T1", True), ("S2", "T1", True)]


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_machine_takes_the_place_of_a_till_that_ended(
    office: OpenOffice, till: ATill, end: Callable[[Administration, str], object]
) -> None:
    code, anew = office.administration.new_code("S1"), ATill(till.clock, number=2)
    assert anew.join(office, code, till_code="T1").code == "TILL_NAME_TAKEN"
    end(office.administration, "S1-T1")
    assert anew.join(office, code, till_code="T1").status == 201
    assert named(office) == [("S1", "T1", False), ("S1", "T1", True)]
    # The old one comes back under a name that another one has by now, as nobody else may.
    told = till.join(office, office.administration.new_code("S1"))
    assert (told.status, told.code) == (409, "TILL_NAME_TAKEN")
    assert named(office) == [("S1", "T1", False), ("S1", "T1", True)]


def test_a_till_in_use_joins_again_under_its_own_name(office: OpenOffice, till: ATill) -> None:
    assert till.join(office, office.administration.new_code("S1")).status == 201
    assert named(office) == [("S1", "T1", True)]


def test_two_of_one_name_from_before_both_join_again(office: OpenOffice, till: ATill) -> None:
    office.administration.declare_gone("S1-T1")
    anew = ATill(till.clock, number=2)
    anew.join(office, office.administration.new_code("S1"), till_code="T1")
    with office.database.write() as connection:  # as they stood before names were looked at
        connection.execute(TILL.update().values(gone_s=0))
    for one in (till, anew):
        again = one.join(office, office.administration.new_code("S1"), till_code="T1")
        assert again.status == 201
    assert named(office) == [("S1", "T1", True), ("S1", "T1", True)]


def test_a_till_whose_name_another_one_took_is_not_there_after_all(
    office: OpenOffice, till: ATill
) -> None:
    office.administration.declare_gone("S1-T1")
    anew = ATill(till.clock, number=2)
    anew.join(office, office.administration.new_code("S1"), till_code="T1")
    with pytest.raises(ServiceRefusal, match="NAME_HAS_ANOTHER") as refused:
        office.administration.take_back_gone(till.id.hex())
    assert refused.value.facts == {"till": "S1-T1"}
    assert named(office) == [("S1", "T1", False), ("S1", "T1", True)]
    # It may be said of whoever is there; once that one ended, of the old one too.
    office.administration.take_back_gone(anew.id.hex())
    office.administration.declare_gone(anew.id.hex())
    office.administration.take_back_gone(till.id.hex())
    assert named(office) == [("S1", "T1", True), ("S1", "T1", False)]


def test_a_till_does_not_move_to_a_store_that_has_one_of_its_name(
    office: OpenOffice, till: ATill
) -> None:
    office.administration.add_store("S2", "Second")
    other = ATill(till.clock, number=2)
    other.join(office, office.administration.new_code("S2"), till_code="T1")
    told = other.join(office, office.administration.new_code("S1"), till_code="T1")
    assert told.code == "TILL_NAME_TAKEN"
    assert named(office) == [("S1", "T1", True), ("S2", "T1", True)]


def test_of_two_that_join_at_once_under_one_name_one_is_let_in(
    office: OpenOffice, clock: SetClock
) -> None:
    tills = [ATill(clock, number=number) for number in range(1, 5)]
    codes = [office.administration.new_code("S1") for _ in tills]
    told: list[str] = []
    start = Barrier(len(tills))

    def join(till: ATill, code: str) -> None:
        start.wait()
        told.append(till.join(office, code, till_code="T1").code)

    threads = [Thread(target=join, args=both) for both in zip(tills, codes, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["OK", *["TILL_NAME_TAKEN"] * 3]
    assert named(office) == [("S1", "T1", True)]


# One that is no more speaks again


def test_a_till_that_is_no_more_and_speaks_again_is_seen_to_first(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    office.administration.add_store("S0", "Before the others")
    other = ATill(clock, number=2)
    other.join(office, office.administration.new_code("S0"))
    till.sell(3)
    office.administration.declare_gone("S1-T1")
    assert listed(office, clock) == [("S0", False), ("S1", False)]
    clock.pass_time(timedelta(days=7))
    other.hello(office)
    till.hello(office)
    assert listed(office, clock) == [("S1", True), ("S0", False)]
    assert till.push(office, 1, 3).said["new"] == 3
    # What it had not sent is here; that it is there after all a person says.
    assert [(row.kept, row.gone) for row in office.administration.tills()] == [
        (0, False),
        (3, True),
    ]
    office.administration.take_back_gone("S1-T1")
    assert listed(office, clock) == [("S0", False), ("S1", False)]


def test_one_that_was_revoked_after_it_spoke_again_is_revoked(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    office.administration.declare_gone("S1-T1")
    clock.pass_time(timedelta(days=1))
    till.hello(office)
    office.administration.revoke("S1-T1")
    (row,) = office.administration.tills()
    assert (row.revoked, row.back) == (True, False)
