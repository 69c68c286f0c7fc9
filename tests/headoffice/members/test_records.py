"""Records that become one or end: only for who knows the name, heard by every till, for good."""

from __future__ import annotations

from pathlib import Path

import pytest

from posloyalty.domain.ledger.transfer import Account, AccountKind
from posloyalty.domain.members.member import MemberStatus
from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.database import FILE_NAME
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.profiles.record import ProfileRecord, Said
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_chain import MEMBER as SHOPPER
from tests.headoffice.a_chain import opened_chain
from tests.headoffice.a_till import ATill
from tests.headoffice.an_office import new_office
from tests.headoffice.cases.test_findings import proved, published
from tests.headoffice.small_events import LEDGER, Books
from tests.headoffice.test_profiles_travel import later

ADA, TWIN = b"a" * 16, b"b" * 16


def named(office: OpenOffice, member: bytes, name: str, phone: str = "") -> None:
    said = {"name": Said((name,), (1, 0), "")}
    if phone:
        said["phone"] = Said((phone,), (1, 0), "")
    record = ProfileRecord(member=member.hex(), joined="2026-01-01", store="S1", fields=said)
    with office.database.write() as connection:
        ProfileFeed(connection, now_s=int(office.clock.now().timestamp())).take([record])


@pytest.fixture
def books(office: OpenOffice, till: ATill) -> Books:
    """Two records of one person, with 120 and 80 points."""
    made = Books(till)
    for member, points, lot in ((ADA, 120, "10" * 16), (TWIN, 80, "20" * 16)):
        made.joins(member)
        made.gives(points, member=member, lot=lot)
    made.send(office)
    named(office, ADA, "Ada Wong", "13900000001")
    named(office, TWIN, "ada  wong")
    return made


def points(office: OpenOffice, member: bytes) -> int:
    with office.database.write() as connection:
        fold = office.head_office(connection).fold(member)
    return fold.accounts.get(Account(LEDGER, AccountKind.MEMBER, member), 0)


def last_act(office: OpenOffice) -> events.Act:
    with office.database.read() as connection:
        event = events.decode(office.archive(connection).decisions()[-1].body)
    assert isinstance(event, events.Act)
    return event


def test_two_records_become_one_with_all_that_both_have(office: OpenOffice, books: Books) -> None:
    published(office)
    assert office.records.facts("13900000001").balances == ((LEDGER, 120),)
    assert office.records.merge(ADA.hex(), TWIN.hex(), " ADA wong", by="Ann") == ADA.hex()
    assert (points(office, ADA), points(office, TWIN)) == (200, 0)
    assert last_act(office).kind == "merge"
    assert office.records.facts(TWIN.hex()).member_id == ADA.hex()
    with office.database.read() as connection:
        (entry,) = entries(connection, limit=1)
    assert (entry.what, entry.who, entry.facts["goes"]) == ("members_merged", "Ann", TWIN.hex())
    assert "wong" not in str(entry.facts).casefold()
    assert proved(office)
    with pytest.raises(ServiceRefusal, match="SAME_RECORD"):
        office.records.merge(ADA.hex(), TWIN.hex(), "Ada Wong", by="Ann")


@pytest.mark.parametrize("publishes", [True, False])
def test_an_erased_member_has_nothing_and_tills_are_waited_for(
    office: OpenOffice, books: Books, publishes: bool
) -> None:
    if publishes:
        published(office)
    office.records.erase("13900000001", "Ada Wong", by="Ann")
    assert points(office, ADA) == 0
    assert dict(last_act(office).facts)["reason"] == "ERASURE"
    (row,) = office.profile_matters.erased()
    assert (row.member_id, row.confirmed, len(row.missing)) == (ADA.hex(), 0, 1)
    with pytest.raises(ServiceRefusal, match="NOBODY_FOUND"):
        office.records.erase(ADA.hex(), "Ada Wong", by="Ann")
    with pytest.raises(ServiceRefusal, match="NOBODY_FOUND"):
        office.records.facts("13900000001")
    assert proved(office)


def test_the_file_of_a_database_has_no_byte_of_who_was_erased(
    tmp_path: Path, clock: SetClock
) -> None:
    with new_office(tmp_path, clock=clock, chance=SeededChance(1)) as office:
        office.administration.add_store("S1", "Main Street")
        till = ATill(clock)
        till.join(office, office.administration.new_code("S1"))
        made = Books(till)
        made.joins(ADA)
        made.send(office)
        named(office, ADA, "Ada Wong", "13900000001")
        office.records.erase(ADA.hex(), "Ada Wong", by="Ann")
    data = (tmp_path / FILE_NAME).read_bytes()
    assert b"Main Street" in data
    assert not [said for said in (b"Ada Wong", b"13900000001") if said in data]


@pytest.mark.parametrize("typed", ["", "Ada", "Eve Wong", ADA.hex()[:8]])
def test_who_does_not_know_the_name_changes_nothing(
    office: OpenOffice, books: Books, typed: str
) -> None:
    published(office)
    with pytest.raises(ServiceRefusal, match="NOT_THIS_NAME"):
        office.records.erase(ADA.hex(), typed, by="Ann")
    with pytest.raises(ServiceRefusal, match="NOT_THIS_NAME"):
        office.records.merge(TWIN.hex(), ADA.hex(), typed, by="Ann")
    assert (points(office, ADA), points(office, TWIN)) == (120, 80)


def test_without_a_name_the_ids_beginning_is_asked_for(office: OpenOffice, books: Books) -> None:
    nobody = b"c" * 16
    books.joins(nobody)
    books.send(office)
    assert not office.records.facts(nobody.hex()).has_name
    with pytest.raises(ServiceRefusal, match="NOT_THIS_NAME"):
        office.records.erase(nobody.hex(), "", by="Ann")
    office.records.erase(nobody.hex(), nobody.hex()[:8], by="Ann")


def test_records_are_merged_by_a_programme(office: OpenOffice, books: Books) -> None:
    with pytest.raises(ServiceRefusal, match="OFFICE_NO_PROGRAMME"):
        office.records.merge(ADA.hex(), TWIN.hex(), "Ada Wong", by="Ann")


def test_a_real_till_forgets_who_was_erased_and_says_so(tmp_path: Path) -> None:
    with opened_chain(tmp_path) as chain:
        chain.tills[0].counter.sell()
        chain.talk()
        office = chain.office
        facts = office.records.facts(SHOPPER.hex())
        office.records.erase(
            SHOPPER.hex(), "Ada" if facts.has_name else SHOPPER.hex()[:8], by="Ann"
        )
        later(chain)
        (row,) = office.profile_matters.erased()
        assert (row.confirmed, row.missing) == (2, ())
        for till in chain.tills:
            with till.shop.till.book.read() as reader:
                member = reader.members.by_id(SHOPPER)
            assert member is None or member.status is MemberStatus.ERASED
            assert till.shop.till.verify.verify().holds
        assert proved(office)
