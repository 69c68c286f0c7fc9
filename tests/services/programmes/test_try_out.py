"""A try-out says what a replay would have booked, and books nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest

import resources
from posloyalty.documents.purchase_file import read_purchases as read_rows
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.product import TaxClass
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.programmes.at_cost import AtCost, Of
from posloyalty.services.programmes.past_sales import (
    sales_of_book,
    sales_of_purchases,
    tax_classes_of_book,
)
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.programmes.replay import TAX, read_purchases
from posloyalty.services.programmes.try_out import PastLine, PastSale, TryOut, try_out
from tests.faults.shop import MEMBER_PHONE
from tests.replay import independent
from tests.replay.sample import RULES, sample_file
from tests.services.conftest import Shop
from tests.services.counter import goods, paid

DAWN = read_programme(resources.read("programmes/dawn-club.toml"))
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=DAWN.zone)
TAXES = {"std13": TAX}


def run(
    programme: Programme,
    sales: Iterator[PastSale] | list[PastSale],
    *,
    redeemers: Ratio | None = None,
    taxes: dict[str, TaxClass] | None = None,
) -> TryOut:
    made = TryOut(
        programme,
        tax_classes={TAX.code: TAX} | TAXES | (taxes or {}),
        store=StoreContext(zone=programme.zone),
        redeemers=redeemers or Ratio(0),
    )
    try_out([made], sales, total=0, progress=lambda _done, _total: None)
    return made


def bought(
    key: str,
    minor: int,
    *,
    days: int = 0,
    member: str | None = "anna",
    joined_on: date | None = None,
) -> PastSale:
    line = PastLine(
        product=goods(1), quantity_milli=1000, unit_price_minor=minor, gross_minor=minor
    )
    at = NOON + timedelta(days=days)
    return PastSale(key=key, member=member, at=at, lines=(line,), joined_on=joined_on)


NEWCOMERS = read_programme(
    b"""language = 2
