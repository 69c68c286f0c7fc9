"""Programmes of offers of every kind and baskets for them, drawn by Hypothesis, and frozen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import settings
from hypothesis import strategies as st

from posloyalty.domain.engine.candidates import Candidate
from posloyalty.domain.engine.context import Context, freeze
from posloyalty.domain.engine.discount import first_pile
from posloyalty.domain.engine.offer_reasons import Judge
from posloyalty.domain.engine.owned import Owned
from posloyalty.domain.engine.uses import Uses
from posloyalty.domain.shop.basket import Basket, Chosen
from tests.domain.engine.made import NOON, SALE_ID, STORE, basket, product, rules
from tests.domain.engine.naive_deals import Thing, public

TAGS = ("x", "y", "z")
CENTS = st.integers(1, 3000)
CASES = max(40, settings().max_examples)
"""How many a search is held against: mistakes of the search were seen that 20 did not meet.
`--prove` has thousands, `prove deals` a fixed roll.
"""


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
    """Something that costs points, or nothing."""
    cost = ("points", one.cost) if one.cost else None
    uses = Uses(kind="thing", of=one.name, cost=cost)
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
