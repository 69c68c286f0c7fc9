"""Refunds by the numbers of LOYALTY 6: money, points, lots and meters of a sale undone."""

from __future__ import annotations

from datetime import date

import pytest

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.refund_quote import (
    Original,
    PointsBack,
    RefundRefusal,
    RefundWish,
    Waiver,
)
from posloyalty.domain.engine.refunds import quote_refund
from posloyalty.domain.ledger.meter import total
from posloyalty.domain.shop.refund import RefundKind
from posloyalty.domain.shop.tender import CashRounding
from posloyalty.domain.shop.tender_back import TenderOrder
from posloyalty.domain.values.rounding import Rounding
from tests.domain.engine.made import (
    EARN,
    MEMBER_ID,
    STORE,
    WALLET,
    basket,
    product,
    rules,
    weighed,
)
from tests.fakes.deeds import deeds
from tests.fakes.returns_story import EXACT, Story, card, cash, withheld

MILK = product("MILK", "0.99")
X, Y = product("X", "60.00"), product("Y", "40.00")
A, B = product("A", "70.00"), product("B", "50.00")
TWENTY_OFF = """
[[offer]]
id = "twenty"
scope = "order"
when = { min_spend = "100.00" }
amount = "20.00"
"""
GRACE = "[returns]\ngrace_days = 30"


def negative(policy: str) -> str:
    return WALLET.replace('name = "Points"', f'name = "Points"\nnegative = "{policy}"')


def test_case_1_each_line_takes_back_its_own_share_of_the_points() -> None:
    story = Story(rules())
    goods = [product(f"MILK{n}", "0.99") for n in range(3)]
    sold = story.sell(basket(*goods, member=True))
    assert [dict(line.earned).get("points", 0) for line in sold.sale.lines] == [1, 1, 0]
    taken = []
    for number in (1, 2, 3):
        sold, found = story.refund(sold, (number, 1))
        taken.append(sum(back.taken for back in found.points))
    assert taken == [1, 1, 0]
    assert story.balance() == 0


def six(*more: str) -> tuple[Story, Original]:
    story = Story(rules(*more))
    story.give(500)
    sold = story.sell(basket(X, Y, member=True, redeem=500))
    assert (sold.sale.payable_minor, story.balance()) == (9500, 95)
    return story, sold


def test_case_6_a_part_return_restores_what_paid_and_takes_what_was_earned() -> None:
    story, sold = six()
    _, found = story.refund(sold, (2, 1))
    assert found.total_minor == 3800
    assert [(t.amount_minor, t.given_minor) for t in found.tenders] == [(3800, 3800)]
    assert found.points == (PointsBack(wallet="points", earned=38, taken=38, restored=200),)
    assert story.balance() == 257


@pytest.mark.parametrize(("policy", "balance", "lost"), [((), 57, 200), ((GRACE,), 257, 0)])
def test_case_6_a_lot_that_ran_out_meanwhile_is_strict_or_has_a_grace(
    policy: tuple[str, ...], balance: int, lost: int
) -> None:
    story = Story(rules(*policy))
    story.give(500)
    story.pass_days(360)
    sold = story.sell(basket(X, Y, member=True, redeem=500))
    story.pass_days(10)
    _, found = story.refund(sold, (2, 1))
    (points,) = found.points
    assert (points.restored, points.lost) == (200, lost)
    assert story.balance() == balance
    if policy:
        story.pass_days(31)
        assert story.balance() == 57


@pytest.mark.parametrize(
    ("policy", "balance", "money", "later"),
    [("within_balance", 0, 9500, 120), ("negative", -90, 9500, 30), ("offset", 0, 9410, 120)],
)
def test_case_7_taking_back_more_than_is_left(
    policy: str, balance: int, money: int, later: int
) -> None:
    story = Story(rules(wallet=negative(policy)))
    sold = story.sell(basket(product("Z", "95.00"), member=True))
    story.spend(90)
    _, found = story.refund(sold)
    assert found.total_minor == money
    assert story.balance() == balance
    (points,) = found.points
    assert points.earned == points.taken + points.owed + points.short
    assert withheld(found) == ({"POINTS_SPENT": 90} if policy == "offset" else {})
    story.sell(basket(product("W", "120.00"), member=True))
    assert story.balance() == later


