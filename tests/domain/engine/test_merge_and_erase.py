"""Cases 39 and 41: two records become one, and a member is erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from msgspec import structs

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.erase import erase
from posloyalty.domain.engine.households import HOUSEHOLD, household_of
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.merge import Credited, Merged, merge
from posloyalty.domain.engine.tiers import tier_states
from posloyalty.domain.engine.wallets import wallet_states
from posloyalty.domain.ledger.balance import fold
from posloyalty.domain.ledger.meter import total
from posloyalty.domain.ledger.right import UNBOUNDED, Right, RightState, fold_rights
from posloyalty.domain.ledger.transfer import Account, AccountKind, Transfer, TransferCode
from tests.domain.engine.club import Club, noon
from tests.domain.engine.made import LEDGER, MEMBER_ID, STORE, WALLET, lot, member, product, rules

RULES = rules("""
[[tier_scheme]]
id = "level"
window = { kind = "calendar" }
hold_months = 12
level = [{ id = "gold", name = "Gold", from = 500 }]
""")
OTHER = b"member-number-02"
TODAY = date(2026, 11, 25)


def plan() -> EventPlan:
    return EventPlan(
        event_id=b"head-office-evt1", at=noon("2026-11-25"), day=TODAY, programme_id="test"
    )


def other(state: MemberState) -> MemberState:
    """The same member under the other id."""
    return replace(
        state,
        member_id=OTHER,
        lots=tuple(
            structs.replace(
                one, id=b"o" + one.id[1:], account=structs.replace(one.account, owner=OTHER)
            )
            for one in state.lots
        ),
        meters=tuple(structs.replace(one, owner=OTHER) for one in state.meters),
    )


def two() -> tuple[MemberState, MemberState]:
    """120 points of 300 that were earned this year, and 80 of 250."""
    return (
        member(lot(300, earned="2026-03-01", last="2027-03-01", remaining=120)),
        other(member(lot(250, earned="2026-05-01", last="2027-05-01", remaining=80))),
    )


def merged(stays: MemberState, goes: MemberState, *credited: Credited) -> tuple[Merged, EventPlan]:
    planned = plan()
    return merge(RULES, stays, goes, plan=planned, store=STORE, credited=credited), planned


def test_case_41_points_add_up_lots_keep_their_dates_and_the_figures_meet_gold() -> None:
    found, planned = merged(*two())
    (wallet,) = wallet_states(RULES, found.after, TODAY)
    assert wallet.balance == 200
    held = [(one.remaining, one.earned_on, one.last_day) for one in found.after.lots]
    assert held == [
        (120, date(2026, 3, 1), date(2027, 3, 1)),
        (80, date(2026, 5, 1), date(2027, 5, 1)),
    ]
    (tier,) = tier_states(RULES, found.after, TODAY)
    assert (tier.progress, tier.level, tier.held_through) == (550, "gold", date(2027, 11, 25))
    assert (found.alias, found.twice) == (OTHER, ())
    codes = [transfer.code for transfer in planned.consequences().transfers]
    assert codes == [TransferCode.MERGE, TransferCode.MERGE]
    meters = planned.consequences().meters
    assert total(meters, f"earned/{LEDGER}", owner=OTHER) == -250
    assert total(meters, f"earned/{LEDGER}", owner=MEMBER_ID) == 250


def test_case_41_a_receipt_on_both_counts_once() -> None:
    """Both were credited with the sale of 50.00, the second by a claim."""
    club = Club(RULES, joined="2026-01-01")
    club.buys(product("A", "50.00"), on="2026-11-01")
    again = Club(RULES, joined="2026-01-01")
    again.buys(product("A", "50.00"), on="2026-11-02")
    again.buys(product("A", "30.00"), on="2026-11-03")
    sale, claim = club.sales[0], b"claim-" + again.sales[0][6:]
    goes, transfers = handed_over(again)
    first = club.done[sale]
    found, planned = merged(
        club.state,
        goes,
        Credited(sale_id=sale, event_id=sale, member_id=MEMBER_ID, transfers=first.transfers),
        Credited(sale_id=sale, event_id=claim, member_id=OTHER, transfers=transfers),
    )
    assert found.twice == (sale,)
    (wallet,) = wallet_states(RULES, found.after, TODAY)
    assert (wallet.balance, found.after.purchases) == (80, 2)
    (tier,) = tier_states(RULES, found.after, TODAY)
    assert tier.progress == 80
    assert TransferCode.REVERSE_EARN in [t.code for t in planned.consequences().transfers]


def handed_over(club: Club) -> tuple[MemberState, tuple[Transfer, ...]]:
    """The club's member under the other id, whose first sale was a claim, and that one's posts."""
    state = other(club.state)
    lots = {one.id: b"o" + one.id[1:] for one in club.state.lots}
    claim = club.sales[0]

    def renamed(event_id: bytes) -> bytes:
        return (b"claim-" if event_id == claim else b"other-") + event_id[6:]

    transfers = tuple(
        structs.replace(
            one,
            credit=structs.replace(one.credit, owner=OTHER),
            event_id=renamed(one.event_id),
            opens=None
            if one.opens is None
            else structs.replace(
                one.opens,
                id=lots[one.opens.id],
                account=Account(LEDGER, AccountKind.MEMBER, OTHER),
            ),
        )
        for one in club.done[claim].transfers
    )
    meters = tuple(structs.replace(one, event_id=renamed(one.event_id)) for one in state.meters)
    return replace(state, meters=meters), transfers


def test_debts_add_up_and_what_comes_over_repays_them() -> None:
    stays, goes = two()
    found, _ = merged(replace(stays, lots=(), debts=((LEDGER, 30),)), goes)
    (wallet,) = wallet_states(RULES, found.after, TODAY)
    assert (wallet.balance, wallet.debt) == (50, 0)
    found, _ = merged(stays, replace(goes, lots=(), debts=((LEDGER, 30),)))
    (wallet,) = wallet_states(RULES, found.after, TODAY)
    assert (wallet.balance, wallet.debt) == (90, 30)


def test_points_that_were_given_without_days_last_as_those_of_today() -> None:
    stays, goes = two()
    bare = structs.replace(goes.lots[0], last_day=None)
    also = structs.replace(bare, id=b"p" + bare.id[1:])
    planned = plan()
    goes = replace(goes, lots=(bare, also))
    found = merge(RULES, stays, goes, plan=planned, store=STORE, dated_anew={also.id})
    came = [one for one in found.after.lots if one.id != stays.lots[0].id]
    assert {one.last_day for one in came} == {None, date(2027, 11, 25)}
    assert [one.remaining for one in came] == [80, 80]


def test_rights_go_over_with_what_is_left_of_them() -> None:
    stays, goes = two()
    right = Right(
        id=b"r" * 16, kind="pass", of="coffee", owner=OTHER, programme="test", uses=30, used=7
    )
    found, planned = merged(stays, replace(goes, rights=(right,)))
    (mine,) = found.after.rights
    assert (mine.owner, mine.kind, mine.of, mine.left) == (MEMBER_ID, "pass", "coffee", 23)
    assert planned.right(right).state(TODAY) is RightState.CANCELLED
    issued = [one for one in planned.consequences().rights if one.opens is not None]
    assert set(fold_rights(issued)) == {mine.id}


SHARED = rules("[household]", wallet=WALLET.replace("[wallet.", 'of = "household"\n[wallet.'))
FAMILY = b"household-of-one"
OTHERS = b"household-of-two"


def in_household(state: MemberState, household: bytes) -> MemberState:
    """A member of it, as head office has their state: by the right alone."""
    joined = Right(
        id=b"joined-" + household[-9:],
        kind=HOUSEHOLD,
        of="member",
        owner=state.member_id,
        code=household.hex(),
        programme="test",
        # Who goes was the last to join: of two memberships of one member the newer one holds.
        from_day=date(2026, 1, 2 if household == OTHERS else 1),
        uses=UNBOUNDED,
        origin=b"e" * 16,
    )
    return replace(state, rights=(joined,))


@pytest.mark.parametrize(
    ("stays_in", "goes_in", "then"),
    [(FAMILY, None, FAMILY), (FAMILY, OTHERS, FAMILY), (None, OTHERS, OTHERS)],
    ids=["who stays", "both", "who goes"],
)
def test_who_stays_is_in_one_household_and_both_bring_in_what_it_shares(
    stays_in: bytes | None, goes_in: bytes | None, then: bytes
) -> None:
    stays, goes = two()
    if stays_in is not None:
        stays = in_household(stays, stays_in)
    if goes_in is not None:
        goes = in_household(goes, goes_in)
    planned = plan()
    found = merge(SHARED, stays, goes, plan=planned, store=STORE)
    held = household_of(found.after.rights)
    assert held is not None
    assert held.id == then
    brought = [one for one in planned.consequences().transfers if one.credit.owner == then]
    assert sorted(one.amount for one in brought) == [80, 120]


def test_the_better_level_of_the_two_is_kept() -> None:
    stays, goes = two()
    held = member(held=(("gold", "2026-01-01", "2028-06-30"),)).holdings
    found, _ = merged(stays, replace(goes, holdings=held))
    (tier,) = tier_states(RULES, found.after, TODAY)
    assert (tier.level, tier.held_through) == ("gold", date(2028, 6, 30))


def test_merging_again_plans_the_same() -> None:
    assert merged(*two())[1].consequences() == merged(*two())[1].consequences()


def test_case_39_points_expire_for_the_reason_of_erasure_and_sales_stay() -> None:
    club = Club(RULES, joined="2026-01-01")
    club.buys(product("A", "500.00"), on="2026-11-01")
    before = tuple(t for does in club.done.values() for t in does.transfers)
    planned = plan()
    erased = erase(club.state, plan=planned)
    assert erased.expired == ((LEDGER, 500),)
    assert [one.code for one in erased.reasons] == ["ERASURE"]
    does = planned.consequences()
    assert [(t.code, t.amount) for t in does.transfers] == [(TransferCode.EXPIRE, 500)]
    assert does.meters == ()
    folded = fold((*before, *does.transfers))
    assert folded.of(Account(LEDGER, AccountKind.MEMBER, MEMBER_ID)) == 0
    assert folded.of(Account(LEDGER, AccountKind.BREAKAGE)) == 500
    assert folded.of(Account(LEDGER, AccountKind.ISSUED)) == -500


def test_an_erased_member_owes_nothing_and_holds_no_right() -> None:
    right = Right(id=b"r" * 16, kind="voucher", of="x", owner=MEMBER_ID, programme="test")
    pending = structs.replace(lot(40), usable_from=None)
    state = member(pending, debt=30, rights=(right,))
    planned = plan()
    erased = erase(state, plan=planned)
    assert (erased.expired, erased.written_off) == (((LEDGER, 40),), ((LEDGER, 30),))
    after = planned.after(state)
    assert (after.debts, [one.remaining for one in after.lots]) == ((), [0])
    assert after.rights[0].state(TODAY) is RightState.CANCELLED
