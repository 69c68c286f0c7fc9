"""A member's code of now at the tills of a chain: real books over the real desk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.members.phone_code import PhoneKey
from posloyalty.domain.shop.basket import Redemption
from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.headoffice.members.asking_purse import AT_ONCE
from posloyalty.headoffice.tills.phone_codes import TRIES
from posloyalty.services.selling.scanned import PROOF_CODE, ScannedMember
from posloyalty.sync.wire.phone_codes import PHONE_CODE, PhoneStanding
from tests.fakes.time import SetClock
from tests.headoffice.a_chain import MEMBER, WALLET, Chain, Placed, made_till
from tests.headoffice.cards.card_scans import (
    Made,
    alone,
    hears,
    joins,
    out_of_reach,
    refusal,
    shown,
)
from tests.services.counter import goods


def scan(till: Placed, code: str) -> object:
    """What the counter comes to."""
    found = alone(till, code)
    said = till.way.about_phones.ask(getattr(found, "asks", ""))
    if said is None:
        return found
    return till.shop.till.scan.recognise(code, screen=ScanScreen.SALE, said=said)


def phone_of(chain: Chain, member: Made) -> PhoneKey:
    return chain.office.phone_keys.give(member.id.hex(), by="Ann")


def code_of(chain: Chain, phone: PhoneKey, *, ago: timedelta = timedelta()) -> str:
    return phone.code_at(chain.clock.at - ago)


def unproven(member: Made, code: str) -> ScannedMember:
    return ScannedMember(member.id, PROOF_CODE, code, "phone_unproven")


@pytest.fixture
def known(on_both: Chain) -> tuple[Made, PhoneKey]:
    """A member of whom every till has heard, with a phone."""
    member = joins(on_both.tills[0])
    hears(on_both)
    return member, phone_of(on_both, member)


def test_fault_59_a_screenshot_is_refused_at_every_till_once_its_code_was_shown(
    on_both: Chain, known: tuple[Made, PhoneKey]
) -> None:
    one, other, third = on_both.tills
    member, phone = known
    screenshot = code_of(on_both, phone)
    assert scan(one, screenshot) == shown(member)
    for till in (one, other, third):
        assert refusal(scan(till, screenshot)) == "phone_used"
    on_both.clock.pass_time(timedelta(seconds=15))
    assert scan(other, code_of(on_both, phone)) == shown(member)
    assert refusal(scan(third, screenshot)) == "phone_used"


def test_fault_59_a_screenshot_that_was_never_shown_is_good_for_less_than_a_minute(
    on_both: Chain, known: tuple[Made, PhoneKey]
) -> None:
    _, other, _ = on_both.tills
    _, phone = known
    screenshot = code_of(on_both, phone)
    on_both.clock.pass_time(timedelta(seconds=60))
    assert refusal(scan(other, screenshot)) == "phone_old"


@pytest.mark.long(
    beside="test_fault_59_a_screenshot_is_refused_at_every_till_once_its_code_was_shown"
)
def test_of_two_tills_that_bring_one_code_at_once_one_hears_yes(
    on_both: Chain, known: tuple[Made, PhoneKey]
) -> None:
    _, phone = known
    code = code_of(on_both, phone)
    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(lambda till: till.way.about_phones.ask(code), on_both.tills))
    assert sorted(said, key=str) == [PhoneStanding.GOOD, PhoneStanding.USED, PhoneStanding.USED]


def test_what_head_office_proved_spends_like_a_card_and_out_of_reach_it_only_earns(
    on_both: Chain, known: tuple[Made, PhoneKey]
) -> None:
    _, other, _ = on_both.tills
    member, phone = known
    till = other.shop.till

    def asks_for_points(found: object) -> list[str]:
        assert isinstance(found, ScannedMember)
        basket = till.check_out.open_basket().add(goods(1))
        basket = basket.for_member(found.member_id, proof=found.proof)
        basket = basket.redeeming(Redemption(wallet=WALLET, points=100), wallet=WALLET)
        (usable,) = till.check_out.quote(basket).usable
        return [one.code for one in usable.reasons]

    with out_of_reach(other):
        code = code_of(on_both, phone)
        found = scan(other, code)
        assert found == unproven(member, code)
        assert "NEEDS_CARD" in asks_for_points(found)
    assert "NEEDS_CARD" not in asks_for_points(scan(other, code))


def test_a_till_asks_once_and_not_again_by_itself(
    on_both: Chain, known: tuple[Made, PhoneKey]
) -> None:
    _, other, _ = on_both.tills
    member, phone = known
    code, asked = code_of(on_both, phone), other.way.network.asked
    with out_of_reach(other):
        assert scan(other, code) == unproven(member, code)
    assert asked.count(PHONE_CODE) <= 1
    assert scan(other, code) == shown(member)


@pytest.mark.long(
    beside="tests/headoffice/cards/test_cards_everywhere.py::test_in_reach_one_question_makes_its_key_known_for_good"
)
def test_somebody_who_joined_a_moment_ago_elsewhere_is_known_from_the_code_alone(
    on_both: Chain,
) -> None:
    one, other, _ = on_both.tills
    member = joins(one)
    one.talk()
    phone = phone_of(on_both, member)
    with out_of_reach(other):
        assert refusal(scan(other, code_of(on_both, phone))) == "member_unknown"
    assert scan(other, code_of(on_both, phone)) == shown(member)
    with out_of_reach(other):
        assert isinstance(scan(other, code_of(on_both, phone)), ScannedMember)


@pytest.mark.parametrize("says", ["phone_withdrawn", "phone_ahead", "phone_not_valid"])
def test_each_no_says_what_it_is(chain: Chain, says: str) -> None:
    one, other, _ = chain.tills
    member = joins(one)
    hears(chain)
    phone = phone_of(chain, member)
    code = code_of(chain, phone)
    if says == "phone_withdrawn":
        chain.office.phone_keys.withdraw(member.id.hex(), by="Ann")
    elif says == "phone_ahead":
        code = code_of(chain, phone, ago=timedelta(minutes=-2))
    else:
        phone_of(chain, member)
    assert refusal(scan(other, code)) == says


@pytest.mark.long(
    beside="tests/headoffice/test_asked_members.py::test_a_till_that_asked_too_often_hears_so_and_sells_on"
)
def test_a_till_that_showed_too_many_wrong_codes_goes_on_as_out_of_reach(
    on_both: Chain, known: tuple[Made, PhoneKey]
) -> None:
    _, other, third = on_both.tills
    member, phone = known
    wrong = code_of(on_both, PhoneKey(member_id=member.id, key=bytes(32)))
    for _ in range(AT_ONCE + TRIES):
        assert refusal(scan(other, wrong)) == "phone_not_valid"
    code = code_of(on_both, phone)
    assert scan(other, code) == unproven(member, code)
    assert scan(third, code) == shown(member)


def test_a_shop_without_head_office_says_that_the_code_proves_nothing(tmp_path: Path) -> None:
    clock = SetClock()
    with made_till(tmp_path / "alone", 4, clock) as shop:
        code = PhoneKey(member_id=MEMBER, key=bytes(32)).code_at(clock.at)
        found = shop.till.scan.recognise(code, screen=ScanScreen.SALE)
    assert found == ScannedMember(MEMBER, PROOF_CODE, "", "phone_unproven")


@pytest.mark.long(
    beside="test_fault_59_a_screenshot_is_refused_at_every_till_once_its_code_was_shown"
)
def test_the_code_is_in_no_journal(on_both: Chain, known: tuple[Made, PhoneKey]) -> None:
    _, other, _ = on_both.tills
    _, phone = known
    code = code_of(on_both, phone)
    found = scan(other, code)
    assert isinstance(found, ScannedMember)
    counter = other.counter
    basket = other.shop.till.check_out.open_basket().add(goods(1))
    counter.book(basket.for_member(found.member_id, proof=found.proof))
    with other.shop.till.book.read() as reader:
        bodies = b"".join(bytes(one.body) for one in reader.journal.events())
    assert found.member_id.hex().encode() in bodies
    assert code.encode() not in bodies
    assert code not in repr(alone(other, code))
