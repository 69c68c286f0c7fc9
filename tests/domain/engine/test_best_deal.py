"""The search for the best deal, against trying every set of offers."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.engine import best_deal
from posloyalty.domain.engine.best_deal import BestDeal, Deal
from posloyalty.domain.engine.context import Context, freeze
from posloyalty.domain.engine.discount import Candidate, candidate, line_discounts
from posloyalty.domain.programme.offer import Scope
from posloyalty.domain.shop.tax import tax_lines
from tests.domain.engine.made import NOON, STORE, TAX, basket, product, rules

TAGS = ("x", "y", "z")
CENTS = st.integers(1, 3000)


@st.composite
def offers(draw: st.DrawFn, number: int) -> str:
    """One offer out of every kind, scope, base, cap and group, with or without a minimum."""
    scope = draw(st.sampled_from(["line", "order"]))
    kinds = ["percent", "amount", *(["fixed_price"] if scope == "line" else [])]
    kind = draw(st.sampled_from(kinds))
    value = f'"{draw(st.integers(1, 100))}%"' if kind == "percent" else money(draw(CENTS))
    text = f'[[offer]]\nid = "o{number}"\nscope = "{scope}"\n{kind} = {value}\n'
    if draw(st.booleans()):
        text += f'on = {{ tag = ["{draw(st.sampled_from(TAGS))}"] }}\n'
    if draw(st.booleans()):
        text += f"when = {{ min_spend = {money(draw(CENTS) * 2)} }}\n"
    elif draw(st.integers(0, 5)) == 0:
        text += f"when = {{ not = {{ min_spend = {money(draw(CENTS))} }} }}\n"
    if draw(st.booleans()):
        text += f"most = {money(draw(CENTS))}\n"
    text += f'base = "{draw(st.sampled_from(["sequential", "initial"]))}"\n'
    text += f"priority = {draw(st.integers(0, 2))}\n"
    text += f"exclusive = {draw(st.sampled_from(['false', 'false', 'true']))}\n"
    group = draw(st.sampled_from(["", "", "g", "h"]))
    return text + (f'group = "{group}"\n' if group else "")


def money(cents: int) -> str:
    return f'"{cents // 100}.{cents % 100:02d}"'


@st.composite
def cases(draw: st.DrawFn) -> Context:
    """A programme of up to six offers and a basket of up to five lines, frozen."""
    count = draw(st.integers(1, 6))
    made = rules(*[draw(offers(number)) for number in range(count)])
    taxes = draw(st.sampled_from([("std13",), ("added10",), ("added10", "added20", "std13")]))
    goods = [
        product(
            f"P{place}",
            money(draw(st.integers(0, 2000))).strip('"'),
            tax=draw(st.sampled_from(taxes)),
            tags=tuple(draw(st.sets(st.sampled_from(TAGS)))),
            discountable=draw(st.integers(0, 4)) > 0,
        )
        for place in range(draw(st.integers(1, 5)))
    ]
    return freeze(made, basket(*goods), None, NOON, STORE)


def candidates(context: Context) -> list[Candidate]:
    found = [candidate(offer, context.goods) for offer in context.programme.offers]
    return [one for one in found if one is not None]


def price(context: Context, amounts: tuple[int, ...]) -> int:
    tax_codes = [line.product.tax_class for line in context.goods.lines]
    taxes = tax_lines(amounts, tax_codes, context.goods.keys, TAX)
    return sum(amounts) + sum(part.added_minor for part in taxes.classes)


def tried(context: Context, chosen: tuple[Candidate, ...]) -> int | None:
    """The payable of a set, or None when the set is not legal or holds an offer without effect."""
    groups = [one.offer.group for one in chosen if one.offer.group]
    alone = any(one.offer.exclusive for one in chosen)
    if (alone and len(chosen) > 1) or len(groups) != len(set(groups)):
        return None
    amounts = context.goods.gross
    gross = measured = context.goods.measured_gross
    for stage in (Scope.LINE, Scope.ORDER):
        start = amounts
        if stage is Scope.ORDER:
            measured = gross - (sum(context.goods.gross) - sum(amounts))
        for one in sorted(chosen, key=lambda found: found.order):
            if one.offer.scope is not stage:
                continue
            shares = line_discounts(one, amounts, start)
            if one.offer.when.failures(context.facts, measured) or not any(shares):
                return None
            taken = dict(zip(one.targets, shares, strict=True))
            amounts = tuple(left - taken.get(place, 0) for place, left in enumerate(amounts))
    return price(context, amounts)


def least(context: Context, every: list[Candidate]) -> int:
    prices = [price(context, context.goods.gross)]
    for size in range(1, len(every) + 1):
        for chosen in combinations(every, size):
            found = tried(context, chosen)
            if found is not None:
                prices.append(found)
    return min(prices)


def search(context: Context, every: list[Candidate]) -> Deal:
    return BestDeal(context, every, tax_classes=TAX, earned=lambda _deal: 0, budget={}).find()


@given(cases())
def test_the_search_finds_what_trying_every_set_finds(context: Context) -> None:
    every = candidates(context)
    deal = search(context, every)
    assert deal.complete
    assert price(context, deal.amounts) == least(context, every)


@given(cases(), st.randoms())
def test_the_order_of_the_offers_in_the_file_decides_nothing(
    context: Context, random: Random
) -> None:
    every = candidates(context)
    shuffled = list(every)
    random.shuffle(shuffled)
    assert search(context, shuffled) == search(context, every)


@given(cases())
def test_no_line_goes_below_zero_and_shares_add_up(context: Context) -> None:
    deal = search(context, candidates(context))
    assert min(deal.amounts, default=0) >= 0
    off = sum(sum(shares) for _, shares in deal.taken)
    assert sum(context.goods.gross) - sum(deal.amounts) == off


def test_a_bounded_search_says_that_it_was_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    context = freeze(
        rules(
            *(
                f'[[offer]]\nid = "o{n}"\nscope = "line"\nfixed_price = "{n + 1}.00"\n'
                for n in range(8)
            )
        ),
        basket(product("A", "50.00"), product("B", "60.00")),
        None,
        NOON,
        STORE,
    )
    every = candidates(context)
    assert search(context, every).complete
    monkeypatch.setattr(best_deal, "NODES_MAX", 3)
    cut = search(context, every)
    assert not cut.complete
    assert sum(cut.amounts) <= sum(context.goods.gross)


@pytest.mark.parametrize("scope", ["line", "order"])
def test_ten_offers_that_go_together_are_settled_in_few_steps(
    monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    offers_of = [
        f'[[offer]]\nid = "o{n}"\nscope = "{scope}"\npercent = "{3 + n}%"\n' for n in range(10)
    ]
    context = freeze(
        rules(*offers_of),
        basket(*(product(f"P{n}", f"{n + 1}.99") for n in range(30))),
        None,
        NOON,
        STORE,
    )
    monkeypatch.setattr(best_deal, "NODES_MAX", 60)
    deal = search(context, candidates(context))
    assert deal.complete
    assert len(deal.taken) == 10
