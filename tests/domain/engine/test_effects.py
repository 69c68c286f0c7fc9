"""Effects of offers: what each takes off which line, and what a file may not say of them."""

from __future__ import annotations

from datetime import datetime

import pytest

from posloyalty.domain.programme.finding import Finding
from posloyalty.domain.programme.load import load
from tests.domain.engine.made import (
    HEAD,
    MEMBER_ID,
    SHANGHAI,
    WALLET,
    basket,
    codes,
    counted,
    member,
    product,
    quote,
    rules,
    weighed,
)
from tests.domain.engine.test_offers import applied, refused


def offer(body: str, name: str = "o") -> str:
    return f'[[offer]]\nid = "{name}"\n{body}\n'


def off(body: str, *goods: object, **more: object) -> int:
    """What an offer takes off a basket."""
    found = quote(rules(offer(body)), basket(*goods, **more))  # type: ignore[arg-type]
    return sum(applied(found).values())


A, B, C = product("A", "12.00"), product("B", "9.00"), product("C", "7.00", tags=("c",))


@pytest.mark.parametrize(
    ("body", "goods", "wanted"),
    [
        # Three pieces of one line, and of several; a part of a line.
        ("buy_get = { buy = 2, get = 1 }", [(A, "3")], 1200),
        ("buy_get = { buy = 2, get = 1 }", [(A, "5"), B], 2100),
        ("buy_get = { buy = 2, get = 1, most = 1 }", [(A, "5"), B], 900),
        ("buy_get = { buy = 1, get = 1, take = 'dearest' }", [A, C], 1200),
        ("buy_get = { buy = 1, get = 1, amount = '2.00' }", [A, C], 200),
        ("buy_get = { buy = 1, get = 1, price = '5.00' }", [A, C], 200),
        ("buy_get = { buy = 1, get = 2, get_on = { tag = ['c'] } }", [A, (C, "2")], 1400),
        ("buy_get = { buy = 3, get = 1 }", [A, B, C], 0),
        ("cheapest_free = { of = 2 }", [(A, "2"), (B, "2")], 1200 + 900),
        ("cheapest_free = { of = 4, free = 2 }", [A, B, B, C], 900 + 700),
        ("cheapest_free = { of = 2, percent = '50%' }", [A, C], 350),
        ("cheapest_free = { of = 2, from = 'basket' }", [(A, "2"), B, C], 700 + 900),
        ("bundle = { amount = '3.00', slot = [{ count = 2 }] }", [A, B], 300),
        ("bundle = { percent = '10%', slot = [{ count = 2 }], most = 1 }", [A, B, C], 210),
        # A bundle that is dearer than its goods is not made.
        ("bundle = { price = '20.00', slot = [{ count = 2 }] }", [(A, "2"), (C, "2")], 400),
        # One piece fits both slots: it goes where both can be filled.
        (
            "bundle = { price = '10.00', slot = [{ on = { tag = ['c'] } }, {}] }",
            [C, B],
            600,
        ),
        ("scope = 'line'\npercent = '100%'\npieces = 1", [(A, "2"), C], 1200),
        ("scope = 'line'\npercent = '100%'\npieces = 2\ntake = 'cheapest'", [(A, "2"), C], 1900),
        ("scope = 'line'\nfixed_price = '8.00'\npieces = 1\ntake = 'cheapest'", [A, B, C], 100),
        ("scope = 'line'\namount = '20.00'\npieces = 1", [A, B], 1200),
        ("upgrade = { price = '9.00' }\non = { product = ['A'] }", [(A, "2")], 300),
    ],
)
def test_an_effect_on_pieces_takes_off(body: str, goods: list[object], wanted: int) -> None:
    assert off(body, *goods) == wanted


def test_a_weighed_line_is_one_piece() -> None:
    apples = weighed("W", "10.00")
    assert off("buy_get = { buy = 1, get = 1 }", (apples, "1.500"), A) == 1200
    assert off("buy_get = { buy = 1, get = 1 }", (apples, "3.000")) == 0


def test_ten_thousand_pieces_cost_no_more_than_one() -> None:
    nails = product("N", "0.03")
    assert off("cheapest_free = { of = 3 }", (nails, "9999")) == 3333 * 3


