"""What was found by chance: deals in which fewer groups, or a higher outcome before the offers on
the whole basket, come to less or to the same. And a fixed sample of the cases by seed.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.engine.made import basket, member, product, quote, rules
from tests.domain.engine.naive_choice import differences, quoted, taken
from tests.domain.engine.rolled_deals import Rolled, rolled
from tests.prove import deals

SPENT = '[[earn]]\nid = "spent"\non = { tag = ["y"] }\nper_spend = { points = 1, money = "0.10" }\n'
PIECES = '[[earn]]\nid = "piece"\nper_piece = { points = 3 }\n'


def offer(name: str, *lines: str) -> str:
    return "\n".join(("[[offer]]", f'id = "{name}"', *lines, ""))


def bundle_of_one(tags: str, amount: str, most: str) -> str:
    slot = f"{{ on = {{ tag = [{tags}] }} }}"
    return offer("set", f'bundle = {{ amount = "{amount}", slot = [{slot}] }}', f'most = "{most}"')


def test_fewer_bundles_within_a_bound_leave_more_to_a_later_offer() -> None:
    """Four pieces at 4.25 are bounded by 3.51, spread over all: 0.74 stay, of which the goods of
    the percentage are 0.52. Three of them at 3.25 leave one piece of 1.00 whole, and 61 % of that
    is more.
    """
    made = rules(
        bundle_of_one('"x", "y"', "4.00", "3.51"),
        offer("rest", 'scope = "order"', 'percent = "61%"', 'on = { tag = ["z"] }'),
    )
    goods = basket(product("A", "1.25", tags=("x",)), (product("B", "1.00", tags=("x", "z")), "3"))
    assert taken(quote(made, goods)) == (("set", 325), ("rest", 61))


def test_so_do_fewer_gifts() -> None:
    made = rules(
        offer("gift", "gift = { on = { tag = ['x', 'z'] }, count = 2 }", 'most = "2.50"'),
        offer("half", 'scope = "order"', 'percent = "50%"', 'on = { tag = ["x"] }'),
    )
    goods = basket(product("A", "2.50", tags=("z",)), product("B", "1.25", tags=("x",)))
    assert taken(quote(made, goods)) == (("gift", 250), ("half", 63))


def test_a_bounded_bundle_lowers_the_goods_that_earn_nothing() -> None:
    """2.50 off comes to the same on whatever goods; only those with the tag y earn."""
    pair = "{ on = { tag = ['x', 'y'] } }, { on = { tag = ['x', 'y'] } }"
    made = rules(
        offer("pair", f'bundle = {{ amount = "2.50", slot = [{pair}] }}', 'most = "2.50"'),
        earn=SPENT,
    )
    goods = basket(
        (product("A", "2.50", tags=("x",)), "3"), product("B", "1.00", tags=("y",)), member=True
    )
    found = quote(made, goods, member())
    assert (found.payable_minor, found.earnings[0].points) == (600, 10)


def test_a_bounded_discount_falls_where_the_most_tax_is_added() -> None:
    slots = "{ on = { tag = ['x', 'y'] } }, { on = { tag = ['x'] }, count = 3 }"
    made = rules(
        offer("set", f'bundle = {{ percent = "90%", most = 2, slot = [{slots}] }}', 'most = "2.50"')
    )
    goods = basket(
        (product("A", "3.99", tags=("x",), tax="added20"), "2"),
        (product("B", "1.25", tags=("x",)), "4"),
        (product("C", "3.99", tags=("y",)), "2"),
    )
    assert quote(made, goods).payable_minor == 1975


@pytest.mark.parametrize("seed", [25114])
def test_a_group_more_may_round_the_tax_of_another_rate_up(seed: int) -> None:
    """Tax is added at two rates, and the seed's bundle spreads over goods of both: as often as it
    fits it leaves a minor unit where a higher rate rounds it up.
    """
    case = rolled(seed)
    assert differences(case, quoted(case)) == {}


def test_the_same_to_pay_with_less_tax_in_it_earns_more() -> None:
    """250 + 125 + 611 + 156 and 20 % of 406 are 1223, 125 + 798 + 250 and 20 % of 250 as well."""
    money = 'limit = [{{ most_money = "{}", per = "sale", mode = "reject" }}]'
    made = rules(
        offer("three", 'cheapest_free = { of = 3, from = "groups" }', 'group = "g"'),
        offer(
            "each",
            'scope = "line"',
            'amount = "2.50"',
            "on = { tag = ['z'] }",
            'most = "5.25"',
            'group = "g"',
        ),
        offer("one", "gift = { on = { tag = ['z'] } }", money.format("1.25")),
        offer("two", "gift = { on = { tag = ['y'] }, count = 2 }", money.format("3.99")),
        earn='[[earn]]\nid = "base"\nper_spend = { points = 1, money = "0.10" }\n',
    )
    goods = basket(
        (product("P0", "1.00", tags=("y", "z"), tax="added20"), "4"),
        product("P1", "1.25"),
        (product("P2", "3.99", tags=("y", "z")), "3"),
        product("P3", "2.50", tags=("z",), tax="added20"),
        member=True,
    )
    found = quote(made, goods, member())
    assert (found.payable_minor, found.earnings[0].points) == (1223, 117)


def test_goods_that_cost_something_earn_by_the_piece_where_free_ones_do_not() -> None:
    """1.00 off the order comes to the same as one piece of 1.00 free, which would earn nothing."""
    made = rules(
        offer("free", 'scope = "line"', 'percent = "100%"', "on = { tag = ['x'] }", 'group = "g"'),
        offer("off", 'scope = "order"', 'amount = "1.00"', 'group = "g"'),
        earn=PIECES,
    )
    goods = basket(product("A", "1.00", tags=("x",)), product("B", "1.00"), member=True)
    found = quote(made, goods, member())
    assert (taken(found), found.earnings[0].points) == ((("off", 100),), 6)


def test_a_minor_unit_more_that_is_rounded_away_again_may_earn_more() -> None:
    """90 % off 1.03 and off 1.06 leave 0.10 and 0.11; with tax on one of them both are 0.12, and
    only where the small ones still cost something do they earn.
    """
    made = rules(
        offer("pence", 'scope = "line"', 'amount = "0.03"', "pieces = 3"),
        offer("most", 'scope = "order"', 'percent = "90%"'),
        earn=PIECES,
    )
    goods = basket((product("A", "0.03"), "2"), product("B", "1.00", tax="added20"), member=True)
    found = quote(made, goods, member())
    assert (found.payable_minor, found.earnings[0].points) == (12, 9)


def test_no_voucher_is_used_beside_another_that_pays_for_all() -> None:
    """Of what the public offer leaves the second voucher pays all; the first has no part in it."""
    first = offer("v0", 'scope = "order"', 'amount = "0.06"')
    second = offer("v1", 'scope = "order"', 'amount = "2.00"')
    case = Rolled(
        (offer("tenth", 'scope = "order"', 'percent = "10%"'),),
        ((product("A", "1.00"), "2"),),
        ((first, 0), (second, 0)),
    )
    assert taken(quoted(case)) == (("tenth", 20), ("v1", 180))


def test_of_very_many_deals_that_cost_the_same_none_uses_a_reward_for_nothing() -> None:
    """A bundle alone takes all of it off; so do scores of others together, nearly all of which
    leave a little to a reward for points.
    """
    slots = "{ on = { tag = ['z'] }, count = 3 }, { on = { tag = ['y'] } }"
    case = Rolled(
        (
            offer("half", 'scope = "bundle"', 'percent = "61%"', "pieces = 3"),
            offer("third", 'scope = "order"', 'percent = "33%"'),
            offer("set", f'bundle = {{ amount = "44.99", slot = [{slots}] }}'),
            offer("most", 'scope = "order"', 'percent = "90%"'),
            offer("each", 'scope = "bundle"', 'amount = "1.00"', "pieces = 3"),
        ),
        ((product("A", "1.00", tags=("y", "z")), "4"),),
        ((offer("own", 'scope = "line"', 'amount = "0.98"'), 100),),
        100,
    )
    found = quoted(case)
    assert (found.payable_minor, differences(case, found)) == (0, {})


@pytest.mark.long(sample=2)
@pytest.mark.parametrize("first", range(0, 400, 25))
def test_the_best_of_all_legal_deals_is_found(first: int) -> None:
    figures = deals.no_figures()
    faults = [deals.check(seed, figures) for seed in range(first, first + 25)]
    assert [one for one in faults if one] == []
    assert figures["searches cut short"] == 0


@pytest.mark.parametrize("wins", ["priority", "entry"])
def test_in_order_a_bundle_is_taken_as_often_as_it_takes_something_off(wins: str) -> None:
    """All that fit would cost more than the goods; of seed 18033."""
    bundle = 'bundle = { price = "3.76", slot = [{ on = { tag = ["y"] } }] }'
    dear, cheap = product("A", "3.99", tags=("y",)), product("B", "1.00", tags=("y",))
    policies = f'[policies]\noffers_win = "{wins}"\n'
    case = Rolled((offer("cans", bundle), policies), ((cheap, "400"), (dear, "3")))
    assert taken(quoted(case)) == (("cans", 69),)


@pytest.mark.parametrize("wins", ["priority", "entry"])
def test_in_order_what_gives_all_or_nothing_is_taken_as_often_as_its_limit_lets_in(
    wins: str,
) -> None:
    """Of two cups the cheaper one for 1.00: three pairs lower nothing, five come to more than the
    limit, four do give something; of seed 45088.
    """
    cups = 'cheapest_free = { of = 2, from = "basket", price = "1.00" }'
    limit = 'limit = [{ most_money = "2.49", per = "sale", mode = "reject" }]'
    policies = f'[policies]\noffers_win = "{wins}"\n'
    dear, cheap = product("A", "2.50"), product("B", "1.00")
    case = Rolled((offer("cups", cups, limit), policies), ((cheap, "3"), (dear, "7")))
    assert taken(quoted(case)) == (("cups", 150),)
    assert differences(case, quoted(case)) == {}


def test_what_is_not_the_best_deal_is_told() -> None:
    case = rolled(0)
    found = quoted(case)
    dearer = replace(found, payable_minor=found.payable_minor + 1)
    assert differences(case, dearer) == {"payable": (dearer.payable_minor, found.payable_minor)}
