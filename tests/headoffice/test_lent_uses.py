"""Passes at several tills: a use is lent to one till, real books, a real desk, no use twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.works.pass_uses import using_pass
from posloyalty.domain.ledger.right import Right, RightChange, RightMove
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.services.lending.held_leases import leases_of, left_in
from posloyalty.services.lending.lent_rights import right_asset
from posloyalty.services.lending.reserve_for_sale import Reservation
from posloyalty.services.office.soundness import CLONE, freeze
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.wire.lending import Held
from tests.headoffice.a_chain import MEMBER, Chain, Placed, alone, in_reach, out_of_reach
from tests.headoffice.a_kept_chain import chain_after, talked
from tests.headoffice.a_published_chain import asking
from tests.services.counter import goods

PASSES = """
[[pass]]
id = "three"
name = { en = "Three coffees" }
on = { product = ["ART007"] }
uses = 3
"""
DEAR = 7


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """The first till sold a pass of three uses for 60.00; in the end head office verifies."""
    with chain_after(talked, tmp_path, url=database_url, more=PASSES) as found:
        one = found.tills[0]
        found.clock.pass_time(timedelta(minutes=1))
        opened = one.counter.till.check_out.open_basket().add(goods(DEAR), unit_price_minor=6_000)
        one.counter.book(opened.for_member(MEMBER))
        yield found
        while found.office.follow():
            pass
        proof = verify_office(found.office.database, found.office.office, lambda *_: None)
        assert proof.holds, proof.first


def the_pass(till: Placed) -> Right:
    with till.shop.till.book.read() as reader:
        rights = reader.ledger.rights_of(MEMBER)
    (found,) = (right for right in rights if right.kind == "pass")
    return found


def held(till: Placed) -> int:
    """How many uses of it a till holds."""
    day = till.shop.till.clock.now().date()
    with till.shop.till.book.read() as reader:
        return left_in(leases_of(reader, right_asset(the_pass(till)), day))


def asks(till: Placed) -> Reservation:
    """What the counter asks head office before a use."""
    return asking(till).of(using_pass(MEMBER, "three"))


def uses(till: Placed) -> None:
    till.shop.till.use_rights.use_pass(MEMBER, "three", till.shop.manager)


def why_not(till: Placed) -> str | None:
    """What the list of the member's passes says at a till, which previews a use of each."""
    try:
        till.shop.till.acts.preview(using_pass(MEMBER, "three"))
    except ServiceRefusal as refused:
        return refused.reason
    return None


def named(chain: Chain) -> list[str]:
    with chain.office.database.write() as connection:
        return [str(one.anomaly) for one in chain.office.head_office(connection).alerts()]


def test_in_reach_a_use_is_held_aside_before_it_is_used(chain: Chain) -> None:
    other = chain.tills[1]
    chain.talk()
    assert asks(other).lent == 1
    uses(other)
    chain.talk()
    assert [the_pass(till).left for till in chain.tills] == [2, 2]
    assert held(other) == 0  # it used what it was lent


@pytest.mark.long(
    beside="tests/headoffice/test_lent_conversions.py::test_in_reach_nobody_takes_what_was_not_asked_for"
)
def test_in_reach_nobody_uses_what_was_not_asked_for(chain: Chain) -> None:
    chain.talk()
    with pytest.raises(ServiceRefusal, match="USE_HELD"):
        uses(chain.tills[1])


@pytest.mark.long(beside="test_in_reach_a_use_is_held_aside_before_it_is_used")
def test_two_tills_in_reach_do_not_both_use_the_last_one(chain: Chain) -> None:
    one, other = chain.tills
    chain.talk()
    chain.clock.pass_time(timedelta(minutes=11))  # what lies at the first for later comes back
    for _ in range(2):
        asks(other)
        uses(other)
        chain.talk()
    asks(one)
    (short,) = asks(other).short
    assert short.elsewhere == (Held(store="S1", n=1),)
    with pytest.raises(ServiceRefusal, match="USE_HELD"):
        uses(other)
    uses(one)
    chain.talk()
    assert named(chain) == []


