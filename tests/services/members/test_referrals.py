"""Referrals on a real book: whose code, who cannot be brought, what came of a code."""

from __future__ import annotations

from datetime import timedelta

import pytest

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.members.member import Birthday
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.refusal import ServiceRefusal
from tests.services.conftest import Shop

PROGRAMME = """
language = 2
id = "friends"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[household]
[[wallet]]
id = "points"
[[activity]]
id = "installed"
[[referral]]
id = "friend"
activity = "installed"
referrer = { points = 50 }
[[referral]]
id = "ambassador"
codes = "by_hand"
role = "manager"
activity = "installed"
within_days = 10
most = 1
referrer = { points = 200 }
friend = { points = 20 }
"""
BORN = Birthday(5, 4)


class Town:
    """A till with the programme and people by their names."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.till = shop, shop.till
        self.till.programmes.install(PROGRAMME.encode("utf-8"))
        self.cashier = Operator(shop.manager.id, "Lin", Role.CASHIER)
        self._phone = 13900000100

    def joins(self, name: str, birthday: Birthday | None = None) -> bytes:
        self._phone += 1
        form = EnrolForm(
            phone=str(self._phone), name=name, birthday=birthday, consents=(("terms", "", True),)
        )
        return self.till.enrol.enrol(form, self.shop.manager).member.id

    def installs(self, member_id: bytes) -> list[int]:
        happening = Happening(
            trigger=Trigger.ACTIVITY, recorded=Recorded(what="installed"), member_id=member_id
        )
        return [one.amount for one in self.till.acts.record(happening, self.cashier).awards]

    def refused(self, friend: bytes, code: str) -> str:
        with pytest.raises(ServiceRefusal) as refused:
            self.till.doings.referrals.capture(friend, code, self.cashier)
        return refused.value.reason


def test_a_member_keeps_their_code_and_nobody_else_can_have_it(shop: Shop) -> None:
    town = Town(shop)
    anna, ben = town.joins("Anna"), town.joins("Ben")
    codes = town.till.doings.referrals
    code = codes.code(anna, "friend", town.cashier)
    assert len(code) == 10
    assert codes.code(anna, "friend", town.cashier, "other") == code
    with pytest.raises(ServiceRefusal) as refused:
        codes.code(ben, "friend", town.cashier, code.lower())
    assert refused.value.reason == "REFERRAL_CODE_TAKEN"
    with pytest.raises(ServiceRefusal) as refused:
        codes.code(ben, "nothing", town.cashier)
    assert refused.value.reason == "NO_SUCH_REFERRAL"


def test_nobody_brings_themselves_under_another_number_or_from_their_home(shop: Shop) -> None:
    town = Town(shop)
    anna = town.joins("Anna  Wu", BORN)
    code = town.till.doings.referrals.code(anna, "friend", town.cashier)
    assert town.refused(anna, code) == "REFERS_THEMSELVES"
    assert town.refused(town.joins("anna wu", BORN), code) == "SAME_PERSON"
    home = town.till.households.found(anna, shop.manager)
    ben = town.joins("Ben", BORN)
    town.till.households.join(ben, home, shop.manager)
    assert town.refused(ben, code) == "SAME_HOUSEHOLD"
    assert town.refused(town.joins("Cy"), "R0000") == "REFERRAL_CODE_UNKNOWN"
    town.till.doings.referrals.capture(
        town.joins("Anna Wu"), code, town.cashier
    )  # not born that day


def test_an_ambassadors_code_is_given_by_hand_and_has_its_report(shop: Shop) -> None:
    town = Town(shop)
    anna, referrals = town.joins("Anna"), town.till.doings.referrals
    with pytest.raises(ServiceRefusal) as refused:
        referrals.code(anna, "ambassador", town.cashier)
    assert refused.value.reason == "NOT_ALLOWED"
    code = referrals.code(anna, "ambassador", shop.manager, "anna-2026")
    friends = [town.joins(name) for name in ("Ben", "Cy", "Dan")]
    for friend in friends:
        referrals.capture(friend, code, town.cashier)
    assert town.refused(friends[0], code) == "REFERRED_ALREADY"
    assert town.installs(friends[0]) == [20, 200]
    assert town.installs(friends[1]) == [20, 0]  # one is all that counts
    shop.clock.pass_time(timedelta(days=10))
    assert town.installs(friends[2]) == []  # too late
    (row,) = referrals.report("ambassador")
    assert (row.code, row.referrer) == ("ANNA2026", anna)
    assert (row.captured, row.pending, row.rewarded, row.reversed) == (3, 0, 1, 0)
    assert referrals.report("friend") == ()
    assert town.till.verify.verify().holds
