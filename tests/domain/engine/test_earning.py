"""What a sale earns, by the numbers of LOYALTY 6."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.evaluate import evaluate
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.values.ratio import Ratio
from tests.domain.engine.made import (
    EARN,
    NOON,
    SHANGHAI,
    STORE,
    TAX,
    WALLET,
    basket,
    codes,
    earned,
    lot,
    member,
    product,
    quote,
    rules,
    weighed,
)

TIERS = """
[[tier_scheme]]
id = "level"
window = {{ kind = "rolling_months", months = 12 }}
hold_months = 12
rate_at = "{rate_at}"
[[tier_scheme.level]]
id = "gold"
name = "Gold"
from = {threshold}
times = "1.2"
"""
GOLD_NOW = (("gold", "2026-11-01", "2027-11-01"),)


def tiers(threshold: int = 500, rate_at: str = "start") -> str:
    return TIERS.format(threshold=threshold, rate_at=rate_at)


def test_points_are_rounded_once_per_sale_and_spread_over_the_lines() -> None:
    three = [product(f"P{n}", "0.99") for n in range(3)]
    found = quote(rules(), basket(*three, member=True))
    (only,) = found.earnings
    assert (only.points, only.base_minor) == (2, 297)
    assert only.shares == ((1, 1), (2, 1))
    assert [line.earned for line in found.lines] == [(("points", 1),), (("points", 1),), ()]


@pytest.mark.parametrize(("stacking", "points"), [("additive", 80), ("multiplicative", 85)])
def test_multipliers_add_up_or_multiply_as_the_wallet_says(stacking: str, points: int) -> None:
    coffee_bonus = '[[multiplier]]\nid = "coffee"\ntimes = 2\non = { tag = ["coffee"] }'
    wallet = WALLET.replace('name = "Points"', f'name = "Points"\nmultipliers = "{stacking}"')
    made = rules(tiers(), coffee_bonus, wallet=wallet)
    goods = basket(product("C", "28.00", tags=("coffee",)), product("K", "15.50"), member=True)
    assert earned(quote(made, goods, member(held=GOLD_NOW))) == points


@pytest.mark.parametrize(("mode", "points", "lost"), [("trim", 30, 15), ("reject", 0, 45)])
def test_a_daily_cap_trims_or_rejects_and_says_what_is_lost(
    mode: str, points: int, lost: int
) -> None:
    cap = f'cap = [{{ points = 100, per = "day", mode = "{mode}" }}]\n[wallet.spend]'
    made = rules(wallet=WALLET.replace("[wallet.spend]", cap))
    state = member(lot(70, earned="2026-11-25", remaining=0))
    goods = basket(product("A", "45.00"), member=True)
    (only,) = quote(made, goods, state).earnings
    assert only.points == points
    capped = next(one for one in only.reasons if one.code == "CAPPED")
    assert capped.fact("lost_points") == lost
    tomorrow = NOON + timedelta(days=1)
    assert earned(quote(made, goods, state, at=tomorrow)) == 45
    beyond = member(lot(130, earned="2026-11-25", remaining=0))
    assert earned(quote(made, goods, beyond)) == 0


@pytest.mark.parametrize(
    ("rate_at", "start", "amount", "points"),
    [
        ("start", 496, "10.00", 10),
        ("split", 496, "10.00", 11),
        ("split", 490, "10.00", 10),
        ("split", 489, "10.00", 10),
        ("split", 500, "10.00", 12),
        ("split", 0, "1000.00", 1100),
    ],
)
def test_a_sale_that_crosses_a_threshold_earns_at_the_rates_that_the_scheme_names(
    rate_at: str, start: int, amount: str, points: int
) -> None:
    made = rules(tiers(rate_at=rate_at))
    held = GOLD_NOW if start >= 500 else ()
    state = member(*([lot(start)] if start else []), held=held)
    found = quote(made, basket(product("A", amount), member=True), state)
    assert earned(found) == points
    assert found.tiers_after[0].level == ("gold" if start + points >= 500 else None)


def test_a_split_sale_above_a_threshold_that_is_no_longer_held_earns_at_the_levels_rate() -> None:
    made = rules(tiers(rate_at="split").replace("hold_months = 12", "hold_months = 1"))
    goods = basket(product("A", "10.00"), member=True)
    assert earned(quote(made, goods, member(lot(600)))) == 12


def test_the_sale_after_the_crossing_earns_at_the_new_rate() -> None:
    stars = """
