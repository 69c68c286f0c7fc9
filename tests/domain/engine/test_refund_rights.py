"""Rights, stamps, stored value, gifts and counts of a sale undone, and works that have a say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.refund_quote import Original, RefundRefusal, Waiver
from posloyalty.domain.ledger.right import Right, RightMove, RightState
from posloyalty.domain.ledger.transfer import (
    TransferCode,
)
from posloyalty.domain.shop.refund import RefundKind
from posloyalty.domain.shop.sale import SaleOffer, Told
from tests.domain.engine.made import MEMBER_ID, basket, product, rules
from tests.fakes.deeds import Work, deeds
from tests.fakes.returns_story import Story, cash, withheld

COFFEE = product("COFFEE", "30.00", tags=("coffee",))
STAMPS = """
[[wallet]]
id = "stamps"
unit = "stamps"
negative = "{negative}"
[[earn]]
id = "stamp"
wallet = "stamps"
on = {{ tag = ["coffee"] }}
per_piece = {{ points = 1 }}
"""
POINTS = """
[[wallet]]
id = "points"
[[earn]]
id = "base"
wallet = "points"
per_spend = { points = 1, money = "1.00" }
"""


def full_card(moment: Moment, awards: Awards) -> None:
    """Ten stamps buy a free coffee by themselves."""
    if moment.trigger is not Trigger.SALE or awards.state is None:
        return
    ledger = moment.programme.ledger("stamps")
    postings = awards.plan.postings(awards.state)
    while sum(lot.remaining for lot in postings.lots if lot.account.ledger == ledger) >= 10:
        awards.buy("stamps", 10, "reward", "free-coffee", rule_id="stamp", name="Free coffee")


def twelve_coffees(text: str, negative: str = "negative") -> tuple[Story, Original, Right]:
    rulebook = rules(text, wallet=STAMPS.format(negative=negative), earn="")
    story = Story(rulebook)
    sold = story.sell(basket((COFFEE, "12"), member=True))
    (right,) = story.state().rights
    assert story.balance("stamps") == 2
    return story, sold, right


def test_case_25_an_unused_reward_is_revoked_and_nine_stamps_stay() -> None:
    with deeds(stamp=full_card) as text:
        story, sold, right = twelve_coffees(text)
        _, found = story.refund(sold, (1, 3))
        assert story.right(right).state(found.day) is RightState.CANCELLED
        assert story.balance("stamps") == 9
        assert [(one.right.id, one.move) for one in found.rights] == [(right.id, RightMove.CANCEL)]


def test_case_25_a_used_reward_leaves_one_stamp_owed() -> None:
    with deeds(stamp=full_card) as text:
        story, sold, right = twelve_coffees(text)
        use(story, right)
        assert story.quote(sold, (1, 3)).waivable == {Waiver.POINTS}
        _, found = story.refund(sold, (1, 3))
        assert (story.balance("stamps"), found.points[0].owed) == (-1, 1)
        assert [one.move for one in found.rights] == [None]


def test_case_25_a_manager_waives_the_stamp_of_a_used_reward() -> None:
    with deeds(stamp=full_card) as text:
        story, sold, right = twelve_coffees(text)
        use(story, right)
        _, found = story.refund(sold, (1, 3), waived=frozenset({Waiver.POINTS}))
        assert (story.balance("stamps"), found.points[0].short) == (0, 1)


def test_case_25_two_stamps_still_there_pay_for_two_coffees_and_the_reward_stays() -> None:
    with deeds(stamp=full_card) as text:
        story, sold, right = twelve_coffees(text)
        sold, found = story.refund(sold, (1, 2))
        assert (story.balance("stamps"), found.rights) == (0, ())
        story.refund(sold, (1, 1))
        assert story.right(right).cancelled == 1
        assert story.balance("stamps") == 9


def test_a_redemption_that_names_no_right_is_taken_for_the_only_one_that_was_issued() -> None:
    def silent(moment: Moment, awards: Awards) -> None:
        if moment.trigger is Trigger.SALE and awards.state is not None:
            awards.plan.postings(awards.state).redeem(moment.programme.ledger("stamps"), 10)
            awards.issue("reward", "free-coffee", rule_id="stamp", name="Free coffee")

    with deeds(stamp=silent) as text:
        story, sold, right = twelve_coffees(text)
        story.refund(sold, (1, 3))
        assert (story.right(right).cancelled, story.balance("stamps")) == (1, 9)


def test_case_37_a_void_reverses_stamps_rewards_referral_and_budget() -> None:
    campaign, friend = b"C" * 16, b"F" * 16

    def gives(moment: Moment, awards: Awards) -> None:
        if moment.trigger is Trigger.SALE:
            awards.credit("points", 50, rule_id="refer", name="Referral")
            awards.count("use/refer/money", 500, owner=campaign)
            awards.count("use/refer/count", 1)
            awards.count("friends", 1, owner=friend)
            awards.issue("voucher", "thanks", rule_id="refer", name="Thank you", held=True)

    with deeds(stamp=full_card, refer=gives) as text:
        story = Story(rules(text, wallet=STAMPS.format(negative="negative") + POINTS, earn=""))
        sold = story.sell(basket((COFFEE, "12"), member=True))
        before = {m.meter for m in story.does[-1].meters}
        assert {"test/use/refer/money", "test/friends", "purchases"} <= before
        assert story.balance("points") == 360 + 50
        _, found = story.refund(sold, kind=RefundKind.VOID)
        assert found.total_minor == sold.sale.payable_minor
        assert (story.balance("stamps"), story.balance("points")) == (0, 0)
        assert all(story.meter(name) == 0 for name in before)
        assert all(right.cancelled == 1 for right in story.state().rights)


def test_a_bonus_goes_back_with_the_money_or_with_the_whole_sale() -> None:
    def bonus(moment: Moment, awards: Awards) -> None:
        if moment.trigger is Trigger.SALE:
            awards.credit("points", 100, rule_id="bonus", name="Bonus")

    goods = (product("P", "60.00"), product("Q", "40.00"))
    for policy, left in (("share", 60 + 60), ("whole", 60 + 100)):
        with deeds(bonus=bonus) as text:
            story = Story(rules(text, f'[returns]\nbonus = "{policy}"'))
            sold = story.sell(basket(*goods, member=True))
            assert story.balance() == 200
            sold, _ = story.refund(sold, (2, 1))
            assert story.balance() == left
            story.refund(sold)
            assert story.balance() == 0


def test_a_work_settles_what_the_default_would_do_otherwise() -> None:
    def challenge(moment: Moment, awards: Awards) -> None:
        """Counts coffees; the bonus for five stays while five stay."""
        if moment.trigger is Trigger.SALE:
            assert moment.sold is not None
            pieces = sum(line.quantity_milli // 1000 for line in moment.sold.lines)
            awards.count("coffees", pieces)
            if awards.counted("coffees") >= 5:
                awards.credit("points", 500, rule_id="challenge", name="Five coffees")
            return
        returned = moment.returned
        assert returned is not None
        pieces = sum(line.quantity_milli // 1000 for line in returned.goods.lines)
        awards.count("coffees", -pieces, day=returned.day, undoes=returned.sale.id)
        bonuses = [one for one in returned.did.transfers if one.code is TransferCode.BONUS]
        if awards.counted("coffees") >= 5:
            awards.leave(*(one.id for one in bonuses))
        else:
            assert sum(awards.take_back(one) for one in bonuses) in (500, 0)
            awards.tell("CHALLENGE_OPEN", left=5 - awards.counted("coffees"))

    with deeds(challenge=challenge) as text:
        story = Story(rules(text))
        sold = story.sell(basket((COFFEE, "7"), member=True))
        assert (story.balance(), story.meter("test/coffees")) == (710, 7)
        sold, found = story.refund(sold, (1, 2))
        assert (story.balance(), story.meter("test/coffees")) == (650, 5)
        assert found.told == ()
        sold, found = story.refund(sold, (1, 1))
        assert (story.balance(), story.meter("test/coffees")) == (120, 4)
        assert found.told == (Told("CHALLENGE_OPEN", (("left", 1),)),)
        story.refund(sold)
        assert (story.balance(), story.meter("test/coffees")) == (0, 0)


def test_a_work_may_refuse_a_return_or_keep_money_back() -> None:
    def fussy(moment: Moment, awards: Awards) -> None:
        returned = moment.returned
        if returned is not None and returned.whole:
            awards.refuse("PLAN_IN_USE", name="Plan")
        if returned is not None:
            awards.withhold("VALUE_USED", 10_000, "delivery")

    with deeds(fussy=fussy) as text:
        story = Story(rules(text))
        sold = story.sell(basket(COFFEE, product("TEA", "20.00"), member=True))
        with pytest.raises(RefundRefusal) as refused:
            story.quote(sold)
        assert (refused.value.reason, refused.value.facts) == ("PLAN_IN_USE", {"name": "Plan"})
        found = story.quote(sold, (1, 1))
        assert (found.total_minor, withheld(found)) == (0, {"VALUE_USED": 3000})


def pass_of(uses: int, tag: str = "pass") -> Work:
    def sells(moment: Moment, awards: Awards) -> None:
        if moment.trigger is Trigger.SALE and moment.sold is not None:
            for line in moment.sold.lines:
                for _ in range(line.quantity_milli // 1000 if tag in line.product.tags else 0):
                    awards.issue(
                        "pass",
                        "coffees",
                        rule_id="pass",
                        name="30 coffees",
                        uses=uses,
                        paid_minor=line.net_minor * 1000 // line.quantity_milli,
                        line=line.number,
                    )

    return sells


PASS = product("PASS", "360.00", tags=("pass",))


def use(story: Story, right: Right, amount: int = 1) -> None:
    plan = story.plan()
    plan.use(right, amount)
    story.book(plan)


def test_p29_a_pass_used_in_part_costs_its_uses_at_the_contract_price() -> None:
    with deeds(sells=pass_of(30)) as text:
        story = Story(rules(text))
        sold = story.sell(basket(PASS, member=True))
        (right,) = story.state().rights
        use(story, right, 7)
        _, found = story.refund(sold)
        assert (found.total_minor, withheld(found)) == (27600, {"VALUE_USED": 8400})
        assert story.right(right).state(found.day) is RightState.CANCELLED


def test_of_several_passes_the_unused_ones_come_back_first() -> None:
    with deeds(sells=pass_of(30)) as text:
        story = Story(rules(text))
        sold = story.sell(basket((PASS, "3"), member=True))
        first = story.state().rights[0]
        use(story, first, 3)
        sold, found = story.refund(sold, (1, 2))
        assert (found.total_minor, found.withheld) == (72000, ())
        assert not story.right(first).cancelled
        _, found = story.refund(sold)
        assert (found.total_minor, withheld(found)) == (32400, {"VALUE_USED": 3600})


@pytest.mark.parametrize("uses", [0, 1])
def test_what_is_used_whole_or_without_bound_does_not_come_back(uses: int) -> None:
    with deeds(sells=pass_of(uses)) as text:
        story = Story(rules(text))
        sold = story.sell(basket(PASS, member=True))
        use(story, story.state().rights[0])
        with pytest.raises(RefundRefusal) as refused:
            story.quote(sold)
        assert refused.value.reason == "RIGHT_USED"


def voucher_sale(
    story: Story, *, last_in: int = 90, cost: tuple[str, int] | None = None
) -> tuple[Original, Right]:
    """A sale of 70.00 and 30.00 that a voucher lowered by 20.00."""
    plan = story.plan()
    last = plan.day + timedelta(days=last_in)
    right = plan.issue(kind="voucher", of="v20", owner=MEMBER_ID, last_day=last)
    story.book(plan)
    goods = (product("P", "70.00"), product("Q", "30.00"))
    sold = story.sell(basket(*goods, member=True))
    plan = story.plan()
    plan.use(right)
    used = plan.consequences().rights
    story.does.append(plan.consequences())
    lines = tuple(
        replace(line, offers=(("v20", off),), net_minor=line.net_minor - off)
        for line, off in zip(sold.sale.lines, (1400, 600), strict=True)
    )
    offer = SaleOffer(
        offer_id="v20",
        name="20 off",
        amount_minor=2000,
        source="voucher" if cost is None else "reward",
        right_id=right.id,
        cost=cost,
    )
    sale = replace(
        sold.sale,
        lines=lines,
        offers=(offer,),
        tenders=(cash(1, 8000),),
        payable_minor=8000,
        offers_minor=2000,
    )
    did = replace(sold.did, rights=used)
    return replace(sold, sale=sale, did=did), right


def test_a_voucher_comes_back_when_all_that_it_lowered_has() -> None:
    story = Story(rules())
    sold, right = voucher_sale(story)
    sold, found = story.refund(sold, (1, 1))
    assert (found.rights, found.offers[0].right_id) == ((), None)
    assert story.right(right).used == 1
    sold, found = story.refund(sold)
    assert [(one.right.id, one.move) for one in found.rights] == [(right.id, RightMove.GIVE_BACK)]
    assert found.offers[0].right_id == right.id
    assert story.right(right).used == 0


def test_a_rewards_cost_goes_back_when_all_that_it_lowered_has() -> None:
    def costs(moment: Moment, awards: Awards) -> None:
        if moment.trigger is Trigger.SALE and awards.state is not None:
            awards.plan.postings(awards.state).redeem(moment.programme.ledger("points"), 300)

    with deeds(costs=costs) as text:
        story = Story(rules(text))
        story.give(400)
        sold, _ = voucher_sale(story, cost=("points", 300))
        before = story.balance()
        sold, found = story.refund(sold, (2, 1))
        assert [(b.restored, b.taken) for b in found.points] == [(0, 30)]
        assert found.offers[0].cost is None
        sold, found = story.refund(sold)
        assert [(b.restored, b.taken) for b in found.points] == [(300, 70)]
        assert found.offers[0].cost == ("points", 300)
        assert story.balance() == before + 300 - 100


def test_what_an_offer_gave_goes_back_with_what_it_lowered() -> None:
    offer = """
