"""What a sale wishes to spend is asked for at head office, and what is not lent leaves the sale."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.basket import Chosen, Redemption
from posloyalty.services.lending.reserve_for_sale import Reservation, Short
from posloyalty.sync.leases import AGAIN_MS, DAY_AHEAD, PUT_BACK, Asset, AssetKind
from posloyalty.sync.wire.lending import Held
from tests.fakes.desk import Desk, full_desk
from tests.fakes.lanes import LanesByStep
from ui.presenters.counter import counter_of
from ui.presenters.ports import Screen
from ui.presenters.reserving import PATIENCE_MS, return_held, use_held

POINTS = Asset(AssetKind.POINTS, "dawn-club/points", b"m" * 16)
ELSEWHERE = (Held(store="S2", n=900),)


def short(missing: int, elsewhere: tuple[Held, ...] = ELSEWHERE, *, why: str = "") -> Reservation:
    found = Short(asset=POINTS, missing=missing, elsewhere=elsewhere, why=why)
    return Reservation(asked=True, short=(found,))


def spending(counter: Desk) -> int:
    """What the open sale wishes to spend."""
    basket = counter_of(counter.shell.session).sale.basket
    assert basket is not None
    return sum(one.points for one in basket.redemptions)


def test_points_are_asked_for_as_soon_as_they_are_chosen() -> None:
    counter = full_desk()
    assert counter.till.reserving.asked == []  # nothing is wished: nobody is asked
    counter.press("F5", "Enter")
    (asked,) = counter.till.reserving.asked
    assert asked.redemptions == (Redemption(wallet="points", points=2400),)
    counter.scan("101")
    assert len(counter.till.reserving.asked) == 1  # the same wish is not asked for again


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "Another till is using the rest (store S2). 1,500 can be spent here now.",
        ),
        ("zh_CN", "其余正在门店 S2 的收银机使用。此处现在可用 1,500。"),
        ("zh_TW", "其餘正在門市 S2 的收銀機使用。此處現在可用 1,500。"),
    ],
)
def test_what_another_till_holds_leaves_the_sale_and_is_said(language: str, said: str) -> None:
    counter = full_desk(language)
    counter.till.reserving.answers = [short(900)]
    counter.press("F5", "Enter")
    assert (spending(counter), counter.said) == (1500, said)
    assert counter.sale.state.total.total_minor == 13876 - 1500


def test_where_nobody_holds_it_head_office_has_none() -> None:
    counter = full_desk()
    counter.till.reserving.answers = [short(2400, elsewhere=())]
    counter.press("F5", "Enter")
    assert spending(counter) == 0
    assert counter.said.startswith("Head office has no more points free for this member.")


def test_a_head_office_that_was_put_back_is_not_taken_for_one_that_has_nothing_free() -> None:
    counter = full_desk()
    counter.till.reserving.answers = [short(2400, elsewhere=(), why=PUT_BACK)]
    counter.press("F5", "Enter")
    assert spending(counter) == 0
    assert counter.said.startswith("Head office is being set up again from a copy")


def test_head_office_that_does_not_answer_is_said_and_the_sale_quoted_anew() -> None:
    counter = full_desk()
    counter.till.reserving.answers = [Reservation(asked=True, reached=False)]
    before = len(counter.till.check_out.quoted)
    counter.press("F5", "Enter")
    assert counter.said.startswith("No answer from head office")
    assert len(counter.till.check_out.quoted) > before + 1


def test_it_is_asked_once_more_before_the_sale_is_booked() -> None:
    counter = full_desk()
    counter.press("F5", "Enter", "F12")
    counter.till.reserving.answers = [short(900)]
    counter.press("Enter")
    assert counter.till.check_out.booked == []
    assert (counter.front, spending(counter)) == (Screen.PAY, 1500)
    counter.press("Enter")
    assert len(counter.till.check_out.booked) == 1


def test_a_sale_that_wishes_for_nothing_asks_nobody() -> None:
    counter = full_desk()
    counter.press("F12", "Enter")
    assert len(counter.till.check_out.booked) == 1
    assert counter.till.reserving.asked == []


def test_nobody_waits_longer_than_two_seconds() -> None:
    counter = full_desk()
    counter.press("F5", "Enter", "F12")
    step = LanesByStep()
    counter.shell.session.lanes.reserving = step.reserving  # type: ignore[method-assign]
    counter.press("Enter")
    counter.shell.timer.pass_ms(PATIENCE_MS - 1)
    assert counter.till.check_out.booked == []
    counter.shell.timer.pass_ms(1)
    assert len(counter.till.check_out.booked) == 1  # the sale itself says what may be handed out
    counter.till.reserving.answers = [short(900)]
    step.run("reserving")
    assert len(counter.till.check_out.booked) == 1


def test_where_budgets_are_lent_other_goods_are_asked_for_and_quoted_anew() -> None:
    counter = full_desk()
    reserving, check_out = counter.till.reserving, counter.till.check_out
    counter.till.lending.asks_for_goods = True
    reserving.answers = [Reservation(asked=True, lent=1_000, gives_more=True)]
    before = len(check_out.quoted)
    counter.scan("101")
    assert len(reserving.asked) == 1
    assert len(check_out.quoted) == before + 2  # with the article, and with what was lent
    counter.press("F12", "Enter")
    assert len(check_out.booked) == 1
    assert len(reserving.asked) == 1  # nothing holds up the booking


CUP = Chosen(kind="reward", of="cup")


@pytest.mark.parametrize(
    ("why", "elsewhere", "said"),
    [
        ("", ELSEWHERE, "Another till is using these points right now (store S2)"),
        ("", (), "Head office says that the member has too few points left"),
        (PUT_BACK, (), "Head office is being set up again from a copy"),
        (DAY_AHEAD, (), "This till's day is over a week ahead of head office's"),
    ],
)
def test_a_reward_whose_points_are_not_lent_leaves_the_sale_and_is_said(
    why: str, elsewhere: tuple[Held, ...], said: str
) -> None:
    counter = full_desk()
    sale = counter_of(counter.shell.session).sale
    found = Short(asset=POINTS, missing=200, elsewhere=elsewhere, why=why, leaves=(CUP,))
    counter.till.reserving.answers = [Reservation(asked=True, short=(found,))]
    sale.choose(CUP)
    assert [one.chosen for one in counter.till.reserving.asked] == [(CUP,)]
    assert sale.basket is not None
    assert sale.basket.chosen == ()
    assert counter.said.startswith(said)
    assert counter.said.split(": ")[1].startswith("the reward was taken out.")


def test_what_was_held_elsewhere_can_be_chosen_again_in_a_moment() -> None:
    counter = full_desk()
    sale = counter_of(counter.shell.session).sale
    found = Short(asset=POINTS, missing=200, elsewhere=ELSEWHERE, leaves=(CUP,))
    counter.till.reserving.answers = [Reservation(asked=True, short=(found,))]
    sale.choose(CUP)
    quoted = len(counter.till.check_out.quoted)
    counter.shell.timer.pass_ms(AGAIN_MS - 1)
    assert len(counter.till.check_out.quoted) == quoted
    counter.shell.timer.pass_ms(1)
    assert len(counter.till.check_out.quoted) == quoted + 1


def test_a_gift_among_the_goods_is_asked_for_with_nobody() -> None:
    counter = full_desk()
    counter_of(counter.shell.session).sale.choose(Chosen(kind="gift", of="mug", line=1))
    assert counter.till.reserving.asked == []


@pytest.mark.parametrize(
    ("why", "elsewhere", "said"),
    [
        ("", (), "USE_HELD"),
        ("", (Held(store="S2", n=1),), "USE_HELD_AT"),
        (DAY_AHEAD, (), "USE_DAY_AHEAD"),
        (PUT_BACK, (), "USE_PUT_BACK"),  # no other till has it: nobody is lent anything yet
    ],
)
def test_why_something_is_not_used_is_said_as_it_is(
    why: str, elsewhere: tuple[Held, ...], said: str
) -> None:
    asset = Asset(AssetKind.RIGHT, "ab" * 16, b"m" * 16)
    short = Short(asset=asset, missing=1, why=why, elsewhere=elsewhere)
    assert use_held(Reservation(asked=True, short=(short,))).reason == said


@pytest.mark.parametrize(
    ("kinds", "elsewhere", "said"),
    [
        ([AssetKind.RETURN], (), "RETURN_HELD"),
        ([AssetKind.RETURN], ELSEWHERE, "RETURN_HELD_AT"),
        ([AssetKind.CARD], (), "VALUE_BACK_HELD"),
        ([AssetKind.RIGHT], ELSEWHERE, "VALUE_BACK_HELD_AT"),
        ([AssetKind.CARD, AssetKind.RETURN], (), "RETURN_HELD"),
    ],
)
def test_why_goods_do_not_come_back_is_said_as_it_is(
    kinds: list[AssetKind], elsewhere: tuple[Held, ...], said: str
) -> None:
    assets = [Asset(kind, "ab" * 16, b"m" * 16) for kind in kinds]
    short = tuple(Short(asset=one, missing=1, elsewhere=elsewhere) for one in assets)
    assert return_held(Reservation(asked=True, short=short)).reason == said
