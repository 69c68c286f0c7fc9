"""The search for the best deal, against every legal deal, priced piece by piece (`naive`)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posloyalty.domain.engine import deal_table
from posloyalty.domain.engine.best_deal import BestDeal
from posloyalty.domain.engine.candidates import Candidate
from posloyalty.domain.engine.context import Context, freeze
from posloyalty.domain.engine.discount import first_pile
from posloyalty.domain.engine.offer_reasons import Judge
from posloyalty.domain.engine.owned import Owned
from posloyalty.domain.engine.taken import Deal
from posloyalty.domain.engine.uses import Uses
from posloyalty.domain.programme.definition import OffersWin
from posloyalty.domain.shop.basket import Basket, Chosen
from posloyalty.domain.shop.sale import OfferSource
from tests.domain.engine.made import NOON, SALE_ID, STORE, TAX, basket, product, quote, rules
from tests.domain.engine.naive_deals import Thing, by_priority, every_deal, every_price, public

TAGS = ("x", "y", "z")
CENTS = st.integers(1, 3000)


def money(cents: int) -> str:
    return f'"{cents // 100}.{cents % 100:02d}"'


@st.composite
def reductions(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["", "percent", "amount", "price"]))
    if kind == "percent":
        return f', percent = "{draw(st.integers(1, 100))}%"'
    return f", {kind} = {money(draw(CENTS))}" if kind else ""


def on(tag: str) -> str:
    return f'{{ tag = ["{tag}"] }}'


@st.composite
def bundled(draw: st.DrawFn) -> str:
    """An effect on pieces."""
    tag = st.sampled_from(TAGS)
    most = f", most = {draw(st.integers(1, 2))}" if draw(st.integers(0, 3)) == 0 else ""
    take = draw(st.sampled_from(["cheapest", "dearest"]))
    kind = draw(st.sampled_from(["buy_get", "cheapest_free", "bundle", "pieces"]))
    less = draw(reductions())
    if kind == "buy_get":
        own = f", buy_on = {on(draw(tag))}" if draw(st.booleans()) else ""
        got = f", get_on = {on(draw(tag))}" if draw(st.booleans()) else ""
        buy, get = draw(st.integers(1, 2)), draw(st.integers(1, 2))
        return f'buy_get = {{ buy = {buy}, get = {get}, take = "{take}"{own}{got}{less}{most} }}\n'
    if kind == "cheapest_free":
        of = draw(st.integers(2, 3))
        source = draw(st.sampled_from(["groups", "basket"]))
        return f'cheapest_free = {{ of = {of}, from = "{source}"{less}{most} }}\n'
    if kind == "bundle":
        tags = draw(st.lists(tag, min_size=1, max_size=3))
        slots = ", ".join(f"{{ on = {on(t)}, count = {draw(st.integers(1, 2))} }}" for t in tags)
        group = draw(st.sampled_from(["price", "amount", "percent"]))
        value = f'"{draw(st.integers(1, 100))}%"' if group == "percent" else money(draw(CENTS))
        return f"bundle = {{ {group} = {value}, slot = [{slots}]{most} }}\n"
    value = draw(st.sampled_from(['percent = "100%"', 'amount = "2.00"', 'fixed_price = "5.00"']))
    return f'{value}\npieces = {draw(st.integers(1, 3))}\ntake = "{take}"\n'


@st.composite
def plain(draw: st.DrawFn, scope: str) -> str:
    """An effect on lines or on the order."""
    bands = ["bands"] if scope == "order" else ["fixed_price"]
    kind = draw(st.sampled_from(["percent", "amount", *bands]))
    if kind == "bands":
        steps = [(500, 5), (draw(st.integers(501, 6000)), draw(st.integers(6, 40)))]
        text = ", ".join(f'{{ from = {money(f)}, percent = "{p}%" }}' for f, p in steps)
        return f"bands = {{ step = [{text}] }}\n"
    return (
        f'{kind} = "{draw(st.integers(1, 100))}%"\n'
        if kind == "percent"
        else (f"{kind} = {money(draw(CENTS))}\n")
    )


@st.composite
def limits(draw: st.DrawFn) -> str:
    """How often, or for how much, in one sale."""
    kind = draw(st.sampled_from(["most = 1", "most = 2", f"most_money = {money(draw(CENTS))}"]))
    mode = draw(st.sampled_from(["trim", "reject"]))
    return f'{{ {kind}, per = "sale", mode = "{mode}" }}'


@st.composite
def offers(draw: st.DrawFn, number: int, *, hard: bool, gifts: bool = False) -> str:
    """One offer out of every kind, with or without bounds and company."""
    scopes = ["bundle", "bundle", "line", "order"] if hard else ["line", "order"]
    scope = draw(st.sampled_from([*scopes, *(["gift"] if gifts else [])]))
    if scope == "gift":
        count = draw(st.integers(1, 2))
        tag = draw(st.sampled_from(TAGS))
        effect = f"gift = {{ on = {on(tag)}, count = {count} }}\n"
    else:
        effect = draw(bundled() if scope == "bundle" else plain(scope))
        effect = f'scope = "{scope}"\n{effect}'
    text = f'[[offer]]\nid = "o{number}"\n{effect}'
    if gifts and draw(st.integers(0, 2)) == 0:
        text += f"limit = [{', '.join(draw(st.lists(limits(), min_size=1, max_size=2)))}]\n"
    if draw(st.integers(0, 2)) and scope != "gift":
        text += f"on = {on(draw(st.sampled_from(TAGS)))}\n"
    if draw(st.integers(0, 3)) == 0:
        text += f"when = {{ min_spend = {money(draw(CENTS) * 2)} }}\n"
    elif draw(st.integers(0, 7)) == 0:
        text += f"when = {{ not = {{ min_spend = {money(draw(CENTS))} }} }}\n"
    if draw(st.integers(0, 3)) == 0:
        text += f"most = {money(draw(CENTS))}\n"
    text += f'base = "{draw(st.sampled_from(["sequential", "sequential", "initial"]))}"\n'
    text += f"priority = {draw(st.integers(0, 2))}\n"
    text += f"exclusive = {draw(st.sampled_from(['false'] * 7 + ['true']))}\n"
    group = draw(st.sampled_from(["", "", "", "g", "h"]))
    kind = draw(st.sampled_from(["", "", "k"]))
    text += f'group = "{group}"\n' if group else ""
    if kind:
        text += f'class = "k"\nalone_in_class = {draw(st.sampled_from(["false", "true"]))}\n'
    if draw(st.integers(0, 7)) == 0:
        text += f'combines_with = ["o{draw(st.integers(0, 3))}", "g"]\n'
    return text


@st.composite
def policies(draw: st.DrawFn) -> str:
    """How a programme answers what peers answer each in their own way."""
    measured = draw(st.sampled_from(["net_of_line", "gross", "net_of_all"]))
    first = draw(st.sampled_from(["line", "line", "order"]))
    most = draw(st.sampled_from([0, 0, 1, 2]))
    return f'[policies]\nminimum_on = "{measured}"\nfirst = "{first}"\noffers_most = {most}\n'


@st.composite
def cases(draw: st.DrawFn, *, hard: bool = True, wide: bool = False) -> Context:
    """A programme of up to five offers and a basket of up to five lines, frozen; `wide` with gifts,
    limits and every policy.
    """
    count = draw(st.integers(1, 4 if wide else 5))
    told = [draw(policies())] if wide else []
    made = rules(*told, *[draw(offers(n, hard=hard, gifts=wide)) for n in range(count)])
    goods = [
        (
            product(
                f"P{place}",
                money(draw(st.one_of(st.integers(100, 2000), st.integers(0, 9)))).strip('"'),
                tags=tuple(draw(st.sets(st.sampled_from(TAGS), min_size=1))),
                discountable=draw(st.integers(0, 9)) > 0,
            ),
            str(draw(st.integers(1, 3))),
        )
        for place in range(draw(st.integers(1, 5)))
    ]
    return freeze(made, basket(*goods), None, NOON, STORE)


EMPTY = Basket(sale_id=SALE_ID, currency=basket().currency)


def candidates(context: Context) -> list[Candidate]:
    judge = Judge(context, first_pile(context.goods, pieces=True), EMPTY)
    found = [judge(offer).found for offer in context.programme.offers]
    return [one for one in found if one is not None]


def search(context: Context, every: list[Candidate], points: int = 0) -> Deal:
    return BestDeal(
        context,
        every,
        tax_classes=TAX,
        earned=lambda _deal: 0,
        budget={"points": points},
        uniform=True,
    ).find()


@dataclass(frozen=True)
class Owning:
    """A basket, what the customer may use in it besides, and the points for that."""

    context: Context
    things: tuple[Thing, ...]
    points: int

    def candidates(self) -> list[Candidate]:
        """Public and owned."""
        judge = Judge(self.context, first_pile(self.context.goods, pieces=True), EMPTY)
        found = [judge(one.offer, owned(one), one.name).found for one in self.things]
        return [*candidates(self.context), *(one for one in found if one is not None)]

    def every(self) -> list[Thing]:
        """The same for the brute force."""
        return [*public(self.context), *self.things]


def owned(one: Thing) -> Owned:
    """A reward that costs points, or a voucher."""
    source = OfferSource.REWARD if one.cost else OfferSource.VOUCHER
    cost = ("points", one.cost) if one.cost else None
    uses = Uses(source=source, kind="thing", of=one.name, cost=cost)
    return Owned(offer=one.offer, uses=uses, choice=Chosen(kind="thing", of=one.name))


@st.composite
def ownings(draw: st.DrawFn) -> Owning:
    """A case with one or two things of the customer's, one of them maybe twice."""
    context = draw(cases(wide=True))
    things = []
    for number in range(draw(st.integers(1, 2))):
        made = rules(draw(offers(number + 7, hard=draw(st.booleans()))))
        cost = draw(st.sampled_from([0, 50, 100]))
        things.append(Thing(f"v{number}", made.offers[0], owned=True, cost=cost))
    if draw(st.booleans()):
        things.append(replace(things[0], name=f"{things[0].name}~2"))
    return Owning(context, tuple(things), draw(st.sampled_from([0, 50, 100, 200])))


