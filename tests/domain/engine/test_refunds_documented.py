"""docs/programmes/returns.md: its examples give the very figures that it says they do."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.refund_quote import Original
from posloyalty.domain.programme.kinds.returns import DEFAULT, returns_of
from tests.domain.engine.made import HEAD, MEMBER_ID, basket, product, programme
from tests.fakes.deeds import deeds
from tests.fakes.returns_story import Story, card, cash, withheld

PAGE = (Path(__file__).parents[3] / "docs" / "programmes" / "returns.md").read_text("utf-8")
EARN = """
[[wallet]]
id = "points"
[[earn]]
id = "base"
per_spend = { points = 1, money = "1.00" }
"""


def example(heading: str) -> str:
    """The first programme text under a heading of the page."""
    section = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    (text, *_) = re.findall(r"```toml\n(.*?)```", section, re.DOTALL)
    return str(text)


def said(heading: str) -> str:
    """What the page says under a heading, without its examples."""
    section = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.sub(r"```toml\n.*?```", "", section, flags=re.DOTALL)


def story(text: str) -> Story:
    whole = text if "[[wallet]]" in text else EARN + text
    return Story(programme(HEAD.format(currency="CNY") + whole))


def six(text: str) -> tuple[Story, Original]:
    told = story(text.replace('money = "1.00"\n', 'money = "1.00"\nredeem_needs = "any"\n', 1))
    told.give(500)
    told.pass_days(360)
    goods = (product("X", "60.00"), product("Y", "40.00"))
    return told, told.sell(basket(*goods, member=True, redeem=500))


@pytest.mark.parametrize(("days", "balance"), [(1, 257), (10, 257)])
def test_money_and_points(days: int, balance: int) -> None:
    told, sold = six(example("Money and points"))
    told.pass_days(days)
    _, found = told.refund(sold, (2, 1))
    assert (found.total_minor, told.balance()) == (3800, balance)
    assert {"38.00", "200", "257", "57"} <= set(re.findall(r"[\d.]+\d", said("Money and points")))


def test_money_and_points_without_a_grace() -> None:
    told, sold = six(example("Money and points").replace("grace_days = 30", "grace_days = 0"))
    told.pass_days(10)
    told.refund(sold, (2, 1))
    assert told.balance() == 57


@pytest.mark.parametrize(
    ("policy", "balance", "money"),
    [("within_balance", 0, 9500), ("negative", -90, 9500), ("offset", 0, 9410)],
)
def test_points_that_are_already_spent(policy: str, balance: int, money: int) -> None:
    text = example("Points that are already spent").replace('"offset"', f'"{policy}"')
    told = story(text)
    sold = told.sell(basket(product("Z", "95.00"), member=True))
    told.spend(90)
    _, found = told.refund(sold)
    assert (told.balance(), found.total_minor) == (balance, money)
    assert f"`{policy}` leaves {balance}".replace("-", "−") in said("Points that are already spent")


@pytest.mark.parametrize(
    ("policy", "first", "rest"), [("keep", 4167, 5833), ("reprice", 3000, 7000)]
)
def test_offers_that_the_rest_no_longer_meets(policy: str, first: int, rest: int) -> None:
    text = example("Offers that the rest no longer meets").replace("reprice", policy)
    told = story(text)
    sold = told.sell(basket(product("A", "70.00"), product("B", "50.00")))
    assert sold.sale.payable_minor == 10_000
    sold, found = told.refund(sold, (2, 1))
    assert found.total_minor == first
    assert f"{first // 100}.{first % 100:02}" in said("Offers that the rest no longer meets")
    _, found = told.refund(sold)
    assert found.total_minor == rest
    assert withheld(found) == ({"THRESHOLD_MISSED": -1167} if policy == "reprice" else {})


@pytest.mark.parametrize(
    ("order", "shares"), [("proportional", {1: 2500, 2: 1500}), ("stored_first", {1: 4000})]
)
def test_which_tender_gets_its_money_back(order: str, shares: dict[int, int]) -> None:
    def pays(moment: Moment, awards: Awards) -> None:
        if moment.trigger is Trigger.SALE and awards.state is not None:
            awards.plan.postings(awards.state).redeem(moment.programme.ledger("purse"), 5000)

    purse = '[[wallet]]\nid = "purse"\nunit = "money"\nscale = 2\n'
    with deeds(pays=pays) as deed:
        rules = example("Which tender gets its money back").replace("stored_first", order)
        told = story("\n".join((purse, rules, deed)))
        told.give(5000, "purse")
        goods = (product("P", "40.00"), product("Q", "40.00"))
        tenders = (card(1, 5000, MEMBER_ID), cash(2, 3000))
        sold = told.sell(basket(*goods, member=True), tenders=tenders)
        sold, found = told.refund(sold, (1, 1))
        assert {t.number: t.amount_minor for t in found.tenders} == shares
        sold, _ = told.refund(sold)
        assert told.balance("purse") == 5000
    for amount in ("25.00", "15.00", "40.00", "50.00", "30.00"):
        assert amount in said("Which tender gets its money back")


def test_the_page_begins_with_every_field_at_its_default() -> None:
    (text, *_) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    read = returns_of(programme(HEAD.format(currency="CNY") + EARN + text))
    assert read == replace(DEFAULT, floor_minor=20_000)
    assert all(f"{one.name.removesuffix('_minor')} = " in text for one in fields(read)[1:])
