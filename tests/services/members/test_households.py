"""Households on a real book: shared wallets, who spends, joining, leaving, and the proof of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from posloyalty.domain.shop.basket import Redemption
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.members.households import HouseholdMember
from posloyalty.services.refusal import ServiceRefusal
from tests.faults.shop import MEMBER_PHONE
from tests.services.conftest import Shop
from tests.services.counter import paid

PROGRAMME = """
language = 1
id = "homes"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[household]
members_most = 2
spends = "head"
[[wallet]]
id = "points"
of = "household"
limit = [{ most_points = 100, per = "day", of = "household" }]
[wallet.spend]
points = 1
money = "1.00"
redeem_needs = "any"
[[wallet]]
id = "own"
[[earn]]
id = "base"
wallet = "points"
per_sale = { points = 40 }
[[earn]]
id = "visit"
wallet = "own"
per_sale = { points = 1 }
"""


class Home:
    """A till with the programme and three members."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.till = shop, shop.till
        self.till.programmes.install(PROGRAMME.encode("utf-8"))
        first = self.till.members.by_phone(MEMBER_PHONE)
        assert first is not None
        self.anna = first
        self.ben, self.cleo = (
            self.till.enrol.enrol(
                EnrolForm(phone=phone, consents=(("terms", "", True),)), shop.manager
            ).member.id
            for phone in ("13900000002", "13900000003")
        )

    def buys(self, member_id: bytes, *, redeem: int = 0) -> list[str]:
        """Pays for one article; returns why nothing, or no more, could be spent."""
        till = self.till
        basket = till.check_out.open_basket().add(till.catalogue.search("")[0])
        basket = basket.for_member(member_id, proof="card")
        if redeem:
            basket = basket.redeeming(Redemption(wallet="points", points=redeem), wallet="points")
        quote = till.check_out.quote(basket)
        till.check_out.complete(basket, quote, paid(quote), self.shop.manager)
        return [one.code for one in quote.usable[0].reasons]

    def balance(self, member_id: bytes, wallet: str = "points") -> int:
        states = self.till.members.panel(member_id).wallets
        return next(one.balance for one in states if one.wallet == wallet)


@pytest.fixture
def home(shop: Shop) -> Home:
    return Home(shop)


def refused(home: Home, what: str, *names: object) -> str:
    with pytest.raises(ServiceRefusal) as refusal:
        getattr(home.till.households, what)(*names, home.shop.manager)
    return refusal.value.reason


def test_what_one_earns_all_see_and_only_the_head_spends(home: Home) -> None:
    manager, households = home.shop.manager, home.till.households
    home.buys(home.anna)
    household = households.found(home.anna, manager)
    households.join(home.ben, household, manager)
    home.buys(home.ben)
    assert [home.balance(one) for one in (home.anna, home.ben, home.cleo)] == [80, 80, 0]
    assert [home.balance(one, "own") for one in (home.anna, home.ben)] == [1, 1]
    assert home.buys(home.ben, redeem=1) == ["HEAD_SPENDS"]
    assert home.buys(home.anna, redeem=1) != ["HEAD_SPENDS"]
    # 40 of each sale, until the household has taken in 100 that day.
    assert home.balance(home.anna) == 40 + 40 + 40 + 20 - 1
    wallet = home.till.members.panel(home.ben).wallets[0]
    assert (wallet.shared, wallet.may_spend) == (True, False)
    assert home.till.verify.verify().holds


def test_a_household_is_found_by_its_members_and_is_full_at_its_bound(home: Home) -> None:
    manager, households = home.shop.manager, home.till.households
    household = households.found(home.anna, manager)
    households.join(home.ben, household, manager)
    assert households.members(household) == (
        HouseholdMember(member_id=home.anna, head=True),
        HouseholdMember(member_id=home.ben, head=False),
    )
    assert refused(home, "join", home.cleo, household) == "HOUSEHOLD_FULL"
    assert refused(home, "join", home.ben, household) == "HOUSEHOLD_FULL"
    assert refused(home, "found", home.ben) == "IN_HOUSEHOLD"
    assert refused(home, "join", home.cleo, b"?" * 16) == "NO_SUCH_HOUSEHOLD"
    assert refused(home, "leave", home.cleo) == "NOT_IN_HOUSEHOLD"
    assert refused(home, "found", b"?" * 16) == "NO_SUCH_MEMBER"


def test_who_leaves_leaves_what_is_shared_and_the_last_one_takes_it_along(home: Home) -> None:
    manager, households = home.shop.manager, home.till.households
    household = households.found(home.anna, manager)
    households.join(home.ben, household, manager)
    home.buys(home.anna)
    households.leave(home.anna, manager)
    assert [home.balance(one) for one in (home.anna, home.ben)] == [0, 40]
    assert households.members(household) == (HouseholdMember(member_id=home.ben, head=True),)
    households.leave(home.ben, manager)
    assert households.members(household) == ()
    assert home.balance(home.ben) == 40
    home.shop.clock.pass_time(timedelta(days=1))
    home.buys(home.ben)
    assert home.balance(home.ben) == 80
    assert home.till.verify.verify().holds


def test_a_till_of_several_leaves_it_to_head_office_who_was_the_last(home: Home) -> None:
    manager, households = home.shop.manager, home.till.households
    households.found(home.anna, manager)
    home.buys(home.anna)
    with home.till.book.write() as unit:
        unit.settings.put({"head_office": "{}"})
        unit.commit()
    households.leave(home.anna, manager)
    # Ben may have joined at another till, and what is shared would be his.
    assert home.balance(home.anna) == 0
    assert home.till.verify.verify().holds


def test_several_members_are_read_with_what_they_share(home: Home) -> None:
    manager, households = home.shop.manager, home.till.households
    household = households.found(home.anna, manager)
    households.join(home.ben, household, manager)
    home.buys(home.ben)
    found = {row.member_id: row.balance for row in home.till.members.search("1390000").rows}
    assert found == {home.ben: 40, home.cleo: 0}


def test_a_programme_without_households_has_none(shop: Shop) -> None:
    member_id = shop.till.members.by_phone(MEMBER_PHONE)
    with pytest.raises(ServiceRefusal) as refusal:
        shop.till.households.found(member_id or b"", shop.manager)
    assert refusal.value.reason == "NO_HOUSEHOLDS"
