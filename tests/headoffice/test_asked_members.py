"""Who joined a moment ago at another store is known here by their whole number or card, because the
till asks head office: real books over the real desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.members.member import Identifier, IdentifierKind
from posloyalty.domain.members.typed_identifier import typed_identifier
from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.headoffice.members.asking_purse import AT_ONCE
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.office.ask_about_member import AGAIN_MS
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.scanned import ScannedMember, ScanRefused
from posloyalty.sync.wire.found_members import MEMBER
from tests.headoffice.a_chain import Chain, Placed
from tests.headoffice.a_kept_chain import chain_after, talked
from tests.headoffice.cards.card_scans import out_of_reach

TERMS = ("terms", "", True)
PHONE = "13800000001"


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with chain_after(talked, tmp_path, url=database_url) as found:
        yield found


def joins(at: Placed, name: str = "Bea", phone: str = PHONE) -> tuple[bytes, str]:
    """Somebody joins there, and head office hears of it: their id and short code."""
    enrolled = at.shop.till.enrol.enrol(
        EnrolForm(phone=phone, name=name, consents=(TERMS,)), at.shop.manager
    )
    at.talk()
    code = enrolled.member.identifier(IdentifierKind.CARD)
    assert code is not None
    return enrolled.member.id, code


def asks(at: Placed, typed: str) -> bool:
    whom = typed_identifier(typed)
    assert whom is not None
    return at.way.about_members.ask(whom)


def names(at: Placed, typed: str) -> list[str]:
    return [row.name for row in at.shop.till.members.search(typed).rows]


def asked(at: Placed) -> int:
    return at.way.network.asked.count(MEMBER)


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("typed", ["13800000001", "+86 138-0000-0001", "１３８０００００００１"])
def test_a_whole_number_that_is_typed_finds_who_joined_elsewhere_a_moment_ago(
    chain: Chain, typed: str
) -> None:
    one, other = chain.tills
    joins(one)
    assert names(other, PHONE) == []
    assert asks(other, typed)
    assert names(other, PHONE) == ["Bea"]
    with out_of_reach(other):
        assert names(other, "bea") == ["Bea"]


def test_a_short_code_that_is_typed_at_the_sale_finds_them_too(chain: Chain) -> None:
    one, other = chain.tills
    member_id, code = joins(one)
    found = other.shop.till.scan.recognise(code, screen=ScanScreen.SALE)
    assert isinstance(found, ScanRefused)
    assert found.whom == Identifier(IdentifierKind.CARD, code)
    assert other.way.about_members.ask(found.whom)
    found = other.shop.till.scan.recognise(code, screen=ScanScreen.SALE)
    assert found == ScannedMember(member_id, "code")


@pytest.mark.long(
    beside="test_a_whole_number_that_is_typed_finds_who_joined_elsewhere_a_moment_ago"
)
def test_they_are_a_member_like_any_other_and_their_points_come(chain: Chain) -> None:
    one, other = chain.tills
    member_id, _ = joins(one)
    assert asks(other, PHONE)
    assert not other.shop.till.members.panel(member_id).complete
    for _ in range(2):
        other.talk()
    assert other.shop.till.members.panel(member_id).complete


def test_nobody_joins_a_second_time_with_a_number_that_head_office_knows(chain: Chain) -> None:
    one, other = chain.tills
    joins(one)
    assert asks(other, PHONE)
    with pytest.raises(ServiceRefusal):
        joins(other, "Bea again")


def test_what_nobody_has_is_asked_for_once_a_minute(chain: Chain) -> None:
    other = chain.tills[1]
    assert [asks(other, "13900000009") for _ in range(3)] == [False] * 3
    assert asked(other) == 1
    assert asks(other, "13900000008") is False
    assert asked(other) == 2
    chain.clock.pass_time(timedelta(milliseconds=AGAIN_MS - 1))
    asks(other, "13900000009")
    assert asked(other) == 2
    chain.clock.pass_time(timedelta(milliseconds=1))
    asks(other, "13900000009")
    assert asked(other) == 3


def test_out_of_reach_nobody_is_asked(chain: Chain) -> None:
    one, other = chain.tills
    joins(one)
    other.shop.till.lending.online = False
    assert not asks(other, PHONE)
    assert asked(other) == 0


@pytest.mark.long(sample=2)
@pytest.mark.parametrize("trouble", ["no line", "lost", "portal", "changed", "busy"])
def test_an_answer_that_does_not_come_or_is_not_head_offices_changes_nothing(
    chain: Chain, trouble: str
) -> None:
    one, other = chain.tills
    joins(one)
    other.way.network.troubles = [trouble]
    assert not asks(other, PHONE)
    assert names(other, PHONE) == []
    chain.clock.pass_time(timedelta(milliseconds=AGAIN_MS))
    assert asks(other, PHONE)


def test_a_till_that_asked_too_often_hears_so_and_sells_on(chain: Chain) -> None:
    one, other = chain.tills
    joins(one)
    for number in range(AT_ONCE):
        asks(other, f"1390000{number:04}")
    assert not asks(other, PHONE)
    assert other.counter.sell().member_id is not None


def test_whoever_was_erased_is_nobody(chain: Chain) -> None:
    one, other = chain.tills
    member_id, _ = joins(one)
    with chain.office.database.write() as connection:
        now_s = int(chain.clock.now().timestamp())
        ProfileFeed(connection, now_s=now_s).erase(member_id)
    assert not asks(other, PHONE)
    assert names(other, PHONE) == []


def test_of_what_was_asked_for_so_much_is_remembered(chain: Chain) -> None:
    other = chain.tills[1]
    other.way.network.troubles = ["no line"] * 200
    for number in range(150):
        asks(other, f"1390000{number:04}")
    assert len(other.way.about_members._asked) == 100
