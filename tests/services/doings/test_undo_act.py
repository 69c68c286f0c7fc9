"""Undoing an activity on a real book: who may, what cannot be undone, and the proof of it."""

from __future__ import annotations

import pytest

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.refusal import ServiceRefusal
from tests.faults.shop import MEMBER_PHONE
from tests.services.conftest import Shop

PROGRAMME = """
language = 2
id = "mistakes"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[activity]]
id = "quiz"
points = 60
[[voucher]]
id = "mug"
scope = "order"
amount = "1.00"
[[rule]]
id = "mug-at-100"
trigger = "wallet"
reaches = 100
takes = 100
gives = { voucher = "mug" }
"""


class Desk:
    """A till with the programme and one member."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.till = shop, shop.till
        self.till.programmes.install(PROGRAMME.encode("utf-8"))
        member = self.till.members.by_phone(MEMBER_PHONE)
        assert member is not None
        self.member = member

    def quiz(self) -> bytes:
        happening = Happening(
            trigger=Trigger.ACTIVITY, recorded=Recorded(what="quiz"), member_id=self.member
        )
        return self.till.acts.record(happening, self.shop.manager).event_id

    def refused(self, event_id: bytes, *, cause: str = "slip", role: Role = Role.MANAGER) -> str:
        operator = Operator(self.shop.manager.id, "Lin", role)
        with pytest.raises(ServiceRefusal) as refused:
            self.till.doings.undo_act.undo(event_id, operator, cause=cause)
        return refused.value.reason

    def balance(self) -> int:
        (wallet,) = self.till.members.panel(self.member).wallets
        return wallet.balance


def test_an_activity_is_undone_once_and_the_book_still_proves(shop: Shop) -> None:
    desk = Desk(shop)
    first = desk.quiz()
    assert desk.refused(first, role=Role.CASHIER) == "NOT_ALLOWED"
    assert desk.refused(first, cause=" ") == "CAUSE_NEEDED"
    assert desk.refused(b"no such act 0001") == "NO_SUCH_ACT"
    desk.till.doings.undo_act.undo(first, shop.manager, cause="the wrong member")
    assert desk.balance() == 0
    assert desk.refused(first) == "UNDONE_ALREADY"
    proof = desk.till.verify.verify()
    assert proof.holds, proof.first


def test_what_spent_points_is_put_right_with_the_member_instead(shop: Shop) -> None:
    desk = Desk(shop)
    desk.quiz()
    second = desk.quiz()  # 120 points: 100 buy the mug
    assert desk.balance() == 20
    assert desk.refused(second) == "CANNOT_UNDO"
    assert desk.balance() == 20