def test_a_piece_is_in_one_group_and_the_best_use_of_it_wins() -> None:
    made = rules(
        offer("buy_get = { buy = 1, get = 1 }", "a"),
        offer("bundle = { price = '1.00', slot = [{ count = 2 }] }", "b"),
    )
    found = quote(made, basket(A, B))
    assert applied(found) == {"b": 2000}
    assert codes(refused(found, "a").reasons) == ["BETTER_DEAL"]
    both = quote(made, basket((A, "2"), (B, "2")))
    assert sum(applied(both).values()) == 4000


def test_pieces_bear_their_part_of_what_lowers_their_line() -> None:
    made = rules(
        offer("scope = 'line'\npercent = '50%'", "half"), offer("cheapest_free = { of = 2 }")
    )
    assert applied(quote(made, basket((A, "2")))) == {"half": 1200, "o": 600}


def test_two_free_pieces_of_one_line_are_worth_the_same() -> None:
    body = "scope = 'line'\npercent = '100%'\npieces = 1"
    made = rules(offer(body, "one"), offer(body, "two"))
    assert applied(quote(made, basket((A, "3")))) == {"one": 1200, "two": 1200}


@pytest.mark.parametrize(
    ("rounding", "payable"), [("half_up", 11110), ("half_even", 11111), ("down", 11111)]
)
def test_a_discount_is_rounded_as_the_programme_says(rounding: str, payable: int) -> None:
    policies = f'[policies]\ndiscount_rounding = "{rounding}"\n'
    made = rules(
        policies,
        offer('scope = "order"\npercent = "10%"'),
        money="KWD",
        wallet='[[wallet]]\nid = "points"\n',
        earn="",
    )
    goods = basket(product("A", "12.345", tax="none", money="KWD"), money="KWD")
    assert quote(made, goods).payable_minor == payable


def test_offers_win_by_priority_where_the_programme_says_so() -> None:
    small = offer('scope = "order"\namount = "1.00"\ngroup = "g"', "a")
    large = offer('scope = "order"\namount = "9.00"\ngroup = "g"', "b")
    assert applied(quote(rules(small, large), basket(A))) == {"b": 900}
    by_priority = '[policies]\noffers_win = "priority"\n'
    assert applied(quote(rules(by_priority, small, large), basket(A))) == {"a": 100}


@pytest.mark.parametrize(
    ("minimum", "holds"), [("net_of_line", False), ("gross", True), ("net_of_all", False)]
)
def test_a_minimum_spend_is_measured_as_the_programme_says(minimum: str, holds: bool) -> None:
    made = rules(
        f'[policies]\nminimum_on = "{minimum}"\n',
        offer('scope = "line"\namount = "3.00"', "line"),
        offer('scope = "order"\namount = "1.00"\nwhen = { min_spend = "10.00" }', "order"),
    )
    assert ("order" in applied(quote(made, basket(A)))) is holds


def test_no_more_offers_apply_than_a_sale_may_use() -> None:
    each = [offer(f'scope = "order"\namount = "{n}.00"', f"o{n}") for n in (1, 2, 3)]
    found = quote(rules("[policies]\noffers_most = 2\n", *each), basket(A))
    assert applied(found) == {"o2": 200, "o3": 300}


def test_order_offers_may_come_first() -> None:
    line = offer('scope = "line"\npercent = "50%"', "line")
    order = offer('scope = "order"\namount = "2.00"', "order")
    assert quote(rules(line, order), basket(A)).payable_minor == 400
    first = quote(rules('[policies]\nfirst = "order"\n', line, order), basket(A))
    assert first.payable_minor == 500


@pytest.mark.parametrize(("lowers", "points"), [("true", 6), ("false", 12)])
def test_an_order_discount_lowers_the_earn_base_of_some_goods_or_not(
    lowers: str, points: int
) -> None:
    earn = (
        '[[earn]]\nid = "e"\nper_spend = { points = 1, money = "1.00" }\non = { product = ["A"] }\n'
    )
    policies = f"[policies]\norder_discount_lowers_earn = {lowers}\n"
    made = rules(policies, offer('scope = "order"\npercent = "50%"'), earn=earn)
    (earned,) = quote(made, basket(A, B, member=True)).earnings
    assert earned.points == points