def test_case_7_nothing_is_held_for_faulty_goods() -> None:
    story = Story(rules(wallet=negative("offset")))
    sold = story.sell(basket(product("Z", "95.00"), member=True))
    story.spend(90)
    found = story.quote(sold, faulty=True)
    assert (found.total_minor, found.withheld) == (9500, ())
    assert found.points[0].short == 90


def test_case_7_a_manager_may_let_spent_points_go() -> None:
    story = Story(rules(wallet=negative("offset")))
    sold = story.sell(basket(product("Z", "95.00"), member=True))
    story.spend(90)
    assert story.quote(sold).waivable == {Waiver.POINTS}
    found = story.quote(sold, waived=frozenset({Waiver.POINTS}))
    assert (found.total_minor, found.waivable) == (9500, frozenset())


def test_spent_points_never_hold_more_than_the_money_that_goes_back() -> None:
    text = negative("offset").replace('money = "1.00"', 'money = "200.00"')
    story = Story(rules(wallet=text))
    sold = story.sell(basket(product("Z", "95.00"), member=True))
    story.spend(90)
    _, found = story.refund(sold)
    assert (found.total_minor, withheld(found)) == (0, {"POINTS_SPENT": 9500})
    assert found.tenders == ()


def test_case_12_one_line_gives_back_what_was_paid_for_it() -> None:
    ten_off = TWENTY_OFF.replace("20.00", "10.00")
    story = Story(rules(ten_off))
    goods = [product(f"P{n}", price) for n, price in enumerate(("33.33", "33.33", "33.34"))]
    sold = story.sell(basket(*goods))
    assert [dict(line.offers)["twenty"] for line in sold.sale.lines] == [333, 333, 334]
    _, found = story.refund(sold, (1, 1))
    assert found.total_minor == 3000


def test_case_21_a_gift_card_gets_its_share_and_then_the_rest() -> None:
    story = Story(rules())
    tenders = (card(1, 5000), cash(2, 3000))
    goods = [product("P", "40.00"), product("Q", "40.00")]
    sold = story.sell(basket(*goods), tenders=tenders)
    sold, found = story.refund(sold, (1, 1))
    assert {t.number: t.amount_minor for t in found.tenders} == {1: 2500, 2: 1500}
    sold, found = story.refund(sold)
    assert {t.number: t.amount_minor for t in found.tenders} == {1: 2500, 2: 1500}
    with pytest.raises(RefundRefusal) as refused:
        story.refund(sold)
    assert refused.value.reason == "NOTHING_LEFT"


def test_case_46_three_part_returns_take_back_95_exactly() -> None:
    story = Story(rules())
    sold = story.sell(
        basket((product("P", "5.70"), "10"), (product("Q", "3.80"), "10"), member=True)
    )
    assert story.balance() == 95
    taken = []
    for back in (((1, 7), (2, 3)), ((1, 1), (2, 6)), ((1, 2), (2, 1))):
        sold, found = story.refund(sold, *back)
        taken.append(found.points[0].taken)
    assert (sum(taken), story.balance()) == (95, 0)
    assert sum(refund.total_minor for refund, _ in sold.earlier) == 9500


def test_case_48_keep_leaves_the_offer_on_what_stays() -> None:
    story = Story(rules(TWENTY_OFF))
    sold = story.sell(basket(A, B))
    assert [dict(line.offers)["twenty"] for line in sold.sale.lines] == [1167, 833]
    _, found = story.refund(sold, (2, 1))
    assert (found.total_minor, found.withheld) == (4167, ())


def test_case_48_reprice_gives_back_what_the_rest_costs_less() -> None:
    story = Story(rules(TWENTY_OFF, '[returns]\nthreshold = "reprice"'))
    sold = story.sell(basket(A, B))
    assert story.quote(sold, (2, 1)).waivable == {Waiver.THRESHOLD}
    sold, found = story.refund(sold, (2, 1))
    assert (found.total_minor, withheld(found)) == (3000, {"THRESHOLD_MISSED": 1167})
    sold, found = story.refund(sold)
    assert (found.total_minor, withheld(found)) == (7000, {"THRESHOLD_MISSED": -1167})