@pytest.mark.parametrize(("paid", "said"), [(0, "GIVEN_NOT_LENT"), (6_000, "USE_NOT_LENT")])
def test_out_of_reach_only_what_was_paid_for_is_to_be_sold_instead(
    chain: Chain, monkeypatch: pytest.MonkeyPatch, paid: int, said: str
) -> None:
    other = chain.tills[1]
    chain.talk()
    out_of_reach(other)
    services, now = other.shop.till, other.shop.till.clock.now()
    right = structs.replace(the_pass(other), paid_minor=paid, line=0)
    used = RightChange(id=b"U" * 16, right_id=right.id, move=RightMove.USE, event_id=b"E" * 16)
    with services.book.read() as reader:
        programme = services.programmes.at(reader, now)
        assert programme is not None
        monkeypatch.setattr(reader.ledger, "right", lambda _id: right)
        with pytest.raises(ServiceRefusal, match=said):
            services.lending.allow_act(reader, programme, Consequences(rights=(used,)), now)


def test_out_of_reach_a_pass_is_used_where_it_was_lent(chain: Chain) -> None:
    one, other = chain.tills
    chain.talk()
    assert [held(one), held(other)] == [2, 0]  # whoever was here may come again
    for till in chain.tills:
        out_of_reach(till)
    assert why_not(other) == "USE_NOT_LENT"
    with pytest.raises(ServiceRefusal, match="USE_NOT_LENT"):  # said before anybody presses
        other.shop.till.acts.preview(using_pass(MEMBER, "three"))
    with pytest.raises(ServiceRefusal, match="USE_NOT_LENT"):
        uses(other)
    uses(one)
    uses(one)
    with pytest.raises(ServiceRefusal, match="USE_NOT_LENT"):
        uses(one)  # the third may be used elsewhere
    in_reach(chain)
    assert [the_pass(till).left for till in chain.tills] == [1, 1]
    assert named(chain) == []


@pytest.mark.long(beside="test_out_of_reach_a_pass_is_used_where_it_was_lent")
def test_a_pass_that_head_office_does_not_know_of_yet_is_used_where_it_was_sold(
    chain: Chain,
) -> None:
    one = chain.tills[0]
    out_of_reach(one)
    assert why_not(one) is None
    uses(one)
    in_reach(chain)
    assert the_pass(one).left == 2


@pytest.mark.long(beside="test_out_of_reach_a_pass_is_used_where_it_was_lent")
def test_a_pass_whose_sale_arrived_though_no_answer_came_is_not_used_twice(chain: Chain) -> None:
    one, other = chain.tills
    one.way.network.troubles = ["lost", *["no line"] * 99]
    one.talk()
    other.hear_news()
    other.talk()
    for _ in range(3):
        asks(other)
        uses(other)
    assert why_not(one) == "USE_NOT_LENT"
    with pytest.raises(ServiceRefusal, match="USE_NOT_LENT"):
        uses(one)
    in_reach(chain)
    assert named(chain) == []


def test_a_use_that_is_worth_little_is_the_merchants_risk(chain: Chain) -> None:
    other = chain.tills[1]
    chain.talk()
    usual = other.shop.till.lending.policy
    assert usual is not None
    out_of_reach(other)
    other.shop.till.lending.adopt(replace(usual, voucher_face_minor=2_000))  # 60.00 for three
    assert why_not(other) is None
    uses(other)


@pytest.mark.long(
    beside="tests/headoffice/test_lent_conversions.py::test_a_till_that_was_copied_takes_none"
)
def test_a_till_that_was_copied_uses_none(chain: Chain) -> None:
    one = chain.tills[0]
    chain.talk()
    with one.shop.till.book.write() as unit:
        freeze(unit.settings, CLONE, 0)
        unit.commit()
    one.shop.till.lending.forget()
    assert why_not(one) == "USE_TILL_NOT_SOUND"
    with pytest.raises(ServiceRefusal, match="USE_TILL_NOT_SOUND"):
        uses(one)


@pytest.mark.long(
    beside="tests/headoffice/test_lent_rewards.py::test_a_till_that_is_alone_gives_whatever_there_is"
)
def test_a_till_that_is_alone_uses_whatever_there_is(chain: Chain) -> None:
    one = chain.tills[0]
    alone(one)
    assert asks(one) == Reservation()
    for _ in range(3):
        uses(one)
    assert the_pass(one).left == 0