def test_classes_and_lists_say_what_stands_together() -> None:
    alone = offer('scope = "order"\namount = "5.00"\nclass = "k"\nalone_in_class = true', "a")
    other = offer('scope = "order"\namount = "4.00"\nclass = "k"', "b")
    picky = offer('scope = "order"\namount = "2.00"\ncombines_with = ["b"]', "c")
    assert applied(quote(rules(alone, other, picky), basket(A))) == {"b": 400, "c": 200}
    assert applied(quote(rules(alone, other), basket(A))) == {"a": 500}


@pytest.mark.parametrize(
    ("limit", "used", "wanted"),
    [
        ('{ most = 2, per = "day" }', 1, {"o": 300}),
        ('{ most = 2, per = "day" }', 2, {}),
        ('{ most = 1, per = "lifetime", of = "household" }', 1, {}),
        ('{ most_money = "4.00", per = "month" }', 300, {"o": 100}),
        ('{ most_money = "4.00", per = "month", mode = "reject" }', 300, {}),
        ('{ most_money = "2.00", per = "sale" }', 0, {"o": 200}),
    ],
)
def test_a_limit_leaves_what_is_left_of_it(limit: str, used: int, wanted: dict[str, int]) -> None:
    unit = "money" if "money" in limit else "count"
    made = rules(offer(f'scope = "order"\namount = "3.00"\nlimit = [{limit}]'))
    state = member(meters=(counted(f"test/use/o/{unit}", used, "2026-11-25", owner=MEMBER_ID),))
    found = quote(made, basket(A, member=True), state)
    assert applied(found) == wanted
    if not wanted and "reject" not in limit:
        assert codes(refused(found, "o").reasons) == ["LIMIT_REACHED"]


def test_a_limit_bounds_the_groups_of_pieces() -> None:
    body = 'buy_get = { buy = 1, get = 1 }\nlimit = [{ most = 3, per = "day" }]'
    state = member(meters=(counted("test/use/o/count", 2, "2026-11-25"),))
    found = quote(rules(offer(body)), basket((A, "6"), member=True), state)
    assert applied(found) == {"o": 1200}
    assert found.offers[0].times == 1


def test_what_limits_count_is_said_with_the_offer() -> None:
    limits = '{ most = 9, per = "day" }, { most_money = "99.00", per = "day" }'
    body = f'scope = "order"\namount = "3.00"\nlimit = [{limits}]'
    found = quote(rules(offer(body)), basket(A, member=True))
    assert found.offers[0].counts == (
        ("test/use/o/count", MEMBER_ID, 1),
        ("test/use/o/money", MEMBER_ID, 300),
    )


@pytest.mark.parametrize(
    ("when", "at", "holds"),
    [
        ("{ spend = { at_least = '9.00', on = { product = ['B'] } } }", 25, True),
        ("{ spend = { at_least = '9.01', on = { product = ['B'] } } }", 25, False),
        ("{ history = { of = 'spend', per = 'month', at_least = '50.00' } }", 25, True),
        ("{ history = { of = 'spend', per = 'month', at_least = '50.01' } }", 25, False),
        ("{ history = { of = 'visits', per = 'days', days = 3, at_least = 1 } }", 25, True),
        ("{ history = { of = 'visits', per = 'days', days = 3, at_least = 2 } }", 25, False),
        ("{ history = { of = 'visits', per = 'lifetime', below = 2 } }", 25, True),
        ("{ history = { of = 'visits', per = 'lifetime', below = 1 } }", 25, False),
        ("{ month_days = ['25'] }", 25, True),
        ("{ month_days = ['8', '18'] }", 25, False),
        ("{ month_days = ['last'] }", 30, True),
        ("{ month_days = ['last'] }", 29, False),
    ],
)
def test_a_condition_on_goods_past_or_day_holds(when: str, at: int, holds: bool) -> None:
    made = rules(offer(f'scope = "order"\namount = "1.00"\nwhen = {when}'))
    past = (counted("spend", 5000, "2026-11-24"), counted("purchases", 1, "2026-11-24"))
    noon = datetime(2026, 11, at, 12, tzinfo=SHANGHAI)
    found = quote(made, basket(A, B, member=True), member(meters=past), at=noon)
    assert (applied(found) == {"o": 100}) is holds


