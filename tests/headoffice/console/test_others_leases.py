"""A till that names another one's lease: it gets nothing by it, and is listed by its name.

T1 was lent 100 points of Anna's and used 40 of them; T2 says that it used or gave back some.
"""

from __future__ import annotations

from functools import partial

import pytest

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.cases import others_leases
from posloyalty.headoffice.cases.matters import Matter, Matters
from posloyalty.headoffice.cases.others_leases import LEASE_OF_OTHER
from posloyalty.headoffice.cases.reading_again import ReadingAgain
from posloyalty.headoffice.ledger import batch
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.archive_tables import LEASE
from posloyalty.headoffice.store.tables import ANOMALY
from posloyalty.sync import events
from posloyalty.wording import LANGUAGES, Words
from tests.headoffice.a_till import ATill, Heard
from tests.headoffice.cases.test_reading_again import an_older_release
from tests.headoffice.console.conftest import SignedIn
from tests.headoffice.ledger.standing import follow
from tests.headoffice.ledger.test_archive import ANNA, act, add
from tests.headoffice.ledger.test_verifying import proof
from tests.headoffice.ledger.test_verifying_leases import LENT, lend_to

SECOND = derive_id("lease", 2)


@pytest.fixture
def lent(office: OpenOffice, till: ATill) -> OpenOffice:
    """What T1 was lent, and 50 more of which it has used nothing."""
    lend_to(office, till)
    with office.database.write() as connection:
        first = connection.execute(LEASE.select()).one()._asdict()
        more = {"lease_id": SECOND, "amount": 50, "used": 0}
        connection.execute(LEASE.insert().values(first | more))
    return office


def lend_as(office: OpenOffice, **more: object) -> None:
    """A lease like the one that T1 has used nothing of."""
    with office.database.write() as connection:
        like = connection.execute(LEASE.select().where(LEASE.c.lease_id == SECOND)).one()._asdict()
        connection.execute(LEASE.insert().values(like | more))


@pytest.fixture
def other(lent: OpenOffice, till: ATill) -> ATill:
    """T2, which was lent nothing."""
    found = ATill(till.clock, number=2)
    assert found.join(lent, lent.administration.new_code("S1")).status == 201
    return found


def says(till: ATill, number: int, *leases: bytes, move: str = "use") -> None:
    """An act by which the till uses 10 of each lease, or gives all of it back."""
    steps = tuple(
        events.RightStep(id=derive_id("step", number, one).hex(), right=one.hex(), move=move, n=10)
        for one in leases
    )
    add(till, act(ANNA, number, rights=steps))


def sends(office: OpenOffice, till: ATill, first: int, last: int) -> Heard:
    found = till.push(office, first, last)
    assert found.status == 200
    follow(office)
    return found


def listed(office: OpenOffice) -> list[Matter]:
    return Matters(office.database, office.clock).open_matters()


@pytest.mark.parametrize("move", ["use", "cancel"])
def test_a_till_that_names_another_ones_lease_is_listed_with_whose_it_is(
    lent: OpenOffice, other: ATill, move: str
) -> None:
    says(other, 11, LENT, move=move)
    told = sends(lent, other, 1, 1)
    assert told.said["anomalies"] == [[1, LEASE_OF_OTHER]]
    (matter,) = listed(lent)
    assert (matter.store, matter.till, matter.seq) == ("S1", "T2", 1)
    assert (matter.code, matter.about) == (LEASE_OF_OTHER, "S1-T1")
    assert proof(lent).differences == ()


def test_a_lease_of_its_own_beside_it_names_nobody(lent: OpenOffice, other: ATill) -> None:
    own = derive_id("lease", 3)
    lend_as(lent, lease_id=own, till_id=other.id)
    says(other, 11, LENT, own)
    sends(lent, other, 1, 1)
    assert [one.about for one in listed(lent)] == ["S1-T1"]
    assert proof(lent).differences == ()


def test_each_lease_is_listed_once_of_a_till_however_often_it_is_named(
    lent: OpenOffice, other: ATill
) -> None:
    says(other, 11, LENT)
    says(other, 12, LENT, move="cancel")
    sends(lent, other, 1, 2)
    says(other, 13, LENT)
    says(other, 14, LENT, SECOND)  # of these, one is new
    says(other, 15, SECOND)
    sends(lent, other, 3, 5)
    assert [one.seq for one in listed(lent)] == [1, 4]
    third = ATill(other.clock, number=3)
    assert third.join(lent, lent.administration.new_code("S1")).status == 201
    says(third, 16, LENT)
    sends(lent, third, 1, 1)
    assert sorted((one.till, one.seq) for one in listed(lent)) == [("T2", 1), ("T2", 4), ("T3", 1)]
    assert proof(lent).differences == ()


def test_a_till_fills_no_list_with_leases_of_others(
    lent: OpenOffice, other: ATill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(others_leases, "LISTED_MOST", 1)
    says(other, 11, LENT)
    says(other, 12, SECOND)
    sends(lent, other, 1, 2)
    says(other, 13, SECOND)
    sends(lent, other, 3, 3)
    assert [one.seq for one in listed(lent)] == [1]


def test_a_till_that_uses_and_gives_back_its_own_is_not_listed(
    lent: OpenOffice, till: ATill
) -> None:
    says(till, 11, LENT, SECOND)
    says(till, 12, LENT, move="cancel")
    told = sends(lent, till, 3, 4)
    assert told.said["anomalies"] == []
    assert listed(lent) == []


def test_nor_is_one_that_names_what_nobody_was_lent(lent: OpenOffice, other: ATill) -> None:
    says(other, 11, derive_id("lease", 99))
    sends(lent, other, 1, 1)
    assert listed(lent) == []


def test_an_event_that_is_read_again_is_listed_with_what_it_names(
    lent: OpenOffice, other: ATill, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(other, 11, LENT)
    with monkeypatch.context() as older:
        older.setattr(batch, "filed", partial(an_older_release, other.journal[0].event_id))
        sends(lent, other, 1, 1)
    (unread,) = listed(lent)
    ReadingAgain(lent.database, lent.clock).read(unread, by="Ann")
    follow(lent)
    assert [(one.code, one.about) for one in listed(lent)] == [(LEASE_OF_OTHER, "S1-T1")]
    assert proof(lent).differences == ()


def test_the_proof_names_a_till_that_is_listed_for_what_no_event_says(
    lent: OpenOffice, other: ATill
) -> None:
    add(other, act(ANNA, 11))
    sends(lent, other, 1, 1)
    row = {"till_id": other.id, "epoch": 1, "seq": 1, "code": LEASE_OF_OTHER, "received_s": 1}
    with lent.database.write() as connection:
        connection.execute(ANOMALY.insert().values(row))
    (found,) = proof(lent).differences
    assert (found.seq, found.which, found.found) == (1, other.id.hex(), LEASE_OF_OTHER)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_it_and_what_may_have_come_to_it(
    lent: OpenOffice, other: ATill, signed_in: SignedIn, language: str
) -> None:
    words, browser = Words(language), signed_in("manager")
    says(other, 11, LENT)
    sends(lent, other, 1, 1)
    browser.get(f"/console/matters?language={language}")
    assert browser.says(words("console.matter_LEASE_OF_OTHER"))
    assert browser.says(words("cases.about_LEASE_OF_OTHER", about="S1-T1"))
    assert browser.says(words("cases.odd_hint"))
