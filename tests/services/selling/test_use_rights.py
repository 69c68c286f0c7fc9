"""What the screen is told of passes and privileges, on a real book."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from posloyalty.domain.engine.at_counter import Said
from posloyalty.domain.engine.works.pass_uses import not_used, using_pass
from posloyalty.domain.programme.names import Names
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.till import Till
from tests.faults.shop import MEMBER_PHONE
from tests.services.conftest import Shop
from tests.services.counter import paid
from tests.services.passes import lefts, passes_of, rows_of

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


def uses_left(till: Till, member: bytes) -> object:
    """How often the privilege may be used yet, as its row says."""
    sub = rows_of(till, member)["privilege:trial"].sub
    assert isinstance(sub, Said)
    return dict(sub.facts)["left"]


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


def test_passes_and_privileges_are_named_in_every_language_that_the_file_has(
    shop: Shop, anna: bytes
) -> None:
    titles = [row.title for row in rows_of(shop.till, anna).values()]
    names = [one for one in titles if isinstance(one, Names)]
    assert {one.in_language("zh_CN") for one in names} == {"十次卡", "体验"}
    assert {one.in_language("en") for one in names} == {"Ten", "Trial"}


def test_two_pieces_are_two_passes_and_the_pace_is_the_members(shop: Shop, anna: bytes) -> None:
    uses = shop.till.use_rights
    assert lefts(shop.till, anna) == [10, 10]
    first, last = passes_of(shop.till, anna)
    uses.use_pass(anna, "ten", shop.manager)
    uses.use_pass(anna, "ten", shop.manager, right_id=last.id)
    assert lefts(shop.till, anna) == [9, 9]
    for one in (first, last):
        with pytest.raises(ServiceRefusal, match="USED_ENOUGH_UNTIL"):
            shop.till.acts.preview(using_pass(anna, "ten", one.id))
    cashier = Operator(shop.manager.id, "Lin", Role.CASHIER)
    with pytest.raises(ServiceRefusal, match="NOT_ALLOWED"):
        shop.till.acts.record(not_used(anna, "pass/ten"), cashier)
    uses.give_back(anna, "pass/ten", shop.manager)
    assert sorted(lefts(shop.till, anna)) == [9, 10]
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
    rows = [one for one in rows_of(till, anna) if not one.startswith("pass:")]
    assert rows == ["privilege:trial", "reserve:trial", f"reserved:trial:{day.isoformat()}"]
    assert uses_left(till, anna) == 1
    uses.call_off(others[0], "trial", day, shop.manager)
    uses.reserve(others[1], "trial", day, shop.manager)
    places = [f"reserved:trial:{day}" in rows_of(till, one) for one in (*others, anna)]
    assert places == [False, True, True]
    uses.use_privilege(anna, "trial", shop.manager)
    assert uses_left(till, anna) == 0
    sub = rows_of(till, anna)["privilege:trial"].sub
    assert isinstance(sub, Said)
    again = dict(sub.facts)["day"]
    assert isinstance(again, date)
    assert again.day == 1
    assert till.verify.verify().holds