def test_case_48_faulty_goods_are_never_repriced() -> None:
    story = Story(rules(TWENTY_OFF, '[returns]\nthreshold = "reprice"'))
    sold = story.sell(basket(A, B))
    assert story.quote(sold, (2, 1), faulty=True).total_minor == 4167
    waived = story.quote(sold, (2, 1), waived=frozenset({Waiver.THRESHOLD}))
    assert waived.total_minor == 4167


def test_goods_that_came_back_faulty_break_no_threshold_later_either() -> None:
    story = Story(rules(TWENTY_OFF, '[returns]\nthreshold = "reprice"'))
    sold = story.sell(basket(A, B, product("C", "10.00")))
    sold, found = story.refund(sold, (2, 1), faulty=True)
    assert found.withheld == ()
    sold, found = story.refund(sold, (3, 1))  # with B it would still be 120.00
    assert found.withheld == ()
    sold, found = story.refund(sold)
    assert (found.withheld, sum(r.total_minor for r, _ in sold.earlier)) == ((), 11_000)


def test_half_of_a_line_that_came_back_faulty_stays_with_its_part_of_the_offer() -> None:
    story = Story(rules(TWENTY_OFF, '[returns]\nthreshold = "reprice"'))
    sold = story.sell(basket((product("P", "30.00"), "4"), product("Q", "10.00")))
    sold, _ = story.refund(sold, (1, 2), faulty=True)
    sold, found = story.refund(sold, (2, 1))
    assert found.withheld == ()  # 120.00 with the faulty pieces


def test_what_was_let_go_is_asked_for_by_no_later_return() -> None:
    story = Story(rules(TWENTY_OFF, '[returns]\nthreshold = "reprice"'))
    sold = story.sell(basket(A, B, product("C", "10.00"), product("D", "5.00")))
    sold, found = story.refund(sold, (2, 1), waived=frozenset({Waiver.THRESHOLD}))
    assert found.total_minor == sum(line.net_minor for line in found.lines)
    assert withheld(found) == {"THRESHOLD_MISSED": 1259, "THRESHOLD_MISSED_WAIVED": -1259}
    sold, found = story.refund(sold, (3, 1))
    # What stays costs less more than before: only the note shrinks, no money moves for it.
    assert found.total_minor == found.lines[0].net_minor
    assert sum(kept.amount_minor for kept in found.withheld) == 0
    sold, found = story.refund(sold)
    assert sum(refund.total_minor for refund, _ in sold.earlier) == sold.sale.payable_minor


def test_a_cheap_piece_given_up_does_not_buy_the_offer_for_what_stays() -> None:
    story = Story(rules(TWENTY_OFF, '[returns]\nthreshold = "reprice"'))
    sold = story.sell(basket(product("D", "60.00"), product("G", "39.00"), product("E", "1.00")))
    assert sold.sale.payable_minor == 8000
    sold, found = story.refund(sold, (3, 1))
    assert found.total_minor == 0
    sold, found = story.refund(sold, (2, 1))
    assert found.total_minor == 2000  # 60.00 is what D costs alone


def test_a_return_that_meets_the_threshold_still_is_not_repriced() -> None:
    story = Story(rules(TWENTY_OFF, '[returns]\nthreshold = "reprice"'))
    sold = story.sell(basket(A, B, product("C", "30.00")))
    _, found = story.refund(sold, (2, 1))
    assert found.withheld == ()


def test_repricing_keeps_back_no_more_than_comes_back() -> None:
    story = Story(rules(TWENTY_OFF, '[returns]\nthreshold = "reprice"'))
    sold = story.sell(basket(product("D", "99.00"), product("E", "1.00")))
    sold, found = story.refund(sold, (2, 1))
    assert (found.total_minor, withheld(found)) == (0, {"THRESHOLD_MISSED": 80})
    sold, found = story.refund(sold)
    assert found.total_minor == 8000


def test_conditions_about_member_and_time_are_taken_as_they_were_met() -> None:
    offer = """
[[offer]]
id = "first"
scope = "order"
when = { first_purchase = true, weekdays = ["wed"], min_spend = "100.00" }
amount = "20.00"
"""
    story = Story(rules(offer, '[returns]\nthreshold = "reprice"'))
    sold = story.sell(basket(A, B, product("C", "30.00"), member=True))
    assert [offer.offer_id for offer in sold.sale.offers] == ["first"]
    story.pass_days(3)
    story.sell(basket(A, member=True))
    sold, found = story.refund(sold, (3, 1))
    assert found.withheld == ()  # no longer the first purchase, and no Wednesday
    sold, found = story.refund(sold, (1, 1))
    # B alone misses the threshold, and costs its share of the 20.00 more.
    assert withheld(found) == {"THRESHOLD_MISSED": 667}


