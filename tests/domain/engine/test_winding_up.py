"""What is left to members of a programme that is over expires, is paid out, or becomes vouchers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.winding_up import WoundUp, wind_up
from posloyalty.domain.ledger.right import RightState
from posloyalty.domain.ledger.transfer import AccountKind, TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.winding_down import winding_of
from tests.domain.engine.club import noon
from tests.domain.engine.made import EARN, lot, member, rules
from tests.domain.engine.test_vouchers import voucher
from tests.domain.engine.test_winding_down import VOUCHERS, WINDING

STAMPS = '[[wallet]]\nid = "stamps"\nname = "Stamps"\nunit = "stamps"\n'
BECOMES = 'left = "voucher"\nvoucher = "goodbye"\npoints = 500'


def ending(left: str, *more: str) -> Programme:
    """The programme of `WINDING` with another answer to what becomes of the rest."""
    earn = EARN + 'wallet = "points"\n'
    return rules(VOUCHERS, *more, WINDING.replace(BECOMES, left), earn=earn)


def wound(programme: Programme, state: MemberState) -> tuple[tuple[WoundUp, ...], EventPlan]:
    plan = EventPlan(
        event_id=b"head-office-evt1",
        at=noon("2027-04-03"),
        day=date(2027, 4, 3),
        programme_id="test",
    )
    winding = winding_of(programme)
    assert winding is not None
    return wind_up(programme, winding, state, plan), plan


def moved(plan: EventPlan) -> list[tuple[str, str, int]]:
    found = plan.consequences().transfers
    return [(one.code.value, one.credit.kind.value, one.amount) for one in found]


@pytest.mark.parametrize(
    ("left", "points", "moves", "became"),
    [
        ('left = "expires"', 1234, [("expire", "breakage", 1234)], (1234, 0, 0, 0)),
        ('left = "paid_out"', 1234, [("redeem", "redeemed", 1234)], (0, 1234, 1234, 0)),
        (
            BECOMES,
            1234,
            [("redeem", "redeemed", 500)] * 2 + [("expire", "breakage", 234)],
            (234, 1000, 0, 2),
        ),
        (BECOMES, 499, [("expire", "breakage", 499)], (499, 0, 0, 0)),
    ],
)
def test_what_is_left_becomes_what_was_announced(
    left: str, points: int, moves: list[tuple[str, str, int]], became: tuple[int, int, int, int]
) -> None:
    found, plan = wound(ending(left), member(lot(points, last=None)))
    assert moved(plan) == moves
    assert [(f.expired, f.worth_points, f.worth_minor, f.vouchers) for f in found] == [became]


def test_points_that_are_worth_less_than_the_least_coin_are_not_paid_out() -> None:
    """Three points are worth a minor unit: of eight, six are paid and two expire."""
    programme = ending('left = "paid_out"')
    (wallet,) = programme.wallets
    assert wallet.spend is not None
    third = replace(wallet.spend, points=3, money_minor=1)
    programme = replace(programme, wallets=(replace(wallet, spend=third),))
    (found,), plan = wound(programme, member(lot(8, last=None)))
    assert (found.worth_points, found.worth_minor, found.expired) == (6, 2, 2)
    assert moved(plan) == [("redeem", "redeemed", 6), ("expire", "breakage", 2)]


def test_each_voucher_names_the_points_that_it_was_made_of() -> None:
    _, plan = wound(ending(BECOMES), member(lot(1000, last=None)))
    does = plan.consequences()
    assert [one.link for one in does.transfers] == [one.right_id for one in does.rights]
    assert [one.opens.of for one in does.rights if one.opens] == ["goodbye", "goodbye"]


def test_what_is_owed_is_taken_from_what_is_paid_and_let_go() -> None:
    (found,), plan = wound(ending('left = "paid_out"'), member(lot(500, last=None), debt=200))
    assert (found.worth_points, found.expired) == (300, 200)
    assert ("write_off", "member_debt", 200) in moved(plan)


def test_a_wallet_without_a_rate_expires_whatever_becomes_of_the_others() -> None:
    programme = ending('left = "paid_out"', STAMPS)
    stamps = lot(7, last=None, ledger="test/stamps", name="s")
    found, _ = wound(programme, member(lot(100, last=None), stamps))
    assert [(one.wallet, one.worth_minor, one.expired) for one in found] == [
        ("points", 100, 0),
        ("stamps", 0, 7),
    ]


@pytest.mark.parametrize(
    ("of", "paid", "ends"), [("five", 0, True), ("five", 300, False), ("goodbye", 0, False)]
)
def test_a_voucher_ends_unless_it_was_paid_for_or_is_what_points_became(
    of: str, paid: int, ends: bool
) -> None:
    right = voucher(of=of, paid_minor=paid)
    _, plan = wound(ending(BECOMES), member(rights=(right,)))
    now = plan.right(right)
    assert (now.state(plan.day) is RightState.CANCELLED) is ends


@given(
    st.lists(st.integers(1, 5000), max_size=4),
    st.integers(0, 3000),
    st.sampled_from(['left = "expires"', 'left = "paid_out"', BECOMES]),
)
def test_nothing_is_left_and_a_second_time_there_is_nothing_to_do(
    amounts: list[int], debt: int, left: str
) -> None:
    programme = ending(left)
    lots = [lot(points, last=None, name=f"l{n}") for n, points in enumerate(amounts)]
    state = member(*lots, debt=debt)
    found, plan = wound(programme, state)
    after = plan.after(state)
    assert sum(one.remaining for one in after.lots) == 0 == sum(owed for _, owed in after.debts)
    assert sum(one.expired + one.worth_points for one in found) == sum(amounts)
    out = [one for one in plan.consequences().transfers if one.code is not TransferCode.WRITE_OFF]
    assert all(one.debit.kind is AccountKind.MEMBER for one in out)
    again, second = wound(programme, replace(after, rights=()))
    assert (again, second.consequences().transfers) == ((), ())