@settings(max_examples=400)
@given(cases())
def test_the_search_finds_what_trying_every_deal_finds(context: Context) -> None:
    deal = search(context, candidates(context))
    assert deal.complete
    least = min(price for price, _ in every_price(context))
    assert (deal.payable_minor, sum(deal.amounts)) == (least, least)


@settings(max_examples=150)
@given(cases(wide=True))
def test_so_it_does_with_gifts_limits_and_every_policy(context: Context) -> None:
    deal = search(context, candidates(context))
    assert deal.complete
    assert deal.payable_minor == min(price for price, _ in every_price(context))


@settings(max_examples=150)
@given(ownings())
def test_so_it_does_with_what_the_customer_owns_and_uses_the_fewest_of_it(case: Owning) -> None:
    deal = search(case.context, case.candidates(), case.points)
    every = list(every_deal(case.context, case.every(), case.points))
    least = min(one.payable for one in every)
    assert (deal.complete, deal.payable_minor) == (True, least)
    assert deal.owned == min(one.owned for one in every if one.payable == least)


@settings(max_examples=150)
@given(ownings())
def test_offers_that_win_by_priority_join_in_their_order(case: Owning) -> None:
    ruled = replace(case.context.programme.policies, offers_win=OffersWin.PRIORITY)
    context = replace(case.context, programme=replace(case.context.programme, policies=ruled))
    case = replace(case, context=context)
    deal = search(context, case.candidates(), case.points)
    wanted = by_priority(context, case.every(), case.points)
    assert tuple((one.found.id, one.times) for one in deal.taken) == wanted.taken
    assert deal.payable_minor == wanted.payable


