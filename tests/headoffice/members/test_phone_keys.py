"""Keys of members' phones: given once, renewed, taken back, and gone with their member."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from posloyalty.domain.members.phone_code import PhoneKey, read_code
from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.members.phone_proof import taken
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.phone_tables import PHONE_KEY
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.wire.phone_codes import PhoneStanding
from tests.fakes.time import SetClock
from tests.headoffice.cases.test_findings import published
from tests.headoffice.members.test_records import ADA, TWIN, books, named
from tests.headoffice.small_events import Books

__all__ = ["books"]


def given(office: OpenOffice, member: bytes = ADA) -> PhoneKey:
    return office.phone_keys.give(member.hex(), by="Ann")


def decided(office: OpenOffice, code: str) -> PhoneStanding:
    with office.database.write() as connection:
        return taken(connection, office.office, read_code(code), office.clock.now())


def shown(office: OpenOffice, key: PhoneKey, *, ago: timedelta = timedelta()) -> PhoneStanding:
    """What head office says now of the code that a phone showed a while ago."""
    return decided(office, key.code_at(office.clock.now() - ago))


@pytest.mark.usefixtures("books")
def test_a_key_makes_codes_that_head_office_takes_each_once(
    office: OpenOffice, clock: SetClock
) -> None:
    key = given(office)
    assert (key.member_id, shown(office, key)) == (ADA, PhoneStanding.GOOD)
    assert shown(office, key) is PhoneStanding.USED
    clock.pass_time(timedelta(seconds=15))
    assert shown(office, key) is PhoneStanding.GOOD
    # Behind a newer one an earlier one is no good either, used or not.
    assert shown(office, key, ago=timedelta(seconds=30)) is PhoneStanding.USED


@pytest.mark.usefixtures("books")
def test_the_window_is_head_offices_own(office: OpenOffice) -> None:
    key = given(office)
    assert shown(office, key, ago=timedelta(seconds=60)) is PhoneStanding.OLD
    assert shown(office, key, ago=timedelta(seconds=-45)) is PhoneStanding.AHEAD
    assert shown(office, key, ago=timedelta(seconds=30)) is PhoneStanding.GOOD
    assert shown(office, key, ago=timedelta(seconds=-15)) is PhoneStanding.GOOD


@pytest.mark.usefixtures("books")
def test_a_new_key_ends_the_one_before_and_one_that_was_withdrawn_says_so(
    office: OpenOffice, clock: SetClock
) -> None:
    first = given(office)
    second = office.phone_keys.give("13900000001", by="Ann")
    assert second.key != first.key
    assert shown(office, first) is PhoneStanding.NOT_VALID
    assert shown(office, second) is PhoneStanding.GOOD
    clock.pass_time(timedelta(minutes=1))
    assert office.phone_keys.withdraw(ADA.hex(), by="Ben") == ADA.hex()
    assert shown(office, second) is PhoneStanding.WITHDRAWN
    kept = office.phone_keys.kept(ADA.hex())
    assert kept is not None
    assert kept.withdrawn_at == clock.now()
    with pytest.raises(ServiceRefusal, match="NO_PHONE_KEY"):
        office.phone_keys.withdraw(ADA.hex(), by="Ben")
    with office.database.read() as connection:
        told = [(one.what, one.who) for one in entries(connection, limit=3)]
    assert told == [
        ("phone_key_withdrawn", "Ben"),
        ("phone_key_given", "Ann"),
        ("phone_key_given", "Ann"),
    ]
    clock.pass_time(timedelta(minutes=1))
    assert shown(office, given(office)) is PhoneStanding.GOOD


@pytest.mark.usefixtures("books")
def test_who_has_no_key_and_a_key_of_somebody_else_get_one_answer(office: OpenOffice) -> None:
    key = given(office)
    for other in (TWIN, b"n" * 16):
        assert shown(office, PhoneKey(member_id=other, key=key.key)) is PhoneStanding.NOT_VALID
    assert shown(office, PhoneKey(member_id=ADA, key=bytes(32))) is PhoneStanding.NOT_VALID
    assert office.phone_keys.kept(TWIN.hex()) is None


@pytest.mark.usefixtures("books")
def test_the_database_alone_makes_no_codes(office: OpenOffice) -> None:
    key, other = given(office), given(office, TWIN)
    with office.database.write() as connection:
        rows = {bytes(row.member_id): row for row in connection.execute(select(PHONE_KEY))}
        assert key.key.hex() not in repr(rows)
        assert key.key not in bytes(rows[ADA].sealed)
        # Whoever writes into it gives nobody somebody else's key.
        mine = PHONE_KEY.update().where(PHONE_KEY.c.member_id == ADA)
        connection.execute(mine.values(sealed=rows[TWIN].sealed))
    for guess in (other.key, bytes(32)):  # nor makes one that does not open a key of its own
        assert shown(office, PhoneKey(member_id=ADA, key=guess)) is PhoneStanding.NOT_VALID


@pytest.mark.usefixtures("books")
def test_a_key_is_gone_with_its_member(office: OpenOffice) -> None:
    key = given(office)
    office.records.erase(ADA.hex(), "Ada Wong", by="Ann")
    assert shown(office, key) is PhoneStanding.NOT_VALID
    assert office.phone_keys.kept(ADA.hex()) is None
    with pytest.raises(ServiceRefusal, match="NOBODY_FOUND"):
        given(office)


def test_of_two_records_that_become_one_the_key_of_the_one_that_stays_is_good(
    office: OpenOffice, books: Books
) -> None:
    published(office)
    stays, goes = given(office), given(office, TWIN)
    office.records.merge(ADA.hex(), TWIN.hex(), "Ada Wong", by="Ann")
    assert shown(office, goes) is PhoneStanding.NOT_VALID
    assert shown(office, stays) is PhoneStanding.GOOD
    assert given(office, TWIN).member_id == ADA  # the other name means who stays


@pytest.mark.usefixtures("books")
def test_a_key_is_for_one_member(office: OpenOffice) -> None:
    named(office, TWIN, "Ada Wong", "13900000001")
    for nobody in ("13900000001", "13900000009", ""):
        with pytest.raises(ServiceRefusal, match="NOBODY_FOUND"):
            office.phone_keys.give(nobody, by="Ann")
