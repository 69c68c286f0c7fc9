"""Runs: every member is looked at, each is given once, and a run may be repeated."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from posloyalty.domain.ledger.right import RightState
from posloyalty.services.members.enrol_member import TERMS, EnrolForm
from posloyalty.services.refusal import ServiceRefusal
from tests.faults.shop import MEMBER_PHONE
from tests.services.conftest import Shop
from tests.services.counter import paid

PROGRAMME = """
language = 2
id = "runs"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[voucher]]
id = "gift"
amount = "5.00"
[[rule]]
id = "month"
trigger = "period"
every = "month"
visits = 1
gives = { voucher = "gift" }
[[rule]]
id = "paid"
trigger = "sale"
gives = { points = 1 }
"""


def bought(shop: Shop, member_id: bytes) -> datetime:
    till = shop.till
    basket = till.check_out.open_basket().add(till.catalogue.search("")[0])
    basket = basket.for_member(member_id, proof="card")
    quote = till.check_out.quote(basket)
    return till.check_out.complete(basket, quote, paid(quote), shop.manager).at


def test_a_run_gives_to_whom_it_is_due_and_to_nobody_twice(shop: Shop) -> None:
    till = shop.till
    till.programmes.install(PROGRAMME.encode("utf-8"))
    member_id = till.members.by_phone(MEMBER_PHONE)
    assert member_id is not None
    till.enrol.enrol(EnrolForm(phone="13911112222", consents=((TERMS, "", True),)), shop.manager)
    sold = bought(shop, member_id).astimezone(ZoneInfo("Asia/Shanghai"))
    later = sold.replace(year=sold.year + 1, month=1, day=1) if sold.month == 12 else None
    later = later or sold.replace(month=sold.month + 1, day=1)
    assert [rule.id for rule in till.runs.rules()] == ["month"]
    looked_at: list[int] = []
    (given,) = till.runs.run(shop.manager, at=later, done=looked_at.append)
    assert (given.rule_id, given.member_id) == ("month", member_id)
    with till.book.read() as reader:
        assert looked_at == list(range(1, reader.members.count() + 1))
        (right,) = reader.ledger.rights_of(member_id)
    assert right.state(later.date()) is RightState.GOOD
    assert till.runs.run(shop.manager, "month", at=later) == ()
    assert till.verify.verify().holds


def test_a_rule_that_waits_for_no_run_is_refused(shop: Shop) -> None:
    shop.till.programmes.install(PROGRAMME.encode("utf-8"))
    with pytest.raises(ServiceRefusal) as refused:
        shop.till.runs.run(shop.manager, "paid")
    assert (refused.value.reason, refused.value.facts) == ("NO_SUCH_RULE", {"rule": "paid"})