def test_repriced_goods_may_meet_another_offer_of_that_day() -> None:
    smaller = (
        TWENTY_OFF.replace("twenty", "five").replace("100.00", "50.00").replace("20.00", "5.00")
    )
    grouped = [text.replace("amount", 'group = "spend"\namount') for text in (TWENTY_OFF, smaller)]
    story = Story(rules(*grouped, '[returns]\nthreshold = "reprice"'))
    sold = story.sell(basket(A, B))
    _, found = story.refund(sold, (2, 1))
    assert found.total_minor == 3500  # 100.00 paid, 70.00 - 5.00 for what stays


def test_cash_rounding_is_mirrored_and_a_whole_return_gives_the_very_coins() -> None:
    story = Story(rules(), cash=CashRounding(100, Rounding.FLOOR))
    sold = story.sell(basket(product("P", "7.50")))
    assert sold.sale.rounding_minor == -50
    story.cash = CashRounding(100, Rounding.UP)
    _, found = story.refund(sold)
    assert (found.total_minor, found.rounding_minor) == (750, -50)
    assert [tender.given_minor for tender in found.tenders] == [700]


def test_meters_are_undone_on_the_sales_own_day() -> None:
    story = Story(rules())
    sold = story.sell(basket(X, Y, member=True))
    sold_on = date(2026, 11, 25)
    story.pass_days(40)
    sold, _ = story.refund(sold, (2, 1))

    def counted(meter: str) -> int:
        return total(story.state().meters, meter, owner=MEMBER_ID, since=sold_on, through=sold_on)

    assert (counted("purchases"), counted("spend"), counted("earned/test/points")) == (1, 6000, 60)
    sold, _ = story.refund(sold)
    assert (counted("purchases"), counted("spend"), counted("earned/test/points")) == (0, 0, 0)
    assert all(m.day == sold_on for m in story.state().meters)


def test_points_that_ran_out_unspent_are_not_taken_a_second_time() -> None:
    short = WALLET.replace("months = 12", "months = 1")
    story = Story(rules(wallet=short))
    sold = story.sell(basket(X, Y, member=True))
    story.pass_days(40)
    story.give(20)  # books that the 100 ran out
    sold, found = story.refund(sold, (2, 1))
    assert found.points == (PointsBack(wallet="points", earned=40, lapsed=40),)
    story.refund(sold)
    assert story.balance() == 20


def test_points_of_no_worth_hold_no_money_and_money_is_worth_itself() -> None:
    for wallet, held in (
        ('[[wallet]]\nid = "points"\nnegative = "offset"', {}),
        (
            '[[wallet]]\nid = "points"\nunit = "money"\nscale = 1\nnegative = "offset"',
            {"POINTS_SPENT": 9000},
        ),
    ):
        story = Story(rules(wallet=wallet))
        sold = story.sell(basket(product("Z", "95.00"), member=True))
        earned = story.balance()
        story.spend(900 if held else 90)
        found = story.quote(sold)
        assert withheld(found) == held
        assert found.points[0].earned == earned


def test_free_goods_take_back_what_they_gave_by_their_prices() -> None:
    free = '[[offer]]\nid = "free"\nscope = "order"\npercent = "100%"'
    fixed = EARN.replace('per_spend = { points = 1, money = "1.00" }', "per_sale = { points = 9 }")

    def bonus(moment: Moment, awards: Awards) -> None:
        if moment.trigger is Trigger.SALE:
            awards.credit("points", 100, rule_id="bonus", name="Bonus")
            awards.count("given/points", 100)

    with deeds(bonus=bonus) as text:
        story = Story(rules(free, text, earn=fixed))
        sold = story.sell(basket(X, Y, member=True))
        assert (sold.sale.payable_minor, sold.sale.tenders) == (0, ())
        sold, found = story.refund(sold, (2, 1))
        assert (found.total_minor, found.tenders) == (0, ())
        assert story.meter("test/given/points") == 60
        sold, _ = story.refund(sold)
        assert (story.balance(), story.meter("test/given/points")) == (0, 0)