[[wallet]]
id = "points"
scale = 2
"""
    made = rules(tiers(), wallet=stars)
    ten = basket(product("A", "10.00"), member=True)
    first = quote(made, ten, member(lot(496_00)))
    assert earned(first) == 10_00
    assert first.tiers_after[0].level == "gold"
    second = quote(made, ten, member(lot(496_00), lot(10_00, name="b"), held=GOLD_NOW))
    assert earned(second) == 12_00


def test_a_wallet_of_two_decimals_keeps_fractions_of_a_star() -> None:
    stars = '[[wallet]]\nid = "points"\nscale = 2\n'
    made = rules(tiers(), wallet=stars)
    goods = basket(product("A", "4.10"), member=True)
    assert earned(quote(made, goods, member(held=GOLD_NOW))) == 492


@pytest.mark.parametrize(
    ("price", "rounding", "points"),
    [("23.50", "floor", 23), ("23.50", "half_up", 24), ("1299.00", "floor", 1299)],
)
def test_cash_back_of_one_percent_rounds_as_the_wallet_says(
    price: str, rounding: str, points: int
) -> None:
    cash = f'[[wallet]]\nid = "points"\nunit = "money"\nscale = 2\nrounding = "{rounding}"\n'
    one_percent = EARN.replace("points = 1,", 'points = "1%",')
    goods = basket(product("A", price), member=True)
    assert earned(quote(rules(wallet=cash, earn=one_percent), goods)) == points


@pytest.mark.parametrize(
    ("money", "price", "per", "points", "tax"),
    [
        ("CNY", "113.00", "1.00", 100, "std13"),
        ("CNY", "99.00", "1.00", 87, "std13"),
        ("JPY", "1980", "100", 18, "incl10"),
    ],
)
def test_a_base_net_of_tax_leaves_the_included_tax_out(
    money: str, price: str, per: str, points: int, tax: str
) -> None:
    wallet = '[policies]\nearn_base = "net_of_tax"\n[[wallet]]\nid = "points"\n'
    made = rules(wallet=wallet, earn=EARN.replace("1.00", per), money=money)
    goods = basket(product("A", price, tax=tax, money=money), member=True, money=money)
    classes = {**TAX, "incl10": TaxClass("incl10", "10 %", Ratio(1, 10), TaxMode.INCLUSIVE)}
    found = evaluate(made, goods, member(), NOON, tax_classes=classes, store=STORE)
    assert earned(found) == points


@pytest.mark.parametrize(
    ("money", "price", "points", "per", "wanted"),
    [("KWD", "12.345", 3, "1.000", 37), ("JPY", "999", 1, "100", 9)],
)
def test_minor_units_are_the_currencys_own(
    money: str, price: str, points: int, per: str, wanted: int
) -> None:
    earn = f'[[earn]]\nid = "base"\nper_spend = {{ points = {points}, money = "{per}" }}\n'
    made = rules(wallet='[[wallet]]\nid = "points"\n', earn=earn, money=money)
    goods = basket(product("A", price, tax="none", money=money), member=True, money=money)
    assert earned(quote(made, goods)) == wanted


def test_weighed_goods_earn_on_their_rounded_price() -> None:
    found = quote(rules(), basket((weighed("P", "39.80"), "0.437"), member=True))
    assert (found.payable_minor, earned(found)) == (1739, 17)


def test_gift_cards_deposits_and_fees_never_earn() -> None:
    card = product("G", "200.00", gift_card=True)
    deposit, fee = product("D", "3.00", deposit=True), product("F", "2.00", fee=True)
    coffee = product("C", "10.00")
    (only,) = quote(rules(), basket(card, deposit, fee, coffee, member=True)).earnings
    assert only.points == 10
    assert next(r for r in only.reasons if r.code == "NEVER_EARNS").fact("amount_minor") == 20500


def test_fixed_points_per_piece_and_per_sale_are_not_multiplied() -> None:
    more = """