id = "club"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
spend = { points = 100, money = "1.00" }
[[earn]]
id = "base"
wallet = "points"
per_spend = { points = 1, money = "1.00" }
[[multiplier]]
id = "first-month"
times = 2
when = { joined = { within_days = 30 } }
"""
)


@pytest.mark.parametrize(
    ("joined_on", "earned"),
    [(None, 20 + 10), (NOON.date() - timedelta(days=29), 20 + 10), (date(2019, 5, 1), 10 + 10)],
    ids=["only the purchases tell", "they joined 29 days before", "they joined long ago"],
)
def test_who_joined_long_ago_is_no_newcomer_by_the_first_sale_that_is_tried(
    joined_on: date | None, earned: int
) -> None:
    sales = [bought("a", 1_000, joined_on=joined_on)]
    sales.append(bought("b", 1_000, days=30, joined_on=joined_on))
    (one,) = run(NEWCOMERS, sales).outcomes(NOON.date() + timedelta(days=40))
    assert one.issued["points"] == earned


def test_on_cdnow_it_agrees_with_the_independent_reckoning_member_by_member(
    tmp_path: Path,
) -> None:
    sample = sample_file(tmp_path / "sample.txt", every=400)
    purchases, _ = read_purchases(read_rows(sample), RULES.currency)
    found = run(RULES, sales_of_purchases(purchases, RULES)).outcomes(date(1998, 6, 30))
    wanted = independent.members(independent.purchases(sample)).set_index("member")
    assert {one.member: one.tier for one in found} == dict(wanted["tier"].items())
    for one in found:
        row = wanted.loc[one.member]
        assert one.issued.get("points", 0) == row["earned"]
        assert one.expired.get("points", 0) == row["expired"]
        assert one.held["points"] == row["balance"]


def test_a_book_tried_out_by_its_own_programme_gives_what_it_gave(shop: Shop) -> None:
    till = shop.till
    member_id = till.members.by_phone(MEMBER_PHONE)
    assert member_id is not None
    products = till.catalogue.search("")
    for n in range(6):
        shop.clock.pass_time(timedelta(days=9))
        basket = till.check_out.open_basket().for_member(member_id, proof="card")
        for product in products[: 1 + n]:
            basket = basket.add(product, quantity_milli=1000 * (2 + n))
        quote = till.check_out.quote(basket)
        till.check_out.complete(basket, quote, paid(quote), shop.manager)
    panel = till.members.panel(member_id)
    with till.book.read() as reader:
        programme = till.programmes.at(reader, till.clock.now())
        assert programme is not None
        made = run(programme, sales_of_book(reader), taxes=dict(tax_classes_of_book(reader)))
        buyer = reader.members.by_id(member_id)
        assert buyer is not None
        known = {(sale.joined_on, sale.birthday) for sale in sales_of_book(reader)}
        assert known == {(buyer.joined_on, buyer.profile.birthday)}
    (one,) = made.outcomes(shop.clock.now().date())
    assert one.member == member_id.hex()
    assert one.held["points"] == panel.wallets[0].balance
    assert one.tier == (panel.tiers[0].level or "")
    history = till.history.page(limit=10)
    assert one.paid_minor == sum(row.payable_minor for row in history)
    # Trying out books nothing.
    assert till.members.panel(member_id) == panel


def test_who_redeems_is_a_stable_share_of_the_members() -> None:
    names = "abcdefghij"
    sales = [bought(f"{who}{n}", 20_000, days=n, member=who) for n in range(3) for who in names]
    spent: list[set[str]] = []
    for percent in (0, 30, 30, 60, 100):
        outcomes = run(DAWN, sales, redeemers=Ratio(percent, 100)).outcomes(date(2026, 12, 1))
        spent.append({one.member for one in outcomes if one.redeemed})
    assert spent[0] == set()
    assert spent[1] == spent[2]
    assert spent[1] <= spent[3] <= spent[4] == set(names)


def test_what_is_redeemed_is_paid_less_and_held_no_more() -> None:
    sales = [bought("1", 50_000), bought("2", 10_000, days=1)]
    end = date(2026, 12, 1)
    kept, used = (run(DAWN, sales, redeemers=Ratio(n)).outcomes(end)[0] for n in (0, 1))
    assert (kept.redeemed_minor, kept.redeemed) == (0, {})
    assert used.redeemed_minor == used.redeemed["points"]
    assert kept.paid_minor - used.paid_minor == used.redeemed_minor
    assert used.held["points"] < kept.held["points"]


def test_an_unidentified_sale_is_counted_apart() -> None:
    made = run(DAWN, [bought("1", 5_000, member=None)])
    assert made.outcomes(date(2026, 12, 1)) == []
    assert (made.unidentified.sales, made.unidentified.gross_minor) == (1, 5_000)


def test_a_run_can_be_stopped_from_its_progress() -> None:
    def stop(done: int, _total: int) -> NoReturn:
        raise KeyboardInterrupt(done)

    made = TryOut(DAWN, tax_classes=TAXES, store=StoreContext(zone=DAWN.zone), redeemers=Ratio(0))
    sales = [bought(str(n), 100) for n in range(1200)]
    with pytest.raises(KeyboardInterrupt, match="500"):
        try_out([made], sales, total=1200, progress=stop)


COSTED = """language = 2
id = "costed"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"
shop_cost = "0.004"
spend = { points = 100, money = "1.00", redeem_needs = "any" }

[[earn]]
id = "base"
per_spend = { points = 1, money = "1.00" }

[[campaign]]
id = "spring"
status = "approved"

[[offer]]
id = "mug"
campaign = "spring"
when = { min_spend = "200.00" }
gift = { on = { product = ["MUG"] }, shop_cost = "18.00" }

[[offer]]
id = "five"
scope = "order"
amount = "5.00"