def test_goods_that_the_shop_no_longer_has_come_back_all_the_same() -> None:
    story = Story(rules(TWENTY_OFF, '[returns]\nthreshold = "reprice"'))
    sold = story.sell(basket(A, B, member=True))
    story.products.clear()
    _, found = story.refund(sold, (2, 1))
    assert found.total_minor == 3000


def test_pieces_come_back_whole() -> None:
    story = Story(rules())
    sold = story.sell(basket((X, "2")))
    wish = RefundWish(refund_id=b"half............", back=((1, 500),))
    with pytest.raises(RefundRefusal) as refused:
        quote_refund(
            story.programme, sold, wish, story.facts(sold), story.at, store=STORE, cash=EXACT
        )
    assert refused.value.reason == "WHOLE_PIECES_ONLY"


def test_weighed_goods_come_back_by_weight() -> None:
    story = Story(rules())
    sold = story.sell(basket((weighed("APPLE", "39.80"), "0.437"), member=True))
    assert sold.sale.payable_minor == 1739
    wish = RefundWish(refund_id=b"some apples.....", back=((1, 137),))
    found = quote_refund(
        story.programme, sold, wish, story.facts(sold), story.at, store=STORE, cash=EXACT
    )
    assert (found.total_minor, found.points[0].taken) == (545, 5)


def test_case_9_a_return_takes_its_points_out_of_the_window_and_leaves_the_level() -> None:
    gold = """
[[tier_scheme]]
id = "level"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [{ id = "gold", name = "Gold", from = 500, times = "1.2" }]
"""
    story = Story(rules(gold))
    story.sell(basket(product("P", "496.00"), member=True))
    sold = story.sell(basket(product("Q", "10.00"), member=True))
    assert story.meter("earned/test/points") == 506
    assert [one.level for one in story.state().holdings] == ["gold"]
    story.refund(sold)
    assert story.meter("earned/test/points") == 496
    assert [one.level for one in story.state().holdings] == ["gold"]


def test_a_void_takes_everything_back_with_its_whole_trace() -> None:
    story, sold = six()
    _, found = story.refund(sold, kind=RefundKind.VOID)
    assert (found.kind, found.whole, found.total_minor) == (RefundKind.VOID, True, 9500)
    assert story.balance() == 500
    assert (story.meter("purchases"), story.meter("spend")) == (0, 0)


def test_a_void_on_another_day_is_a_return_unless_the_programme_says_otherwise() -> None:
    for text, kind in (("", RefundKind.RETURN), ('[returns]\nvoid = "any_day"', RefundKind.VOID)):
        story = Story(rules(text))
        sold = story.sell(basket(X, Y))
        story.pass_days(1)
        found = story.quote(sold, kind=RefundKind.VOID)
        assert (found.kind, found.whole) == (kind, True)


def test_a_sale_of_which_something_came_back_is_not_voided() -> None:
    story = Story(rules())
    sold, _ = story.refund(story.sell(basket(X, Y)), (1, 1))
    with pytest.raises(RefundRefusal) as refused:
        story.quote(sold, kind=RefundKind.VOID)
    assert refused.value.reason == "VOID_AFTER_RETURN"


@pytest.mark.parametrize(
    ("back", "reason"),
    [
        (((9, 1),), "NO_SUCH_LINE"),
        (((1, 2),), "MORE_THAN_LEFT"),
        (((1, 1), (1, 1)), "MORE_THAN_LEFT"),
        (((1, 0),), "NOTHING_CHOSEN"),
        (((1, -1),), "NOTHING_CHOSEN"),
    ],
)
def test_what_was_not_sold_or_is_back_already_does_not_come_back(
    back: tuple[tuple[int, int], ...], reason: str
) -> None:
    story = Story(rules())
    sold = story.sell(basket(X, Y))
    with pytest.raises(RefundRefusal) as refused:
        story.quote(sold, *back)
    assert refused.value.reason == reason


def test_a_frozen_member_gets_back_what_paid_and_gives_back_what_was_earned() -> None:
    story = Story(rules(earn=EARN))
    sold = story.sell(basket(X, Y, member=True))
    _, found = story.refund(sold, order=TenderOrder.STORED_FIRST)
    assert (found.total_minor, story.balance()) == (10000, 0)
