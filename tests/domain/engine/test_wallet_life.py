"""How long points last and how they are spent: cases 4, 5, 19, 38, and what keeps them alive."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from posloyalty.domain.engine.moment import Trigger
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.domain.programme.definition import Programme
from tests.domain.engine.club import Club
from tests.domain.engine.made import EARN, codes, earned, lot, member, product, rules

SPEND = '[wallet.spend]\npoints = 100\nmoney = "1.00"\nstep = 1\nredeem_needs = "any"\n'


def wallet(expiry: str = 'kind = "never"', *, more: str = "", spend: str = SPEND) -> Programme:
    return rules(wallet=f'[[wallet]]\nid = "points"\nexpiry = {{ {expiry} }}\n{more}\n{spend}')


def moved(club: Club, code: TransferCode) -> int:
    return sum(t.amount for does in club.done.values() for t in does.transfers if t.code is code)


# --- cases 4, 5 and 19 ---


def test_case_4_points_are_spent_by_what_runs_out_first() -> None:
    club = Club(wallet())
    club.state = member(
        lot(100, earned="2026-01-01", last="2026-03-31"),
        lot(50, earned="2026-01-02", last="2026-02-28"),
        lot(200, earned="2026-01-03", last=None),
    )
    club.buys(product("A", "1.20"), on="2026-02-10", redeem=120)
    left = {one.original: one.remaining for one in club.state.lots if one.original > 1}
    assert left == {100: 30, 50: 0, 200: 200}
    assert club.wallet("2026-02-10").balance == 230
    assert club.wallet("2026-03-31").balance == 230
    assert club.wallet("2026-04-01").balance == 200


def test_case_5_a_balance_never_collapses() -> None:
    club = Club(wallet('kind = "rolling_months", months = 6'))
    club.state = member(lot(100, earned="2026-01-01", last="2026-07-01"))
    club.buys(product("A", "0.80"), on="2026-02-01", redeem=80)
    club.buys(product("A", "50.00"), on="2026-06-01")
    assert club.wallet("2026-07-01").balance == 70
    assert club.wallet("2026-07-02").balance == 50
    club.buys(product("A", "0.00"), on="2026-07-02")
    assert moved(club, TransferCode.EXPIRE) == 20
    assert club.wallet("2026-07-02").balance == 50


@pytest.mark.parametrize(
    ("expiry", "earned_on", "last"),
    [
        ('kind = "rolling_months", months = 1', "2026-01-31", "2026-02-28"),
        ('kind = "rolling_months", months = 6', "2026-08-31", "2027-02-28"),
        ('kind = "rolling_months", months = 12', "2024-02-29", "2025-02-28"),
        (
            'kind = "rolling_months", months = 6, style = "end_of_month_after"',
            "2026-01-15",
            "2026-07-31",
        ),
        (
            'kind = "inactivity", months = 6, style = "end_of_month_after"',
            "2026-01-15",
            "2026-07-31",
        ),
        ('kind = "inactivity", months = 1', "2026-01-31", "2026-02-28"),
    ],
)
def test_case_19_months_end_where_the_month_does_and_points_are_gone_at_midnight(
    expiry: str, earned_on: str, last: str
) -> None:
    club = Club(wallet(expiry))
    club.buys(product("A", "50.00"), on=earned_on)
    assert club.wallet(f"{last}T23:59:59").balance == 50
    gone = date.fromisoformat(last) + timedelta(days=1)
    assert club.wallet(f"{gone}T00:00:00").balance == 0


# --- inactivity ---

ALIVE = 'kind = "inactivity", months = 6, style = "end_of_month_after"'


def test_every_activity_moves_the_last_day_of_all_points_on() -> None:
    club = Club(wallet(ALIVE))
    club.buys(product("A", "50.00"), on="2026-01-15")
    club.buys(product("A", "0.50"), on="2026-07-31")
    assert club.wallet("2026-08-01").balance == 50
    assert club.wallet("2027-01-31").next_expiry == date(2027, 1, 31)
    assert club.wallet("2027-02-01").balance == 0


@pytest.mark.parametrize(("day", "left"), [("2026-07-31", 51), ("2026-08-01", 1)])
def test_an_activity_after_the_last_day_brings_nothing_back(day: str, left: int) -> None:
    club = Club(wallet(ALIVE))
    club.buys(product("A", "50.00"), on="2026-01-15")
    club.buys(product("A", "1.00"), on=day)
    assert club.wallet(day).balance == left
    assert moved(club, TransferCode.EXPIRE) == 51 - left


def test_points_that_live_by_activity_are_spent_and_expired_by_their_moved_day() -> None:
    club = Club(wallet(ALIVE))
    club.buys(product("A", "50.00"), on="2026-01-15")
    club.buys(product("A", "10.00"), on="2026-07-01")
    club.buys(product("A", "0.55"), on="2026-10-01", redeem=55)
    assert club.wallet("2026-10-01").balance == 5
    assert moved(club, TransferCode.EXPIRE) == 0


@pytest.mark.parametrize(
    ("kept_by", "does", "balance"),
    [
        ('["buy"]', "buy", 50),
        ('["redeem"]', "buy", 0),
        ('["redeem"]', "redeem", 40),
        ('["reload"]', "buy", 0),
        ('["reload"]', "reload", 50),
        ('["activity"]', "buy", 0),
        ('["activity"]', "activity", 50),
        ('["buy", "redeem", "reload", "activity"]', "activity", 50),
    ],
)
def test_only_what_the_wallet_lists_keeps_points_alive(
    kept_by: str, does: str, balance: int
) -> None:
    club = Club(wallet(f"{ALIVE}, kept_by = {kept_by}"))
    club.buys(product("A", "50.00"), on="2026-01-15")
    if does == "reload":
        club.buys(product("G", "100.00", gift_card=True), on="2026-07-01")
    elif does == "activity":
        club.does("survey", on="2026-07-01")
    else:
        club.buys(product("A", "0.10"), on="2026-07-01", redeem=10 if does == "redeem" else 0)
    assert club.wallet("2026-09-01").balance == balance


def test_aeroplan_a_new_expiry_takes_nothing_back() -> None:
    """Twelve months of inactivity after eighteen: what was promised before holds."""
    club = Club(wallet('kind = "inactivity", months = 18'))
    club.buys(product("A", "50.00"), on="2025-01-10")
    club.buys(product("A", "30.00"), on="2025-06-10")
    club.programme = wallet('kind = "inactivity", months = 12')
    assert club.wallet("2026-12-10").balance == 80
    assert club.wallet("2026-12-11").balance == 0
    club.buys(product("A", "20.00"), on="2026-02-10")
    assert club.wallet("2027-02-10").balance == 100
    assert club.wallet("2027-02-11").balance == 0


def test_aeroplan_points_that_never_ran_out_keep_that_under_a_version_with_an_end() -> None:
    club = Club(wallet())
    club.buys(product("A", "50.00"), on="2025-01-10")
    club.programme = wallet('kind = "rolling_months", months = 1')
    club.buys(product("A", "30.00"), on="2025-06-10")
    assert club.wallet("2025-07-11").balance == 50
    assert club.wallet("2035-01-01").balance == 50


def test_an_earlier_version_keeps_alive_only_what_was_there_then() -> None:
    club = Club(wallet('kind = "inactivity", months = 18'))
    club.buys(product("A", "50.00"), on="2025-01-10")
    club.programme = wallet('kind = "rolling_months", months = 1')
    club.buys(product("A", "30.00"), on="2025-06-10")
    assert club.wallet("2025-07-10").balance == 80
    assert club.wallet("2025-07-11").balance == 50
    assert club.wallet("2026-07-11").balance == 0


def test_a_sale_that_is_voided_promises_nothing() -> None:
    club = Club(wallet(ALIVE))
    club.buys(product("A", "50.00"), on="2026-01-15")
    club.buys(product("A", "10.00"), on="2026-07-01")
    club.returns(club.sales[1], on="2026-07-02")
    assert club.wallet("2026-07-31").balance == 50
    assert club.wallet("2026-08-01").balance == 0


# --- expiry by level (Starbucks: Green six months, Gold none) ---

BY_TIER = """
kind = "by_tier", scheme = "level", base = { %s }, levels = [{ level = "gold", kind = "never" }]
""".strip()
SCHEME = """
[[tier_scheme]]
id = "level"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [{ id = "gold", from = 500 }]
"""


def stars() -> Club:
    text = f'[[wallet]]\nid = "points"\nexpiry = {{ {BY_TIER % ALIVE} }}\n{SPEND}'
    return Club(rules(SCHEME, wallet=text))


def test_starbucks_green_stars_run_out_and_those_earned_as_gold_do_not() -> None:
    club = stars()
    assert club.buys(product("A", "100.00"), on="2026-01-15").earnings[0].last_day == date(
        2026, 7, 31
    )
    club.does("level/gold", on="2026-07-01", trigger=Trigger.TIER_GRANT, through="2026-12-31")
    assert club.buys(product("A", "40.00"), on="2026-07-15").earnings[0].last_day is None
    # Green's 100 are promised the rest of Gold, and six months from its last day.
    assert club.wallet("2027-06-30").balance == 140
    assert club.wallet("2027-07-01").balance == 40


def test_starbucks_who_becomes_gold_keeps_what_green_earned() -> None:
    club = stars()
    club.buys(product("A", "100.00"), on="2026-01-15")
    club.buys(product("A", "400.00"), on="2026-07-31")
    assert club.tier("2026-07-31").level == "gold"
    assert club.wallet("2027-07-31").balance == 500
    assert club.wallet("2028-01-31").balance == 500
    assert club.wallet("2028-02-01").balance == 0


# --- warnings, spending, money ---


@pytest.mark.parametrize(("on", "told"), [("2026-06-30", False), ("2026-07-01", True)])
def test_what_ends_within_the_days_of_warning_is_told(on: str, told: bool) -> None:
    club = Club(wallet('kind = "rolling_months", months = 6', more="warn_days = 30"))
    club.state = member(lot(1234, earned="2026-01-31", last="2026-07-31"))
    assert club.wallet(on).ends_soon is told
    found = club.buys(product("A", "1.00"), on=on)
    expected = (("points", "1,234"), ("wallet", "points"), ("day", "2026-07-31"))
    assert [(one.code, one.facts) for one in found.told] == (
        [("POINTS_END", expected)] if told else []
    )


def most(found: Quote) -> int:
    return found.usable[0].most_points


@pytest.mark.parametrize(
    ("spend", "most_points", "code"),
    [
        ("", 1137, "WITHIN_SALE"),
        ("step = 100", 1100, "WITHIN_SALE"),
        ("most = 500", 500, "WITHIN_MOST"),
        ("most = 550\nstep = 100", 500, "WITHIN_MOST"),
        ('most_share = "50%"', 568, "WITHIN_SHARE"),
        ("least = 1138", 0, "SALE_TOO_SMALL"),
        ("least = 1235", 0, "TOO_FEW_POINTS"),
    ],
)
def test_spending_has_its_least_step_share_and_most(
    spend: str, most_points: int, code: str
) -> None:
    text = f'[wallet.spend]\npoints = 100\nmoney = "1.00"\nredeem_needs = "any"\n{spend}\n'
    club = Club(wallet(spend=text))
    club.state = member(lot(1234))
    found = club.quoted(product("A", "11.37"), on="2026-11-25", redeem=5000)
    assert (most(found), codes(found.usable[0].reasons)) == (most_points, [code])
    assert found.payable_minor == 11_37 - most_points


def test_several_wallets_pay_each_for_what_is_left() -> None:
    both = f'[[wallet]]\nid = "points"\n{SPEND}\n[[wallet]]\nid = "cash"\nunit = "money"\n'
    both += 'spend = { redeem_needs = "any" }\n'
    made = rules(wallet=both, earn=EARN.replace("per_spend", 'wallet = "points"\nper_spend'))
    club = Club(made)
    club.state = member(lot(300), lot(5_00, ledger="test/cash", name="c"))
    found = club.quoted(product("A", "10.00"), on="2026-11-25", redeem=300)
    assert [(one.wallet, one.most_minor) for one in found.usable] == [
        ("points", 3_00),
        ("cash", 5_00),
    ]
    cash = club.quoted(product("A", "10.00"), on="2026-11-25", redeem=5_00, wallet="cash")
    assert (cash.payable_minor, cash.redemptions[0].amount_minor) == (5_00, 5_00)


@pytest.mark.parametrize(
    ("rounding", "amount", "wanted"),
    [
        ("floor", "23.50", 23),
        ("half_up", "23.50", 24),
        ("floor", "1299.00", 12_99),
    ],
)
def test_case_38_cash_back_rounds_as_the_wallet_says(
    rounding: str, amount: str, wanted: int
) -> None:
    club = cash_back("0.01", rounding)
    assert earned(club.buys(product("A", amount), on="2026-11-25")) == wanted


def test_case_38_two_sales_are_rounded_each() -> None:
    club = cash_back("0.01", "floor")
    for _ in range(2):
        club.buys(product("A", "23.50"), on="2026-11-25")
    assert club.wallet("2026-11-25").balance == 46


def test_case_38_and_kind_p5_cash_back_pays_in_the_next_sale() -> None:
    club = cash_back("0.03", "floor")
    assert earned(club.buys(product("A", "1299.00"), on="2026-11-25")) == 38_97
    club = cash_back("0.03", "floor")
    assert earned(club.buys(product("A", "500.00"), on="2026-11-25")) == 15_00
    found = club.buys(product("A", "40.00"), on="2026-11-26", redeem=15_00)
    assert found.payable_minor == 25_00


def cash_back(share: str, rounding: str) -> Club:
    text = f'[[wallet]]\nid = "points"\nunit = "money"\nrounding = "{rounding}"\n'
    text += 'spend = { redeem_needs = "any" }\n'
    return Club(rules(wallet=text, earn=EARN.replace("points = 1,", f'points = "{share}",')))


# --- pending ---


@pytest.mark.parametrize(
    ("pending", "earned_on", "usable"),
    [
        ('kind = "none"', "2026-11-25", "2026-11-25"),
        ('kind = "days", days = 14', "2026-11-25", "2026-12-09"),
        ('kind = "until", day = 2026-12-01', "2026-11-25", "2026-12-01"),
        ('kind = "until", day = 2026-12-01', "2026-12-02", "2026-12-02"),
    ],
)
def test_pending_points_are_usable_from_their_day_on(
    pending: str, earned_on: str, usable: str
) -> None:
    club = Club(wallet(more=f"pending = {{ {pending} }}"))
    club.buys(product("A", "50.00"), on=earned_on)
    assert club.wallet(usable).balance == 50
    before = (date.fromisoformat(usable) - timedelta(days=1)).isoformat()
    if before >= earned_on:
        assert (club.wallet(before).balance, club.wallet(before).pending) == (0, 50)


def test_points_wait_for_their_event_and_keep_their_last_day() -> None:
    expiry = 'kind = "rolling_months", months = 12'
    club = Club(wallet(expiry, more='pending = { kind = "event", event = "stay-over" }'))
    club.buys(product("A", "50.00"), on="2026-01-10")
    assert club.does("another-event", on="2026-02-01") == ()
    assert club.wallet("2026-02-01").pending == 50
    club.does("stay-over", on="2026-02-02")
    assert club.wallet("2026-02-02").balance == 50
    assert club.wallet("2026-02-02").next_expiry == date(2027, 1, 10)
    assert club.does("stay-over", on="2026-02-03") == ()
    codes_moved = [t.code for does in club.done.values() for t in does.transfers]
    assert codes_moved == [TransferCode.EARN, TransferCode.ACTIVATE, TransferCode.ACTIVATE]


def test_what_ran_out_while_it_was_pending_is_not_released() -> None:
    expiry = 'kind = "rolling_months", months = 1'
    club = Club(wallet(expiry, more='pending = { kind = "event", event = "stay-over" }'))
    club.buys(product("A", "50.00"), on="2026-01-10")
    assert club.does("stay-over", on="2026-02-11") == ()
    assert club.wallet("2026-02-11").balance == 0


# --- conversion and sharing ---

TWO = """
[[wallet]]
id = "points"
[[wallet]]
id = "miles"
expiry = { kind = "rolling_months", months = 24 }
"""
CONVERSION = """
[[conversion]]
id = "to-miles"
name = "To miles"
from = "points"
to = "miles"
gives = 3
gets = 1
least = 30
"""
SHARING = """
[[sharing]]
id = "to-a-friend"
wallet = "points"
least = 100
step = 50
most = 300
"""
EARN_POINTS = EARN.replace("per_spend", 'wallet = "points"\nper_spend')


@pytest.mark.parametrize(
    ("wish", "taken", "given"), [(29, 0, 0), (30, 30, 10), (31, 30, 10), (101, 99, 33), (102, 0, 0)]
)
def test_points_become_miles_in_whole_units(wish: int, taken: int, given: int) -> None:
    club = Club(rules(CONVERSION, wallet=TWO, earn=EARN_POINTS))
    club.state = member(lot(100))
    awards = club.does("to-miles", on="2026-11-25", quantity=wish)
    assert [award.amount for award in awards] == ([given] if given else [])
    assert club.wallet("2026-11-25", "points").balance == 100 - taken
    miles = club.wallet("2026-11-25", "miles")
    assert (miles.balance, miles.next_expiry) == (
        given,
        date(2028, 11, 25) if given else None,
    )


@pytest.mark.parametrize(
    ("points", "to", "moves"),
    [
        (100, "ff" * 16, True),
        (99, "ff" * 16, False),
        (120, "ff" * 16, False),
        (300, "ff" * 16, True),
        (350, "ff" * 16, False),
        (100, "", False),
        (100, b"member-number-01".hex(), False),
    ],
)
def test_points_go_to_another_member_with_their_own_days(points: int, to: str, moves: bool) -> None:
    club = Club(rules(SHARING, wallet=TWO, earn=EARN_POINTS))
    club.state = member(
        lot(80, earned="2026-01-05", last="2027-01-05"),
        lot(320, earned="2026-05-05", last="2027-05-05"),
    )
    club.does("to-a-friend", on="2026-11-25", quantity=points, to=to)
    assert club.wallet("2026-11-25").balance == 400 - (points if moves else 0)
    (does,) = club.done.values()
    opened = [t.opens for t in does.transfers if t.opens is not None]
    if moves:
        assert {one.account.owner.hex() for one in opened} == {to}
        assert [(one.original, one.last_day) for one in opened] == [
            (80, date(2027, 1, 5)),
            (points - 80, date(2027, 5, 5)),
        ]
    else:
        assert opened == []
    assert does.meters == ()


def test_who_owes_gives_no_points_away() -> None:
    club = Club(rules(SHARING, CONVERSION, wallet=TWO, earn=EARN_POINTS))
    club.state = replace(member(lot(120)), debts=(("test/points", 50),))
    club.does("to-a-friend", on="2026-11-25", quantity=100, to="ff" * 16)
    club.does("to-miles", on="2026-11-25", quantity=90)
    assert club.wallet("2026-11-25").balance == 70
