"""Rights, stamps, stored value, gifts and counts of a sale undone, and works that have a say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.refund_quote import Original, RefundRefusal, Waiver
from posloyalty.domain.ledger.right import Right, RightMove, RightState
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.domain.shop.refund import RefundKind
from posloyalty.domain.shop.sale import OfferSource, SaleOffer, Told
from tests.domain.engine.made import MEMBER_ID, basket, product, rules
from tests.fakes.deeds import Work, deeds
from tests.fakes.returns_story import Story, card, cash, withheld

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
MONEY = """
[[wallet]]
id = "purse"
unit = "money"
scale = 2
"""
CARD = product("CARD", "100.00", gift_card=True, earns=False)


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
    for policy, after in (("share", 36 + 60 - 36), ("whole", 160 - 0)):
        with deeds(bonus=bonus) as text:
            story = Story(rules(text, f'[returns]\nbonus = "{policy}"'))
            sold = story.sell(basket(*goods, member=True))
            assert story.balance() == 200
            sold, _ = story.refund(sold, (2, 1))
            assert story.balance() == (120 if policy == "share" else 160), after
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
        source=OfferSource.VOUCHER if cost is None else OfferSource.REWARD,
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


def buys_purse(bonus: int = 0) -> Work:
    """A card line fills the member's purse, with a bonus in a lot of its own."""

    def fills(moment: Moment, awards: Awards) -> None:
        if moment.trigger is not Trigger.SALE or moment.sold is None or awards.state is None:
            return
        for line in moment.sold.lines:
            if line.product.gift_card:
                postings = awards.plan.postings(awards.state)
                ledger = moment.programme.ledger("purse")
                postings.earn(ledger, line.net_minor, usable_from=moment.day, last_day=None)
                if bonus:
                    awards.credit("purse", bonus, rule_id="top-up", name="Bonus")

    return fills


def purse(text: str, policy: str = "") -> Story:
    return Story(rules(text, policy, wallet=POINTS + MONEY, earn=""))


def spend_fifty_and_ten(story: Story) -> None:
    """60.00 of the purse is spent proportionally: 50.00 principal, 10.00 bonus."""
    plan = story.plan()
    postings = plan.postings(story.state())
    principal, bonus = sorted(postings.lots, key=lambda lot: -lot.original)[:2]
    ledger = story.ledger("purse")
    transfer = Transfer(
        id=b"proportional....",
        code=TransferCode.REDEEM,
        debit=story.account("purse"),
        credit=Account(ledger, AccountKind.REDEEMED),
        amount=6000,
        event_id=plan.event_id,
        uses=(LotUse(principal.id, 5000), LotUse(bonus.id, 1000)),
    )
    story.does.append(Consequences(transfers=(transfer,)))


def test_case_50_a_top_up_used_in_part_gives_back_its_principal_and_voids_the_bonus() -> None:
    with deeds(fills=buys_purse(bonus=2000)) as text:
        story = purse(text, '[returns]\nused_value = "remaining"')
        sold = story.sell(basket(CARD, member=True))
        assert story.balance("purse") == 12000
        spend_fifty_and_ten(story)
        _, found = story.refund(sold)
        assert (found.total_minor, withheld(found)) == (5000, {"VALUE_USED": 5000})
        assert story.balance("purse") == 0


def test_case_21_a_card_used_in_part_is_not_returned_by_default() -> None:
    with deeds(fills=buys_purse()) as text:
        story = purse(text)
        sold = story.sell(basket(CARD, COFFEE, member=True))
        story.spend(1, "purse")
        with pytest.raises(RefundRefusal) as refused:
            story.quote(sold, (1, 1))
        assert refused.value.reason == "VALUE_USED"
        assert refused.value.facts == {"name": "CARD", "left_minor": 9999}
        assert story.quote(sold, (2, 1)).total_minor == 3000


def test_an_unused_card_is_emptied_and_its_money_goes_back() -> None:
    with deeds(fills=buys_purse(bonus=2000)) as text:
        story = purse(text)
        sold = story.sell(basket(CARD, member=True))
        _, found = story.refund(sold)
        assert (found.total_minor, found.withheld) == (10000, ())
        assert story.balance("purse") == 0


def test_a_card_of_which_nothing_is_known_gives_no_money_back() -> None:
    story = purse("")
    sold = story.sell(basket(CARD, member=True))
    with pytest.raises(RefundRefusal) as refused:
        story.quote(sold)
    assert refused.value.reason == "VALUE_UNKNOWN"


