"""A till asks whose a number or card is: the whole value finds, nothing else, and not too often."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import msgspec
import pytest

from posloyalty.headoffice.cases.audit_log import AuditEntry, entries
from posloyalty.headoffice.members.asking_purse import AT_ONCE, EACH_S
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.profile_tables import MEMBER_ASKS
from posloyalty.sync.wire.found_members import FOUND_MAX, MEMBER, MemberFound
from posloyalty.sync.wire.packing import unpacked
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill, Heard
from tests.headoffice.members.test_rolls import member, record

PHONE = "13800000001"


@contextmanager
def feed(office: OpenOffice) -> Iterator[ProfileFeed]:
    with office.database.write() as connection:
        now_s = int(office.clock.now().timestamp())
        yield ProfileFeed(connection, life_name=office.office.life_name, now_s=now_s)


@pytest.fixture(autouse=True)
def ada(office: OpenOffice) -> None:
    with feed(office) as write:
        told = {"phone": PHONE, "card": "ABCD2345", "email": "a@b.example", "foreign": "OLD-77"}
        write.take([record(0, store="S2", name="Ada", **told)])


def asks(office: OpenOffice, till: ATill, value: str = PHONE, by: str = "phone") -> Heard:
    return till.ask(office, MEMBER, msgspec.json.encode({"by": by, "value": value}))


def found(office: OpenOffice, till: ATill, value: str = PHONE, by: str = "phone") -> list[bytes]:
    answer = asks(office, till, value, by)
    assert answer.status == 200, answer.said
    said = msgspec.json.decode(unpacked(answer.body, most_bytes=99_999), type=MemberFound)
    assert all(item.record is not None for item in said.items)
    return [bytes.fromhex(item.k) for item in said.items]


def logged(office: OpenOffice) -> list[AuditEntry]:
    with office.database.read() as connection:
        return [one for one in entries(connection) if one.what == "asked_too_often"]


# What finds, and what does not


@pytest.mark.parametrize(
    ("by", "value"),
    [
        ("phone", PHONE),
        ("card", "ABCD2345"),
        ("email", "a@b.example"),
        ("foreign", "OLD-77"),
    ],
)
def test_the_whole_value_finds_its_member(
    office: OpenOffice, till: ATill, by: str, value: str
) -> None:
    assert found(office, till, value, by) == [member(0)]


@pytest.mark.parametrize(
    ("by", "value"),
    [
        ("phone", PHONE[:-1]),
        ("phone", PHONE[-4:]),
        ("phone", "%" * 11),
        ("phone", "1380000000_"),
        ("email", "A@b.example"),
        ("card", PHONE),
        ("foreign", "Ada"),
    ],
)
def test_a_part_another_kind_or_a_name_finds_nobody(
    office: OpenOffice, till: ATill, by: str, value: str
) -> None:
    assert found(office, till, value, by) == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"by":"name","value":"Ada"}',
        b'{"by":"phone","value":"12"}',
        b'{"by":"phone","value":"138\\u0000"}',
        b'{"by":"phone"}',
        b'{"by":"phone","value":["13800000001","13800000002"]}',
    ],
)
def test_what_is_no_question_is_refused(office: OpenOffice, till: ATill, body: bytes) -> None:
    answer = till.ask(office, MEMBER, body)
    assert (answer.status, answer.code) == (400, "BAD_MESSAGE")


def test_of_several_who_say_a_number_who_said_so_first_comes_first_and_few_are_told(
    office: OpenOffice, till: ATill
) -> None:
    with feed(office) as write:
        write.take([record(n, ms=100 - n, phone="139") for n in range(1, FOUND_MAX + 3)])
    last = FOUND_MAX + 2
    assert found(office, till, "139") == [member(last - n) for n in range(FOUND_MAX)]


def test_whoever_was_erased_is_found_no_more(office: OpenOffice, till: ATill) -> None:
    with feed(office) as write:
        write.erase(member(0))
    assert found(office, till) == []


def test_a_number_of_a_record_that_went_finds_who_stays(office: OpenOffice, till: ATill) -> None:
    with feed(office) as write:
        write.take([record(1, store="S3", name="Ada B")])
        write.rename(member(0), member(1))
    assert found(office, till) == [member(1)]


# How often


def test_a_till_may_ask_so_often_at_once_and_then_once_a_minute(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    for number in range(AT_ONCE):
        assert found(office, till, f"1390000{number:04}") == []
    refused = asks(office, till)
    assert (refused.status, refused.code) == (429, "ASKED_TOO_OFTEN")
    assert refused.said["retry"] == "later"
    assert refused.said["after_s"] == EACH_S
    clock.pass_time(timedelta(seconds=EACH_S - 1))
    assert asks(office, till).said["after_s"] == 1
    clock.pass_time(timedelta(seconds=1))
    assert found(office, till) == [member(0)]
    assert asks(office, till).status == 429


def test_whoever_asks_on_and_on_learns_no_more_than_one_a_minute_in_a_day(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    answered = 0
    for _ in range(3 * 60):
        answered += asks(office, till).status == 200
        clock.pass_time(timedelta(seconds=20))
    assert answered == AT_ONCE + 3 * 60 * 20 // EACH_S - 1


def test_what_one_till_asks_takes_nothing_from_another(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    other = ATill(clock, 2)
    other.join(office, office.administration.new_code("S1"), till_code="T2")
    for _ in range(AT_ONCE + 1):
        asks(office, till)
    assert found(office, other) == [member(0)]


def test_a_till_that_tries_numbers_is_in_the_audit_log_once_a_day_and_counted(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    for _ in range(AT_ONCE + 3):
        asks(office, till)
    (entry,) = logged(office)
    assert entry.facts == {"till": till.id.hex(), "store": "S1", "refused": "1"}
    clock.pass_time(timedelta(hours=25))
    assert found(office, till) == [member(0)]
    for _ in range(AT_ONCE):
        asks(office, till)
    assert [one.facts["refused"] for one in logged(office)] == ["4", "1"]
    with office.database.read() as connection:
        row = connection.execute(MEMBER_ASKS.select()).one()
    assert row.refused == 4


def test_who_does_not_ask_for_a_month_has_no_more_questions_in_hand(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    asks(office, till)
    clock.pass_time(timedelta(days=30))
    assert [asks(office, till).status for _ in range(AT_ONCE + 1)] == [200] * AT_ONCE + [429]
