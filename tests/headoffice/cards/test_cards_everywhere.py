"""A member's printed card is known at every till of the chain: real books over the real desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from posloyalty.domain.members.card_token import NUMBERED, decode, encode, key_mark
from posloyalty.domain.shop.basket import Redemption
from posloyalty.headoffice.members import rolls
from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.tills import card_keys as office_keys
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.office import hear_card_keys
from posloyalty.services.selling.scanned import ScannedMember
from posloyalty.sync.wire.card_keys import CARD, CARD_KEYS, CardKey, Standing, sealed
from tests.headoffice.a_chain import MEMBER, WALLET, Chain, Counter, Placed, made_till
from tests.headoffice.a_network import Network, connected
from tests.headoffice.cards.card_scans import (
    PHONE,
    Made,
    alone,
    alone_for_a_year,
    dated,
    forget_keys,
    hears,
    joins,
    out_of_reach,
    refusal,
    scan,
    shown,
    till_id,
    told_keys,
    unheard_keys,
)
from tests.services.counter import goods

# The keys travel


def test_a_card_of_one_store_is_good_at_another_out_of_reach(chain: Chain) -> None:
    one, other, _ = chain.tills
    member = joins(one)
    hears(chain)
    with out_of_reach(other):
        assert scan(other, member.card) == shown(member)


def test_a_till_hears_of_each_other_till_once_and_asks_only_when_one_is_new(chain: Chain) -> None:
    for till in chain.tills:
        assert told_keys(till) == 2
        asked = till.way.network.asked
        before = asked.count(CARD_KEYS)
        hears(chain)
        assert asked.count(CARD_KEYS) == before


@pytest.mark.long(beside="test_a_card_of_one_store_is_good_at_another_out_of_reach")
def test_a_shop_that_was_alone_for_a_year_brings_cards_that_are_good_everywhere(
    on_both: Chain, tmp_path: Path
) -> None:
    with alone_for_a_year(on_both, tmp_path / "alone") as (shop, join):
        form = EnrolForm(phone=PHONE, name="Bea", consents=(("terms", "", True),))
        enrolled = shop.till.enrol.enrol(form, shop.manager)
        member = Made(enrolled.member.id, enrolled.card_token_text)
        join()
        for till in on_both.tills:
            with out_of_reach(till):
                assert scan(till, member.card) == shown(member)
        with shop.till.book.read() as reader:
            assert reader.card_keys.count() == 3  # and it has the others' keys from its joining on


def test_a_card_of_an_earlier_release_which_names_no_key_is_found_by_trying_all(
    chain: Chain,
) -> None:
    one, other, _ = chain.tills
    member = joins(one)
    hears(chain)
    old = dated(one, member.card, issued=timedelta(0), key_id=NUMBERED)
    with out_of_reach(other):
        assert scan(other, old) == shown(member)


@pytest.mark.long(beside="test_a_till_hears_of_each_other_till_once_and_asks_only_when_one_is_new")
def test_more_keys_than_come_in_one_answer_come_in_several(
    on_both: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office_keys, "KEYS_PAGE_MAX", 1)
    (till, *_) = on_both.tills
    unheard_keys(till)
    before = till.way.network.asked.count(CARD_KEYS)
    hears(on_both)
    assert told_keys(till) == 2
    assert till.way.network.asked.count(CARD_KEYS) - before == 3


def spends(till: Placed, card: str, points: int) -> int:
    """What is to pay for 20.00 by whoever shows a card and wishes to spend points."""
    found = scan(till, card)
    assert isinstance(found, ScannedMember)
    basket = till.counter.till.check_out.open_basket().add(goods(1))
    basket = basket.for_member(found.member_id, proof=found.proof)
    wish = Redemption(wallet=WALLET, points=points)
    return till.counter.quote(basket.redeeming(wish, wallet=WALLET)).payable_minor


def test_out_of_reach_it_proves_enough_for_what_is_handed_out_at_the_shops_risk(
    chain: Chain,
) -> None:
    one, other, _ = chain.tills
    card = one.shop.till.enrol.replace_card(MEMBER, one.shop.manager).token_text
    one.counter.sell()  # 2,000 points
    hears(chain)
    with out_of_reach(other):
        other.hear_news()
        other.talk()
        assert not other.shop.till.lending.online
        assert spends(other, card, 500) == 1_500
    chain.office.administration.revoke(till_id(one))
    chain.clock.pass_time(timedelta(minutes=6))
    other.talk()
    with out_of_reach(other):
        other.hear_news()
        other.talk()
        assert spends(other, card, 500) == 2_000  # no more than a typed code


@pytest.mark.long(
    beside="tests/headoffice/test_roll_travels.py::test_a_scanned_card_of_somebody_on_the_roll_is_theirs"
)
def test_whoever_stands_on_the_roll_alone_comes_into_the_book_with_a_card_of_another_store(
    chain: Chain, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("STORE_LEAST", "CHAIN_LEAST"):
        monkeypatch.setattr(rolls, name, 1)
    member = joins(chain.tills[0])
    hears(chain)
    with made_till(tmp_path / "new", 4, chain.clock) as shop:
        chain.office.administration.add_store("S4", "Street 4")
        way = connected(shop, Network(chain.office), seed=99, programmes=True)
        way.join("S4")
        for _ in range(4):
            way.sending.send_all()
            while chain.office.rolls.step():
                pass
            chain.clock.pass_time(timedelta(seconds=6))
        new = Placed(shop, Counter(shop.till, shop.manager), way)
        with shop.till.book.read() as reader:
            assert not reader.members.known([member.id])
        with out_of_reach(new):
            assert scan(new, member.card) == shown(member)
        with shop.till.book.read() as reader:
            assert reader.members.known([member.id])
        way.sending.close()


# A card whose key, or whose member, is not known yet


def test_out_of_reach_a_card_of_an_unknown_key_is_refused_with_what_to_do(chain: Chain) -> None:
    one, other, _ = chain.tills
    member = joins(one)
    hears(chain)
    forget_keys(other)
    with out_of_reach(other):
        assert refusal(scan(other, member.card)) == "card_not_heard"


def test_in_reach_one_question_makes_its_key_known_for_good(chain: Chain) -> None:
    one, other, _ = chain.tills
    member = joins(one)
    hears(chain)
    forget_keys(other)
    assert scan(other, member.card) == shown(member)
    assert other.way.network.asked.count(CARD) == 1
    with out_of_reach(other):
        assert scan(other, member.card) == shown(member)
    assert other.way.network.asked.count(CARD) == 1


@pytest.mark.long(beside="test_in_reach_one_question_makes_its_key_known_for_good")
def test_who_joined_a_minute_ago_elsewhere_is_known_by_their_card(chain: Chain) -> None:
    one, other, _ = chain.tills
    member = joins(one)
    one.talk()  # head office has heard, the other till has not
    assert refusal(alone(other, member.card)) == "member_unknown"
    assert scan(other, member.card) == shown(member)
    assert alone(other, member.card) == shown(member)


def test_a_card_that_no_till_of_the_chain_made_is_nobodys(chain: Chain) -> None:
    one, other, _ = chain.tills
    member = joins(one)
    hears(chain)
    token, _, _ = decode(member.card)
    stranger = encode(token, SigningKey.generate(b"x" * 32).sign)
    assert refusal(alone(other, stranger)) == "card_not_heard"
    assert refusal(scan(other, stranger)) == "card_of_no_till"
    old = encode(replace(token, key_id=NUMBERED), SigningKey.generate(b"x" * 32).sign)
    assert refusal(scan(other, old)) == "card_of_no_till"


# Reissued, merged, erased


def test_a_card_that_was_replaced_elsewhere_is_refused_and_the_new_one_good(chain: Chain) -> None:
    one, other, third = chain.tills
    member = joins(one)
    hears(chain)
    chain.clock.pass_time(timedelta(minutes=1))
    new = other.shop.till.enrol.replace_card(member.id, other.shop.manager).token_text
    hears(chain)
    for till in (one, other, third):
        with out_of_reach(till):
            assert refusal(scan(till, member.card)) == "card_revoked"
            assert scan(till, new) == shown(member)


@pytest.mark.long(beside="test_a_card_that_was_replaced_elsewhere_is_refused_and_the_new_one_good")
def test_of_two_replacements_that_arrive_in_the_wrong_order_the_later_one_counts(
    chain: Chain,
) -> None:
    one, other, third = chain.tills
    member = joins(one)
    hears(chain)
    chain.clock.pass_time(timedelta(minutes=1))
    first = one.shop.till.enrol.replace_card(member.id, one.shop.manager).token_text
    chain.clock.pass_time(timedelta(minutes=1))
    second = other.shop.till.enrol.replace_card(member.id, other.shop.manager).token_text
    for till in (other, third, one):  # the first till tells last
        chain.clock.pass_time(timedelta(minutes=6))
        till.talk()
    hears(chain)
    for till in chain.tills:
        assert refusal(scan(till, member.card)) == "card_revoked"
        assert refusal(scan(till, first)) == "card_revoked"
        assert scan(till, second) == shown(member)


def renamed(chain: Chain, goes: Made, stays: Made) -> None:
    with chain.office.database.write() as connection:
        now_s = int(chain.clock.now().timestamp())
        ProfileFeed(connection, now_s=now_s).rename(goes.id, stays.id)


def erased(chain: Chain, member: Made) -> None:
    with chain.office.database.write() as connection:
        now_s = int(chain.clock.now().timestamp())
        ProfileFeed(connection, now_s=now_s).erase(member.id)


def test_the_card_of_a_record_that_went_leads_to_who_stays(chain: Chain) -> None:
    one, other, third = chain.tills
    goes, between, stays = joins(one), joins(one, "13900000002"), joins(other, "13900000003")
    hears(chain)
    renamed(chain, goes, between)
    hears(chain)
    renamed(chain, between, stays)
    hears(chain)
    for till in (one, other, third):
        with out_of_reach(till):
            assert scan(till, goes.card) == shown(stays)
            assert scan(till, between.card) == shown(stays)


@pytest.mark.long(beside="test_the_card_of_a_record_that_went_leads_to_who_stays")
def test_a_till_that_heard_of_no_merge_asks_who_the_member_is_now(on_both: Chain) -> None:
    one, other, _ = on_both.tills
    goes, between, stays = joins(one), joins(one, "13900000002"), joins(one, "13900000003")
    one.talk()
    renamed(on_both, goes, between)
    renamed(on_both, between, stays)
    assert scan(other, goes.card) == shown(stays)
    with out_of_reach(other):
        assert scan(other, goes.card) == shown(stays)


@pytest.mark.long(beside="test_a_card_that_was_replaced_elsewhere_is_refused_and_the_new_one_good")
def test_a_new_card_of_who_stays_revokes_those_of_the_record_that_went(chain: Chain) -> None:
    one, other, third = chain.tills
    goes, stays = joins(one), joins(other, "13900000002")
    hears(chain)
    renamed(chain, goes, stays)
    hears(chain)
    new = other.shop.till.enrol.replace_card(stays.id, other.shop.manager).token_text
    hears(chain)
    for till in (one, other, third):
        assert refusal(scan(till, goes.card)) == "card_revoked"
        assert scan(till, new) == shown(stays)


def test_the_card_of_an_erased_member_is_refused_everywhere(on_both: Chain) -> None:
    one, other, third = on_both.tills
    member = joins(one)
    one.talk()
    other_knows = scan(other, member.card)
    assert other_knows == shown(member)
    erased(on_both, member)
    assert refusal(scan(third, member.card)) == "member_left"  # which never knew them
    hears(on_both)
    for till in (one, other):
        with out_of_reach(till):
            assert refusal(scan(till, member.card)) == "member_left"


# Hostile


@pytest.mark.long(beside="test_a_new_card_says_the_mark_of_its_key")
def test_of_two_words_about_one_key_the_later_one_stays_whichever_comes_last(chain: Chain) -> None:
    one, other, _ = chain.tills
    signer = chain.office.office.key
    with other.shop.till.book.write() as unit:
        told = unit.card_keys.told(bytes.fromhex(till_id(one)))
        assert told is not None
        later = msgspec.structs.replace(told, number=told.number + 1, lost=7)
        for key in (later, told):
            hear_card_keys.keep(unit, key, sealed(key, signer.sign))
        assert unit.card_keys.told(bytes.fromhex(till_id(one))) == later
        other_life = msgspec.structs.replace(told, life="ab" * 16)
        hear_card_keys.keep(unit, other_life, sealed(other_life, signer.sign))
        assert unit.card_keys.told(bytes.fromhex(till_id(one))) == other_life


def test_a_new_card_says_the_mark_of_its_key(chain: Chain) -> None:
    one = chain.tills[0]
    token, _, _ = decode(joins(one).card)
    with one.shop.till.book.read() as reader:
        assert token.key_id == key_mark(reader.tokens.keys()[-1].public_key)


def test_of_a_list_with_one_forged_key_nothing_is_believed(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = chain.tills[0]
    unheard_keys(till)
    forger = SigningKey.generate(b"f" * 32)
    own = office_keys.CardKeys._sealed

    def forged(keys: office_keys.CardKeys, row: object) -> object:
        found = own(keys, row)
        key = msgspec.json.decode(found.statement, type=CardKey)
        return sealed(key, forger.sign) if key.code == "T3" else found

    monkeypatch.setattr(office_keys.CardKeys, "_sealed", forged)
    hears(chain)
    assert told_keys(till) == 0
    monkeypatch.setattr(office_keys.CardKeys, "_sealed", own)
    hears(chain)
    assert told_keys(till) == 2


def test_a_key_that_was_put_into_the_book_by_somebody_else_signs_nothing(chain: Chain) -> None:
    one, other, _ = chain.tills
    member = joins(one)
    hears(chain)
    thief, forger = SigningKey.generate(b"t" * 32), SigningKey.generate(b"f" * 32)
    with other.shop.till.book.read() as reader:
        told = reader.card_keys.told(bytes.fromhex(till_id(one)))
    assert told is not None
    key = msgspec.structs.replace(told, till="ab" * 16, key=thief.public.hex())
    with other.shop.till.book.write() as unit:
        unit.card_keys.keep(key, sealed(key, forger.sign))
        unit.commit()
    token, _, _ = decode(member.card)
    card = encode(replace(token, key_id=NUMBERED), thief.sign)
    assert refusal(alone(other, card)) == "card_not_heard"


@pytest.mark.long(beside="test_a_card_that_no_till_of_the_chain_made_is_nobodys")
def test_a_key_of_another_chain_signs_nothing_here(chain: Chain, tmp_path: Path) -> None:
    """A till that moved to another chain knows the first one's keys no more."""
    one, other, _ = chain.tills
    member = joins(one)
    hears(chain)
    with other.shop.till.book.write() as unit:
        kept = unit.settings.get("head_office")
        assert kept is not None
        moved = msgspec.json.decode(kept)
        moved["office"] = "00" * 16
        unit.settings.put({"head_office": msgspec.json.encode(moved).decode()})
        unit.commit()
    assert refusal(alone(other, member.card)) == "card_not_heard"


@pytest.mark.long(beside="test_of_a_list_with_one_forged_key_nothing_is_believed")
def test_more_keys_than_any_chain_has_are_not_kept(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = chain.tills[0]
    unheard_keys(till)
    monkeypatch.setattr(hear_card_keys, "KEYS_MAX", 1)
    hears(chain)
    assert told_keys(till) == 0


@pytest.mark.long(beside="test_in_reach_one_question_makes_its_key_known_for_good")
def test_head_office_tries_no_more_keys_than_its_bound_for_one_question(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, _ = chain.tills
    member = joins(one)
    one.talk()
    monkeypatch.setattr(office_keys, "TRIED_MAX", 1)
    tried: list[bytes] = []

    def refused(key: bytes, _message: bytes, _by: bytes) -> bool:
        tried.append(key)
        return False

    monkeypatch.setattr(office_keys, "verify", refused)
    token, _, _ = decode(member.card)
    old = encode(replace(token, key_id=NUMBERED), SigningKey.generate(b"x" * 32).sign)
    assert other.way.about_cards.ask(old) is Standing.UNKNOWN
    assert len(tried) == 1
