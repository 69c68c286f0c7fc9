"""Stored value of a sale undone: cards and wallets that paid, and those that were sold."""

from __future__ import annotations

import pytest

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.refund_quote import RefundRefusal
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    LotUse,
    Transfer,
    TransferCode,
)
from tests.domain.engine.made import MEMBER_ID, basket, product, rules
from tests.fakes.deeds import Work, deeds
from tests.fakes.returns_story import Story, card, cash, withheld

COFFEE = product("COFFEE", "30.00", tags=("coffee",))
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


def test_stored_value_that_the_sale_did_not_move_is_not_given_back_in_money() -> None:
    story = Story(rules())
    sold = story.sell(basket(COFFEE), tenders=(card(1, 3000, b"G" * 16),))
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