[[offer]]
id = "tea"
scope = "line"
on = { tag = ["tea"] }
percent = "10%"
"""

    def counts(moment: Moment, awards: Awards) -> None:
        if moment.trigger is Trigger.SALE and moment.sold is not None:
            for offer_id, amount in moment.sold.offers:
                awards.count(f"use/{offer_id}/money", amount)
                awards.count(f"use/{offer_id}/count", 1)

    with deeds(counts=counts) as text:
        story = Story(rules(offer, text))
        tea = product("TEA", "20.00", tags=("tea",))
        sold = story.sell(basket((tea, "2"), COFFEE, member=True))
        assert (story.meter("test/use/tea/money"), story.meter("test/use/tea/count")) == (400, 1)
        sold, _ = story.refund(sold, (2, 1))  # the coffee, which it did not lower
        assert (story.meter("test/use/tea/money"), story.meter("test/use/tea/count")) == (400, 1)
        sold, _ = story.refund(sold, (1, 1))
        assert (story.meter("test/use/tea/money"), story.meter("test/use/tea/count")) == (200, 1)
        story.refund(sold)
        assert (story.meter("test/use/tea/money"), story.meter("test/use/tea/count")) == (0, 0)


def test_a_work_sees_what_the_sale_issued_and_what_is_left_of_its_counts() -> None:
    seen: list[tuple[int, int, int]] = []

    def looks(moment: Moment, awards: Awards) -> None:
        returned = moment.returned
        if returned is None:
            awards.count("coffees", 3)
            awards.issue("voucher", "thanks", rule_id="thanks", name="Thank you")
            return
        meter = moment.programme.meter("coffees")
        seen.append((len(returned.issued), returned.counted(meter), len(returned.kept.lines)))
        awards.count("coffees", -1, day=returned.day, undoes=returned.sale.id)

    with deeds(looks=looks) as text:
        story = Story(rules(text))
        sold = story.sell(basket((COFFEE, "3"), member=True))
        for _ in range(3):
            sold, _ = story.refund(sold, (1, 1))
    assert seen == [(1, 3, 1), (1, 2, 1), (1, 1, 0)]


@pytest.mark.parametrize(("policy", "good"), [("", False), ("[returns]\ngrace_days = 30", True)])
def test_a_voucher_that_ran_out_meanwhile_is_strict_or_has_a_grace(policy: str, good: bool) -> None:
    story = Story(rules(policy))
    sold, right = voucher_sale(story, last_in=5)
    story.pass_days(10)
    _, found = story.refund(sold)
    assert story.right(right).good_on(found.at.date()) is good


def test_a_voucher_used_while_frozen_offers_lowered_nothing_comes_back_with_the_sale() -> None:
    story = Story(rules())
    sold, right = voucher_sale(story)
    sold = replace(sold, sale=replace(sold.sale, offers=()))
    sold, found = story.refund(sold, (1, 1))
    assert found.rights == ()
    story.refund(sold)
    assert story.right(right).used == 0


def test_p19_what_another_member_was_given_goes_with_the_whole_sale() -> None:
    referrer = b"referrer-member."

    def refers(moment: Moment, awards: Awards) -> None:
        if moment.trigger is Trigger.SALE:
            awards.credit("points", 20, rule_id="refer", name="Thanks", member_id=referrer)
            for owner in (MEMBER_ID, referrer):
                awards.issue(
                    "voucher", "twenty", rule_id="refer", name="20 off", owner=owner, held=True
                )

    with deeds(refers=refers) as text:
        story = Story(rules(text))
        sold = story.sell(basket(product("P", "60.00"), product("Q", "40.00"), member=True))
        sold, found = story.refund(sold, (1, 1))
        assert (found.rights, {t.debit.owner for t in found.does.transfers}) == ((), {MEMBER_ID})
        _, found = story.refund(sold)
        (taken,) = [t for t in found.does.transfers if t.debit.owner == referrer]
        assert (taken.code, taken.amount) == (TransferCode.REVERSE_EARN, 20)
        # The friend returned within the days of waiting: neither has the voucher.
        assert [(one.right.owner, one.move) for one in found.rights] == [
            (referrer, RightMove.CANCEL),
            (MEMBER_ID, RightMove.CANCEL),
        ]


@pytest.mark.parametrize("offer_id", ["deal", "points"])
def test_what_a_campaign_earned_goes_back_with_its_goods_whatever_an_offer_is_called(
    offer_id: str,
) -> None:
    story = Story(
        rules(
            f"""
[[wallet]]
id = "points"
[[campaign]]
id = "spring"
name = "Spring"
status = "approved"
budget = {{ points = 1000 }}
[[earn]]
id = "fresh"
wallet = "points"
campaign = "spring"
per_spend = {{ points = 1, money = "1.00" }}
[[offer]]
id = "{offer_id}"
scope = "line"
percent = "10%"
on = {{ tag = ["tea"] }}
""",
            wallet="",
            earn="",
        )
    )
    tea = product("TEA", "10.00", tags=("tea",))
    sold = story.sell(basket((COFFEE, "1"), (tea, "1"), member=True))
    earned = "test/use/earn:points/points"
    assert sum(one.amount for one in story.does[-1].meters if one.meter == earned) == 39
    story.refund(sold, (2, 1))
    back = [one.amount for one in story.does[-1].meters if one.meter == earned]
    assert back == [-9]
