"""What an exchange uses is asked for at head office, and once more before anything of it is booked:
the goods that come back, and the points that pay for the new ones.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from posloyalty.domain.shop.basket import Basket
from posloyalty.services.lending.reserve_for_sale import Reservation, Short
from posloyalty.sync.leases import Asset, AssetKind
from tests.fakes.desk import Desk as Counter
from tests.fakes.desk import desk as keyed_desk
from tests.fakes.reserving import FakeReserveReturn, FakeReserving
from tests.services.returning.test_refund_sale import member
from tests.ui.presenters.returning.conftest import Desk, _made_shop, desk, shop  # noqa: F401
from ui.presenters.counter import counter_of
from ui.presenters.ports import Screen

POINTS = Asset(AssetKind.POINTS, "plain/points", b"m" * 16)


@pytest.fixture
def office() -> FakeReserving:
    """A head office that lends everything, unless a test says otherwise."""
    return FakeReserving()


@pytest.fixture
def terminal(desk: Desk) -> None:  # noqa: F811
    """A terminal that answers by the amount's last digits."""
    details = replace(desk.real.shop.details(), terminal="simulator")
    desk.real.shop.save(details, desk.real.people.all()[0])


@pytest.fixture
def goods_office() -> FakeReserveReturn:
    """A head office that lends every right to return, unless a test says otherwise."""
    return FakeReserveReturn()


@pytest.fixture
def counter(
    desk: Desk,  # noqa: F811
    office: FakeReserving,
    goods_office: FakeReserveReturn,
) -> Counter:
    till: Any = desk.real
    # As the till keeps services once they were made.
    vars(till).update(reserving=office, reserve_return=goods_office)
    return keyed_desk(operator=desk.session.operator, till=till)


def spending(counter: Counter, desk: Desk, *, card: int = 0) -> None:  # noqa: F811
    """One of 7.50 comes back for one of 4.50, of which a member's 200 points pay 2.00."""
    owner = member(desk.real)
    desk.sold(60, member_id=owner)
    sale = desk.sold(0, 0, 0, 1, card=card, member_id=owner)
    counter.navigator.show(Screen.RETURN, sale_id=sale.id)
    counter.press(" ", "3", "F9")
    counter.scan(desk.real.enrol.card(owner).token_text)
    counter.scan("100")
    counter.press("F5", *"200", "Enter", "F12")


def wishes(basket: Basket) -> tuple[int, ...]:
    return tuple(one.points for one in basket.redemptions)


def short(missing: int) -> Reservation:
    return Reservation(asked=True, short=(Short(asset=POINTS, missing=missing),))


def newest(desk: Desk) -> tuple[int, int]:  # noqa: F811
    """What the newest sale came to, and what of it points paid before."""
    stored = desk.real.history.sale(desk.real.history.page(limit=1)[0].number)
    assert stored is not None
    return stored.sale.payable_minor, stored.sale.redeemed_minor


def test_head_office_is_asked_when_they_are_chosen_and_before_both_halves_are_booked(
    desk: Desk,  # noqa: F811
    counter: Counter,
    office: FakeReserving,
) -> None:
    spending(counter, desk)
    assert [wishes(one) for one in office.asked] == [(200,)]
    counter.press("Enter")
    assert [wishes(one) for one in office.asked] == [(200,), (200,)]
    assert counter.front is Screen.DONE
    assert newest(desk) == (250, 200)


def test_what_is_not_lent_leaves_the_new_goods_and_both_halves_are_reckoned_anew(
    desk: Desk,  # noqa: F811
    counter: Counter,
    office: FakeReserving,
) -> None:
    spending(counter, desk)
    assert counter.pay.state.change == "5.00"
    office.answers = [short(100)]
    counter.press("Enter")
    assert counter.front is Screen.PAY
    assert counter.said.startswith("Head office has no more points free for this member.")
    assert counter.pay.state.change == "4.00"
    counter.press("Enter")
    assert counter.front is Screen.DONE
    assert newest(desk) == (350, 100)


def test_points_that_leave_the_sale_while_it_is_paid_change_what_goes_back(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    spending(counter, desk)
    assert counter.pay.state.change == "5.00"
    counter_of(counter.shell.session).sale.redeem("points", 0)  # what was asked for came late
    assert counter.pay.state.change == "3.00"
    counter.press("Enter")
    assert newest(desk) == (450, 0)


@pytest.mark.usefixtures("terminal")
def test_once_a_terminal_may_have_given_money_back_the_new_goods_stay_as_they_are(
    desk: Desk,  # noqa: F811
    counter: Counter,
    office: FakeReserving,
) -> None:
    spending(counter, desk, card=455)  # 3.03 go back to it
    counter.press("F12")
    (row,) = counter.pay.state.pending_rows
    assert row.sub == "Going back, not known"
    asked = len(office.asked)
    office.answers = [short(100)]
    counter.press("F12")
    assert counter.front is Screen.DONE
    assert len(office.asked) == asked
    assert newest(desk) == (250, 200)


ALWAYS = """
language = 1
id = "always"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[voucher]]
id = "one-off"
amount = "1.00"
auto_use = "always"
[[rule]]
id = "thanks"
trigger = "sale"
gives = { voucher = "one-off" }
limit = [{ most = 1, per = "lifetime" }]
"""


def test_a_voucher_that_the_returned_goods_give_back_is_used_again_without_asking_for_it(
    desk: Desk,  # noqa: F811
    counter: Counter,
    office: FakeReserving,
) -> None:
    desk.real.programmes.install(ALWAYS.encode())
    owner = member(desk.real)
    desk.sold(1, member_id=owner)
    sale = desk.sold(0, 0, 0, 1, member_id=owner)  # 7.50, for 6.50
    (used,) = sale.offers
    counter.navigator.show(Screen.RETURN, sale_id=sale.id)
    counter.press(" ", "3", "F9")
    counter.scan("100")
    counter.press("F12", "Enter")
    assert counter.front is Screen.DONE
    assert newest(desk)[0] == 350
    assert office.own[-1] == {used.right_id}


HELD = Reservation(
    asked=True, short=(Short(asset=Asset(AssetKind.RETURN, "", b""), missing=1_000),)
)


def test_goods_that_another_till_took_back_begin_no_exchange(
    desk: Desk,  # noqa: F811
    counter: Counter,
    goods_office: FakeReserveReturn,
) -> None:
    sale = desk.sold(1)
    goods_office.answers = [HELD]
    counter.navigator.show(Screen.RETURN, sale_id=sale.id)
    counter.press(" ", "3", "F9")
    assert counter.front is Screen.RETURN
    assert "came back already" in counter.said
    assert counter_of(counter.shell.session).exchange is None
    counter.press("F9")  # head office has them free now
    assert counter.front is Screen.SALE
    assert len(set(goods_office.asked)) == 1  # the same return, asked for once more


def test_goods_that_another_till_took_back_meanwhile_stop_the_exchange_before_it_is_booked(
    desk: Desk,  # noqa: F811
    counter: Counter,
    office: FakeReserving,
    goods_office: FakeReserveReturn,
) -> None:
    spending(counter, desk)
    goods_office.answers, asked = [HELD], len(office.asked)
    booked = newest(desk)
    counter.press("Enter")
    assert counter.front is Screen.PAY
    assert "came back already" in counter.said
    assert len(office.asked) == asked  # nothing of the new goods is held aside for nothing
    assert newest(desk) == booked
    counter.press("Esc", "F8")  # the exchange is put off; the new goods stay on the sale
    assert counter_of(counter.shell.session).exchange is None