[[rule]]
id = "bonus"
trigger = "sale"
campaign = "spring"
gives = { points = 50 }
"""
MUG = replace(goods(2), sku="MUG")


def with_mug(key: str, *, days: int = 0, member: str | None = "anna") -> PastSale:
    """200.00 of goods, and a mug of 28.00."""
    sale = bought(key, 20_000, days=days, member=member)
    mug = PastLine(product=MUG, quantity_milli=1000, unit_price_minor=2800, gross_minor=2800)
    return replace(sale, lines=(*sale.lines, mug))


def test_a_gift_counts_at_its_cost_and_a_discount_at_what_it_takes_off() -> None:
    made = run(read_programme(COSTED.encode()), [with_mug("1"), with_mug("2", member=None)])
    (anna,) = made.outcomes(date(2026, 12, 1))
    for one in (anna, made.unidentified):
        assert (one.offers_minor, one.costs.instead_minor) == (3300, 2800)
        assert (one.costs.given, one.shop_cost_minor) == ({"campaign:spring": 1800}, 2300)


def test_points_count_at_their_cost_by_who_stands_for_them() -> None:
    rules = read_programme(COSTED.encode())
    sales = [with_mug("1"), bought("2", 10_000, days=1)]
    (kept,) = run(rules, sales).outcomes(date(2026, 12, 1))
    # 195 and 95 points of the shop's, 50 of the campaign's twice, at 0.4 of a minor unit.
    assert (kept.costs.of(Of.ISSUED, ""), kept.costs.of(Of.HELD, "")) == (116, 116)
    assert (kept.costs.of(Of.ISSUED, "campaign:spring"), kept.costs.of(Of.SPENT)) == (40, 0)
    made = run(rules, sales, redeemers=Ratio(1))
    (used,) = made.outcomes(date(2026, 12, 1))
    assert used.redeemed == {"points": 245}
    assert (used.costs.of(Of.SPENT), used.costs.of(Of.PAID)) == (98, 98)
    # Discounts of 5.00 twice, the mug at 18.00, and points that took 2.45 off at what they cost.
    assert (used.redeemed_minor, used.shop_cost_minor) == (245, 1000 + 1800 + 98)
    assert made.outcomes(date(2026, 12, 1)) == [used]  # asked again, it says the same


def test_points_that_buy_a_reward_cost_what_the_reward_costs() -> None:
    reward = '[[reward]]\nid = "treat"\ncost = 100\nfree = {}\non = { product = ["MUG"] }\n'
    always = reward + 'auto_use = "always"\nshop_cost = "6.00"\nredeem_needs = "any"\n'
    rules = read_programme((COSTED + always).encode())
    sales = [bought("1", 50_000), replace(with_mug("2", days=1), lines=with_mug("2").lines[1:])]
    (one,) = run(rules, sales).outcomes(date(2026, 12, 1))
    assert one.redeemed == {"points": 100}
    assert (one.costs.of(Of.SPENT), one.costs.of(Of.PAID)) == (40, 0)
    assert one.costs.given == {"": 600}


def test_without_any_cost_nothing_is_kept_of_costs() -> None:
    (one,) = run(DAWN, [bought("1", 50_000)], redeemers=Ratio(1)).outcomes(date(2026, 12, 1))
    assert one.costs == AtCost()
    assert one.shop_cost_minor == one.offers_minor + one.redeemed_minor


def test_points_of_which_nobody_knows_the_cost_cost_what_they_pay() -> None:
    rules = read_programme(COSTED.replace('shop_cost = "0.004"\n', "").encode())
    sales = [bought("1", 50_000), bought("2", 10_000, days=1)]
    (one,) = run(rules, sales, redeemers=Ratio(1)).outcomes(date(2026, 12, 1))
    assert one.redeemed_minor == one.costs.of(Of.PAID) > 0
    assert one.shop_cost_minor == one.offers_minor + one.redeemed_minor