def test_p10_principal_and_bonus_each_get_their_share_back() -> None:
    def pays(moment: Moment, awards: Awards) -> None:
        if moment.trigger is Trigger.SALE and awards.state is not None:
            for amount in (5000, 1000):
                postings = awards.plan.postings(awards.state)
                postings.redeem(moment.programme.ledger("purse"), amount)

    with deeds(pays=pays) as text:
        story = purse(text)
        story.give(5000, "purse")
        story.give(1000, "purse")
        goods = (product("P", "30.00"), product("Q", "30.00"))
        tenders = (card(1, 6000, MEMBER_ID),)
        sold = story.sell(basket(*goods, member=True), tenders=tenders)
        sold, found = story.refund(sold, (1, 1))
        back = [t.amount for t in found.does.transfers if t.code is TransferCode.RESTORE]
        assert back == [2500, 500]
        story.refund(sold)
        assert story.balance("purse") == 6000


def test_p10_stored_value_goes_back_to_its_account_and_to_the_very_lots() -> None:
    def pays(moment: Moment, awards: Awards) -> None:
        if moment.trigger is Trigger.SALE and awards.state is not None:
            awards.plan.postings(awards.state).redeem(moment.programme.ledger("purse"), 5000)

    with deeds(pays=pays) as text:
        story = purse(text)
        story.give(3000, "purse")
        story.give(2000, "purse")
        goods = (product("P", "40.00"), product("Q", "40.00"))
        tenders = (card(1, 5000, MEMBER_ID), cash(2, 3000))
        sold = story.sell(basket(*goods, member=True), tenders=tenders)
        assert story.balance("purse") == 0
        sold, found = story.refund(sold, (1, 1))
        assert {t.number: t.amount_minor for t in found.tenders} == {1: 2500, 2: 1500}
        assert found.tenders[0].account_id == MEMBER_ID
        assert story.balance("purse") == 2500
        story.refund(sold)
        assert story.balance("purse") == 5000
        assert all(
            lot.remaining == lot.original
            for lot in story.state().lots
            if lot.account == story.account("purse")
        )


MUG = product("MUG", "25.00")
GIFT = """
[[offer]]
id = "mug"
scope = "order"
on = { product = ["MUG"] }
when = { min_spend = "200.00", contains = { product = ["MUG"] } }
percent = "100%"
"""
TERMS = Told("GIFT_TERMS", (("offer", "mug"), ("line", 3), ("price_minor", 1800)))
DEAR, CHEAP = product("DEAR", "150.00"), product("CHEAP", "60.00")


def with_mug(*told: Told, policy: str = "") -> tuple[Story, Original]:
    story = Story(rules(GIFT, policy))
    sold = story.sell(basket(DEAR, CHEAP, MUG), told=told)
    assert sold.sale.payable_minor == 21000
    return story, sold


def test_p9_a_gift_that_stays_costs_the_price_that_the_receipt_stated() -> None:
    story, sold = with_mug(TERMS)
    sold, found = story.refund(sold, (2, 1))
    assert (found.total_minor, withheld(found)) == (4200, {"GIFT_KEPT": 1800})
    assert found.withheld[0].what == "MUG"
    assert found.waivable == {Waiver.GIFT}
    sold, found = story.refund(sold, (3, 1))  # the mug comes back later
    assert (found.total_minor, withheld(found)) == (1800, {"GIFT_KEPT": -1800})


def test_p9_a_gift_that_comes_back_too_costs_nothing() -> None:
    story, sold = with_mug(TERMS)
    found = story.quote(sold, (2, 1), (3, 1))
    assert (found.total_minor, found.withheld) == (6000, ())


def test_p9_a_gift_that_is_earned_still_costs_nothing() -> None:
    story = Story(rules(GIFT))
    sold = story.sell(basket(DEAR, CHEAP, MUG, product("MORE", "50.00")), told=(TERMS,))
    assert story.quote(sold, (2, 1)).withheld == ()


@pytest.mark.parametrize(
    ("told", "wish", "policy"),
    [
        ((), {}, ""),  # nothing was stated beforehand
        ((TERMS,), {"faulty": True}, ""),
        ((TERMS,), {"waived": frozenset({Waiver.GIFT})}, ""),
        ((TERMS,), {}, '[returns]\ngift = "keep"'),
    ],
)
def test_p9_a_gift_is_not_charged(told: tuple[Told, ...], wish: dict, policy: str) -> None:
    story, sold = with_mug(*told, policy=policy)
    assert story.quote(sold, (2, 1), **wish).total_minor == 6000


def test_p19_what_another_member_was_given_goes_with_the_whole_sale() -> None:
    referrer = b"referrer-member."

    def refers(moment: Moment, awards: Awards) -> None:
        if moment.trigger is Trigger.SALE:
            awards.credit("points", 20, rule_id="refer", name="Thanks", member_id=referrer)

    with deeds(refers=refers) as text:
        story = Story(rules(text))
        sold = story.sell(basket(product("P", "60.00"), product("Q", "40.00"), member=True))
        sold, found = story.refund(sold, (1, 1))
        assert all(t.debit.owner != referrer for t in found.does.transfers)
        _, found = story.refund(sold)
        (taken,) = [t for t in found.does.transfers if t.debit.owner == referrer]
        assert (taken.code, taken.amount) == (TransferCode.REVERSE_EARN, 20)