def findings(body: str) -> list[tuple[str, str]]:
    read = load("\n".join((HEAD.format(currency="CNY"), WALLET, offer(body))).encode())
    assert isinstance(read, list)
    return [(one.code, one.path) for one in read if isinstance(one, Finding)]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("percent = '5%'", [("MISSING_KEY", "offer[1].scope")]),
        ("scope = 'order'\npercent = '5%'\npieces = 1", [("LINE_ONLY", "offer[1].pieces")]),
        ("scope = 'line'\npercent = '5%'\npieces = 0", [("NOT_WHOLE", "offer[1].pieces")]),
        ("buy_get = { get = 1 }", [("MISSING_KEY", "offer[1].buy_get.buy")]),
        ("buy_get = { buy = 1, give = 1 }", [("UNKNOWN_KEY", "offer[1].buy_get.give")]),
        ("buy_get = { buy = 1, percent = '101%' }", [("NOT_RATIO_TO", "offer[1].buy_get.percent")]),
        ("cheapest_free = { of = 1 }", [("NOT_WHOLE", "offer[1].cheapest_free.of")]),
        (
            "cheapest_free = { of = 2, free = 2 }",
            [("NOT_BELOW", "offer[1].cheapest_free.free")],
        ),
        ("bundle = { price = '1.00' }", [("LIST_EMPTY", "offer[1].bundle.slot")]),
        ("bundle = { slot = [{}] }", [("MISSING_KEY", "offer[1].bundle.price")]),
        (
            f"bundle = {{ price = '1.00', slot = [{', '.join(['{}'] * 13)}] }}",
            [("TOO_MANY", "offer[1].bundle.slot")],
        ),
        ("scope = 'order'\nbands = {}", [("LIST_EMPTY", "offer[1].bands.step")]),
        (
            "scope = 'order'\nbands = { step = [{ from = '5.00', price = '1.00' }] }",
            [("QUANTITY_ONLY", "offer[1].bands.step[1].price")],
        ),
        (
            "scope = 'order'\n"
            "bands = { mode = 'marginal', step = [{ from = '5.00', amount = '1.00' }] }",
            [("PERCENT_ONLY", "offer[1].bands.step[1].amount")],
        ),
        (
            "scope = 'order'\nbands = { step = [{ from = '5.00', percent = '2%' }, "
            "{ from = '5.00', percent = '3%' }] }",
            [("NOT_RISING", "offer[1].bands.step[2].from")],
        ),
        (
            "scope = 'order'\nbands = { step = [{ from = '5.00', percent = '2%' }, "
            "{ from = '6.00', percent = '1%' }] }",
            [("TAKES_LESS", "offer[1].bands.step[2].percent")],
        ),
        (
            "cumulative = { per = 'moon', step = [{ from = '5.00', percent = '2%' }] }",
            [("NOT_CHOICE", "offer[1].cumulative.per")],
        ),
        ("gift = {}", [("MISSING_KEY", "offer[1].gift.on")]),
        ("upgrade = {}", [("MISSING_KEY", "offer[1].upgrade.price")]),
        (
            "scope = 'order'\namount = '1.00'\nlimit = [{ most_points = 5, per = 'day' }]",
            [("NO_POINTS_HERE", "offer[1].limit")],
        ),
        (
            "scope = 'order'\namount = '1.00'\nalone_in_class = true",
            [("NEEDS_CLASS", "offer[1].alone_in_class")],
        ),
        (
            "scope = 'order'\namount = '1.00'\nrounding = 'up'",
            [("NOT_CHOICE", "offer[1].rounding")],
        ),
        (
            "scope = 'order'\namount = '1.00'\nwhen = { history = { of = 'visits', per = 'day' } }",
            [("MISSING_KEY", "offer[1].when.history.at_least")],
        ),
        (
            "scope = 'order'\namount = '1.00'\nwhen = { month_days = ['32'] }",
            [("NOT_CHOICE", "offer[1].when.month_days")],
        ),
        (
            "scope = 'order'\namount = '1.00'\nwhen = { spend = {} }",
            [("MISSING_KEY", "offer[1].when.spend.at_least")],
        ),
    ],
)
def test_what_is_wrong_is_found_in_its_place(body: str, wanted: list[tuple[str, str]]) -> None:
    assert findings(body) == wanted