[[earn]]
id = "bag"
on = { tag = ["bag"] }
per_piece = { points = 5 }
[[earn]]
id = "visit"
per_sale = { points = 7 }
[[multiplier]]
id = "double"
times = 2
"""
    goods = basket((product("B", "1.00", tags=("bag",)), "3"), product("A", "9.00"), member=True)
    (only,) = quote(rules(more), goods).earnings
    assert only.points == 2 * 12 + 3 * 5 + 7
    assert sum(share for _, share in only.shares) == only.points


def test_a_sale_that_comes_to_nothing_earns_no_visit_points() -> None:
    visit = '[[earn]]\nid = "visit"\nper_sale = { points = 7 }\n'
    assert earned(quote(rules(visit), basket(product("A", "0.00"), member=True))) == 0


@pytest.mark.parametrize(
    ("status", "code"),
    [(MemberStatus.FROZEN, "MEMBER_FROZEN"), (MemberStatus.CLOSED, "MEMBER_CLOSED")],
)
def test_a_member_who_is_not_active_earns_and_spends_nothing(
    status: MemberStatus, code: str
) -> None:
    state = replace(member(lot(500)), status=status)
    found = quote(rules(tiers(1)), basket(product("A", "9.00"), member=True, redeem=500), state)
    (only,) = found.earnings
    assert (only.points, codes(only.reasons)) == (0, [code])
    assert found.redemptions == ()
    assert codes(found.usable[0].reasons) == [code]
    assert found.tiers_after == found.tiers


def test_nobody_earns_for_nobody() -> None:
    found = quote(rules(), basket(product("A", "9.00")))
    assert (found.earnings, found.wallets, found.tiers) == ((), (), ())


def test_points_are_dated_by_the_programmes_zone_wherever_the_store_is() -> None:
    at = datetime(2026, 11, 24, 23, 30, tzinfo=SHANGHAI)
    tokyo = StoreContext(zone=ZoneInfo("Asia/Tokyo"))
    (only,) = quote(rules(), basket(product("A", "9.00"), member=True), at=at, store=tokyo).earnings
    assert (only.usable_from, only.last_day) == (date(2026, 11, 24), date(2027, 11, 24))


@pytest.mark.parametrize(
    ("expiry", "day", "last"),
    [
        ('{ kind = "rolling_months", months = 1 }', "2026-01-31", date(2026, 2, 28)),
        ('{ kind = "rolling_months", months = 6 }', "2026-08-31", date(2027, 2, 28)),
        ('{ kind = "rolling_months", months = 12 }', "2024-02-29", date(2025, 2, 28)),
        (
            '{ kind = "rolling_months", months = 6, style = "end_of_month_after" }',
            "2026-01-15",
            date(2026, 7, 31),
        ),
        (
            '{ kind = "rolling_months", months = 12, style = "eve" }',
            "2026-03-01",
            date(2027, 2, 28),
        ),
        ('{ kind = "calendar", years = 1 }', "2026-03-01", date(2027, 12, 31)),
        ('{ kind = "calendar", month = 3, day = 31 }', "2026-03-01", date(2027, 3, 31)),
        ('{ kind = "never" }', "2026-03-01", None),
    ],
)
def test_a_lot_lasts_as_its_expiry_says(expiry: str, day: str, last: date | None) -> None:
    made = rules(wallet=f'[[wallet]]\nid = "points"\nexpiry = {expiry}\n')
    at = datetime.fromisoformat(f"{day}T12:00:00+08:00")
    (only,) = quote(made, basket(product("A", "9.00"), member=True), at=at).earnings
    assert only.last_day == last


def test_pending_points_are_not_in_the_balance_until_their_day() -> None:
    made = rules(wallet='[[wallet]]\nid = "points"\npending = { kind = "days", days = 14 }\n')
    found = quote(made, basket(product("A", "9.00"), member=True))
    (after,) = found.wallets_after
    assert (after.balance, after.pending) == (0, 9)
    assert found.earnings[0].usable_from == date(2026, 12, 9)


def test_what_is_earned_repays_a_debt_first() -> None:
    found = quote(rules(), basket(product("A", "120.00"), member=True), member(debt=90))
    assert found.wallets[0].balance == -90
    assert (found.wallets_after[0].balance, found.wallets_after[0].debt) == (30, 0)
