"""A till that shows code after code which no phone made: bounded, counted, and seen by people."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from posloyalty.domain.members.phone_code import PhoneKey
from posloyalty.headoffice.cases.audit_log import AuditEntry, entries
from posloyalty.headoffice.members.asking_purse import AT_ONCE, EACH_S
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.tills.phone_codes import TRIES
from posloyalty.sync.wire.found_members import MEMBER
from posloyalty.sync.wire.packing import unpacked
from posloyalty.sync.wire.phone_codes import PHONE_CODE, PhoneCodeKnown
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill, Heard
from tests.headoffice.cases.test_findings import published
from tests.headoffice.small_events import MEMBER as MEMBER_ID
from tests.headoffice.small_events import Books

ALL = AT_ONCE + TRIES


@pytest.fixture
def phone(office: OpenOffice, till: ATill) -> PhoneKey:
    published(office)
    books = Books(till)
    books.joins()
    books.send(office)
    while office.follow():
        pass
    return office.phone_keys.give(MEMBER_ID.hex(), by="Ann")


def shows(office: OpenOffice, till: ATill, phone: PhoneKey) -> Heard:
    code = phone.code_at(office.clock.now())
    return till.ask(office, PHONE_CODE, msgspec.json.encode({"code": code}))


def standing(answer: Heard) -> str:
    assert answer.status == 200, answer.said
    body = unpacked(answer.body, most_bytes=99_999)
    return msgspec.json.decode(body, type=PhoneCodeKnown).standing.value


def wrong(phone: PhoneKey) -> PhoneKey:
    return PhoneKey(member_id=phone.member_id, key=bytes(32))


def logged(office: OpenOffice) -> list[AuditEntry]:
    with office.database.read() as connection:
        return [one for one in entries(connection) if one.what == "tried_too_often"]


def test_wrong_codes_are_bounded_and_then_no_code_is_looked_at(
    office: OpenOffice, till: ATill, clock: SetClock, phone: PhoneKey
) -> None:
    for _ in range(ALL):
        assert standing(shows(office, till, wrong(phone))) == "not_valid"
    for made in (wrong(phone), phone):
        refused = shows(office, till, made)
        assert (refused.status, refused.code) == (429, "ASKED_TOO_OFTEN")
        assert refused.said["after_s"] == EACH_S
    clock.pass_time(timedelta(seconds=EACH_S))
    assert standing(shows(office, till, phone)) == "good"
    assert standing(shows(office, till, wrong(phone))) == "not_valid"
    assert shows(office, till, phone).status == 429


def test_what_a_phone_made_costs_nothing(
    office: OpenOffice, till: ATill, clock: SetClock, phone: PhoneKey
) -> None:
    assert standing(shows(office, till, phone)) == "good"
    said = {standing(shows(office, till, phone)) for _ in range(2 * ALL)}
    assert said == {"used"}
    assert not logged(office)


def test_numbers_that_were_asked_for_take_no_code_away(
    office: OpenOffice, till: ATill, phone: PhoneKey
) -> None:
    asked = msgspec.json.encode({"by": "phone", "value": "13800000001"})
    while till.ask(office, MEMBER, asked).status == 200:
        pass
    for _ in range(TRIES):
        assert standing(shows(office, till, wrong(phone))) == "not_valid"
    assert shows(office, till, wrong(phone)).status == 429


def test_what_one_till_tries_takes_nothing_from_another(
    office: OpenOffice, till: ATill, clock: SetClock, phone: PhoneKey
) -> None:
    other = ATill(clock, 2)
    other.join(office, office.administration.new_code("S1"), till_code="T2")
    for _ in range(ALL + 1):
        shows(office, till, wrong(phone))
    assert standing(shows(office, other, phone)) == "good"


def test_people_see_it_once_a_day(
    office: OpenOffice, till: ATill, clock: SetClock, phone: PhoneKey
) -> None:
    for _ in range(ALL + 3):
        shows(office, till, wrong(phone))
    (entry,) = logged(office)
    assert entry.facts == {"till": till.id.hex(), "store": "S1", "refused": "1"}
    assert len({Words(one)("console.act_tried_too_often") for one in LANGUAGES}) == len(LANGUAGES)
    clock.pass_time(timedelta(hours=25))
    for _ in range(ALL + 1):
        shows(office, till, wrong(phone))
    assert [one.facts["refused"] for one in logged(office)] == ["4", "1"]