@given(cases(hard=False))
def test_so_it_does_where_no_offer_is_about_pieces(context: Context) -> None:
    deal = search(context, candidates(context))
    assert deal.complete
    assert deal.payable_minor == min(price for price, _ in every_price(context))


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
    off = sum(sum(one.shares) for one in deal.taken)
    assert sum(context.goods.gross) - sum(deal.amounts) == off
    assert all(sum(one.shares) for one in deal.taken)


@settings(max_examples=60)
@given(cases(), st.integers(0, 60))
def test_a_search_cut_short_is_legal_and_says_so(context: Context, effort: int) -> None:
    every = candidates(context)
    before = deal_table.EFFORT_MAX
    deal_table.EFFORT_MAX = effort
    try:
        cut = search(context, every)
    finally:
        deal_table.EFFORT_MAX = before
    legal = {price for price, _ in every_price(context)}
    assert cut.payable_minor in legal
    if cut.complete:
        assert cut.payable_minor == min(legal)


@pytest.mark.parametrize("scope", ["line", "order"])
def test_ten_offers_that_go_together_are_settled_in_few_steps(
    monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    offers_of = [
        f'[[offer]]\nid = "o{n}"\nscope = "{scope}"\npercent = "{3 + n}%"\n' for n in range(10)
    ]
    goods = basket(*(product(f"P{n}", f"{n + 1}.99") for n in range(30)))
    context = freeze(rules(*offers_of), goods, None, NOON, STORE)
    monkeypatch.setattr(deal_table, "EFFORT_MAX", 100)
    deal = search(context, candidates(context))
    assert deal.complete
    assert len(deal.taken) == 10


def test_the_order_of_scanning_changes_no_bundle() -> None:
    made = rules(
        '[[offer]]\nid = "two"\nbuy_get = { buy = 2, get = 1, percent = "61%" }\n',
        '[[offer]]\nid = "set"\n[offer.bundle]\nprice = "3.00"\n'
        'slot = [{ on = { tag = ["x"] }, count = 2 }]\n',
        '[[offer]]\nid = "third"\non = { tag = ["y"] }\ncheapest_free = { of = 2 }\n',
    )
    goods = [
        product("A", "1.25", tags=("x", "y")),
        product("B", "1.25", tags=("x",)),
        product("C", "1.25", tags=("y",)),
        product("D", "2.50", tags=("x", "y")),
    ]
    seen = {
        tuple(sorted((line.line.product.sku, line.offers, line.net_minor) for line in found.lines))
        for found in (quote(made, basket(*order)) for order in permutations(goods))
    }
    assert len(seen) == 1
