"""What the screen is told of passes and privileges, on a real book."""

from __future__ import annotations

from datetime import timedelta

import pytest

from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.refusal import ServiceRefusal
from tests.faults.shop import MEMBER_PHONE
from tests.services.conftest import Shop
from tests.services.counter import paid

PROGRAMME = """
language = 2
id = "uses"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[pass]]
id = "ten"
name = {{ en = "Ten", zh_CN = "十次卡" }}
on = {{ product = ["{sku}"] }}
uses = 10
limit = [{{ most = 2, per = "day" }}]
[[privilege]]
id = "trial"
name = {{ en = "Trial", zh_CN = "体验" }}
limit = [{{ most = 1, per = "month" }}]
places = 2
"""


@pytest.fixture
def anna(shop: Shop) -> bytes:
    till = shop.till
    sold = till.catalogue.search("")[0]
    till.programmes.install(PROGRAMME.format(sku=sold.sku).encode("utf-8"))
    member_id = till.members.by_phone(MEMBER_PHONE)
    assert member_id is not None
    basket = till.check_out.open_basket().add(sold).add(sold)
    basket = basket.for_member(member_id, proof="card")
    quote = till.check_out.quote(basket)
    till.check_out.complete(basket, quote, paid(quote), shop.manager)
    return member_id


def test_passes_and_privileges_are_named_in_the_language_of_who_asks(
    shop: Shop, anna: bytes
) -> None:
    def named(language: str | None) -> set[str]:
        found = shop.till.use_rights.of_member(anna, language)
        return {view.name for view in (*found.passes, *found.privileges)}

    assert named(None) == {"十次卡", "体验"}  # the shop's papers
    assert named("en") == {"Ten", "Trial"}


def test_two_pieces_are_two_passes_and_the_pace_is_the_members(shop: Shop, anna: bytes) -> None:
    uses = shop.till.use_rights
    assert [view.left for view in uses.of_member(anna).passes] == [10, 10]
    last = uses.of_member(anna).passes[1]
    uses.use_pass(anna, "ten", shop.manager)
    uses.use_pass(anna, "ten", shop.manager, right_id=last.right_id)
    views = uses.of_member(anna).passes
    assert [view.left for view in views] == [9, 9]
    assert [view.why_not and view.why_not.code for view in views] == ["USED_ENOUGH_UNTIL"] * 2
    uses.give_back(anna, "pass/ten", shop.manager)
    assert sorted(view.left for view in uses.of_member(anna).passes) == [9, 10]
    assert shop.till.verify.verify().holds


def test_places_go_to_those_who_reserve_first(shop: Shop, anna: bytes) -> None:
    till, uses = shop.till, shop.till.use_rights
    others = [
        till.enrol.enrol(
            EnrolForm(phone=phone, consents=(("terms", "", True),)), shop.manager
        ).member.id
        for phone in ("13900000002", "13900000003")
    ]
    day = till.clock.now().date() + timedelta(days=3)
    for member_id in (others[0], anna):
        uses.reserve(member_id, "trial", day, shop.manager)
    with pytest.raises(ServiceRefusal) as refused:
        uses.reserve(others[1], "trial", day, shop.manager)
    assert refused.value.reason == "NO_PLACES"
    (view,) = uses.of_member(anna).privileges
    assert (view.left, view.reserved, view.can_reserve, view.why_not) == (1, (day,), True, None)
    uses.call_off(others[0], "trial", day, shop.manager)
    uses.reserve(others[1], "trial", day, shop.manager)
    places = [uses.of_member(one).privileges[0].reserved for one in (*others, anna)]
    assert places == [(), (day,), (day,)]
    uses.use_privilege(anna, "trial", shop.manager)
    (view,) = uses.of_member(anna).privileges
    assert view.left == 0
    assert view.again is not None
    assert view.again.day == 1
    assert till.verify.verify().holds
