"""A quote by corners is the quote of the whole basket searched at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posloyalty.domain.engine import corners
from posloyalty.domain.engine.candidates import Candidate
from posloyalty.domain.engine.context import freeze
from posloyalty.domain.engine.corner_places import Gathering
from posloyalty.domain.engine.corners import Corners
from posloyalty.domain.engine.discount import Pile, first_pile
from posloyalty.domain.engine.goods import arrange
from posloyalty.domain.engine.offer_index import index_of
from posloyalty.domain.engine.offer_reasons import Judge
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket
from tests.benchmarks import offer_shop
from tests.domain.engine.drawn_offers import CASES, CENTS, TAGS, money, on, plain
from tests.domain.engine.made import MEMBER_ID, NOON, STORE, basket, lot, member, product, rules
from tests.domain.engine.test_deal_known import journeys, quoted, shopped, shops

GOODS = arrange(basket(product("A", "4.00", tags=("tea",))).lines)
LINE = 'scope = "line"\npercent = "10%"\n'
TEA = 'on = { tag = ["tea"] }\n'
_OWN_ID = re.compile('id = "[^"]*"')


@st.composite
def rewards(draw: st.DrawFn) -> str:
    """A reward on the whole basket or on some of it, whose number is put in later."""
    scope = draw(st.sampled_from(["order", "order", "line"]))
    goods = f"on = {on(draw(st.sampled_from(TAGS)))}\n" if scope == "line" else ""
    text = f'scope = "{scope}"\n{draw(plain(scope))}{goods}'
    if draw(st.booleans()):
        text += f"when = {{ min_spend = {money(draw(CENTS))} }}\n"
    text += draw(
        st.sampled_from(["", "", 'group = "order"\n', 'group = "g"\n', "exclusive = true\n"])
    )
    text = text.replace("{", "{{").replace("}", "}}")
    return f'[[reward]]\nid = "r{{number}}"\nwallet = "points"\ncost = 100\n{text}'


@settings(max_examples=CASES, deadline=None)
@given(shops(), journeys())
def test_corners_change_no_quote(texts: list[str], journey: list[Basket]) -> None:
    by_corners = [quoted(rules(*texts), now) for now in journey]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Corners, "head", lambda *_: None)
        assert [quoted(rules(*texts), now) for now in journey] == by_corners


@settings(max_examples=CASES, deadline=None)
@given(shops(), st.lists(rewards(), min_size=1, max_size=3), journeys())
def test_nor_do_they_where_the_customer_owns_something(
    texts: list[str], owned: list[str], journey: list[Basket]
) -> None:
    every = [*texts, *[text.format(number=number) for number, text in enumerate(owned)]]
    by_corners = [quoted(rules(*every), now) for now in journey]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Corners, "head", lambda *_: None)
        assert [quoted(rules(*every), now) for now in journey] == by_corners


@settings(max_examples=CASES, deadline=None)
@given(shops(), st.data(), journeys())
def test_nor_do_they_where_offers_are_there_several_times(
    texts: list[str], data: st.DataObject, journey: list[Basket]
) -> None:
    every = data.draw(st.permutations([text for text in texts for _ in range(2)]))
    every = [_OWN_ID.sub(f'id = "x{n}"', text, count=1) for n, text in enumerate(every)]
    by_corners = [quoted(rules(*every), now) for now in journey]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Corners, "head", lambda *_: None)
        assert [quoted(rules(*every), now) for now in journey] == by_corners


def searched(monkeypatch: pytest.MonkeyPatch, texts: Sequence[str], of: Basket) -> list[Candidate]:
    """The candidates that the search of the only corner of a basket is given."""
    given: list[Candidate] = []

    def noted(candidates: Sequence[Candidate], pile: Pile) -> None:
        given.extend(candidates)
        weigh(candidates, pile)

    weigh = corners._weigh
    monkeypatch.setattr(corners, "_weigh", noted)
    quoted(rules(*texts), of.for_member(MEMBER_ID, proof="card"))
    return given


GET_ONE = f"buy_get = {{ buy = 2, get = 1 }}\n{TEA}"
HALF_OF_TWO = f'cheapest_free = {{ of = 2, percent = "50%" }}\n{TEA}'
GROUP = 'group = "tea"\n'
OTHER = f'[[offer]]\nid = "z"\n{LINE}{TEA}{GROUP}priority = 9\n'
THREE = basket((product("A", "4.00", tags=("tea",)), "3"), product("B", "1.00", tags=("tea",)))


@pytest.mark.parametrize(
    ("second", "between", "ids"),
    [
        (f"{GET_ONE}{GROUP}", "", ["z", "a"]),
        (
            f"{GET_ONE}{GROUP}",
            f"{HALF_OF_TWO}{GROUP}",
            ["z", "a", "b"],
        ),
        (
            f"{GET_ONE}{GROUP}",
            HALF_OF_TWO,
            ["z", "a", "b", "c"],
        ),
        (f"{GET_ONE}", "", ["z", "a", "c"]),
        (f"{GET_ONE}{GROUP}limit = [{{ most = 1, per = 'day' }}]\n", "", ["z", "a", "c"]),
        (f'{GET_ONE}{GROUP}most = "0.50"\n', "", ["z", "a", "c"]),
        (f"buy_get = {{ buy = 1, get = 1 }}\n{TEA}{GROUP}", "", ["z", "a", "c"]),
        (f"{GET_ONE}{GROUP}when = {{ member = true }}\n", "", ["z", "a"]),
    ],
)
def test_of_rivals_that_do_the_same_one_is_searched(
    monkeypatch: pytest.MonkeyPatch, second: str, between: str, ids: list[str]
) -> None:
    texts = [OTHER, f'[[offer]]\nid = "a"\n{GET_ONE}{GROUP}', f'[[offer]]\nid = "c"\n{second}']
    if between:
        texts.append(f'[[offer]]\nid = "b"\n{between}')
    assert [one.id for one in searched(monkeypatch, texts, THREE)] == ids


@pytest.mark.parametrize(
    ("group", "worth"),
    [
        (GROUP, 100),  # the cheapest of three, as it is without anybody else
        ("", 400),  # somebody may take that one first
    ],
)
def test_what_pieces_are_worth_is_exact_where_only_rivals_want_them(
    monkeypatch: pytest.MonkeyPatch, group: str, worth: int
) -> None:
    other = f"{HALF_OF_TWO}{group}"
    texts = [f'[[offer]]\nid = "a"\n{GET_ONE}{GROUP}', f'[[offer]]\nid = "b"\n{other}']
    of = basket((product("A", "4.00", tags=("tea",)), "2"), product("B", "1.00", tags=("tea",)))
    found = {one.id: one.worth for one in searched(monkeypatch, texts, of)}
    assert found["a"] == worth


def test_a_reward_gains_what_corners_and_offers_on_all_of_it_leave_to_it() -> None:
    programme = rules(
        f'[[offer]]\nid = "tea"\n{LINE}{TEA}',
        '[[offer]]\nid = "half"\nscope = "order"\npercent = "50%"\n',
        '[[reward]]\nid = "one"\nwallet = "points"\ncost = 100\nscope = "order"\namount = "1.00"\n',
        '[[reward]]\nid = "tea"\nwallet = "points"\ncost = 100\nscope = "line"\n'
        f'amount = "0.50"\n{TEA}',
    )
    goods = basket(product("A", "4.00", tags=("tea",))).for_member(MEMBER_ID, proof="card")
    found = quoted(programme, goods)
    assert (found.payable_minor, found.search_complete) == (180, True)
    assert [(one.offer_id, one.gain_minor) for one in found.proposals] == [
        ("one", 100),
        ("tea~2", 50),
    ]


def test_nor_do_they_in_a_shop_of_many_offers() -> None:
    baskets = [offer_shop.basket(seed) for seed in range(8)]
    by_corners = [shopped(offer_shop.programme(1000), now) for now in baskets]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Corners, "head", lambda *_: None)
        assert [shopped(offer_shop.programme(1000), now) for now in baskets] == by_corners


@pytest.mark.parametrize(
    ("offer", "cornered"),
    [
        (f"{LINE}{TEA}", True),
        (f'buy_get = {{ buy = 2, get = 1 }}\n{TEA}group = "tea"\n', True),
        (f"{LINE}{TEA}when = {{ member = true }}\n", True),
        (f"{LINE}{TEA}limit = [{{ most = 1, per = 'day' }}]\n", True),
        (LINE, False),
        (f"{LINE}{TEA}exclusive = true\n", False),
        (f'{LINE}{TEA}when = {{ min_spend = "5.00" }}\n', False),
        (f'{LINE}{TEA}group = "everything"\n', False),
        (f'scope = "order"\npercent = "5%"\n{TEA}', False),
        ("gift = { on = { tag = ['tea'] } }\n", False),
    ],
)
def test_cornered_is_what_looks_at_goods_of_its_own_alone(offer: str, cornered: bool) -> None:
    other = 'scope = "order"\namount = "1.00"\ngroup = "everything"\n'
    programme = rules(f'[[offer]]\nid = "a"\n{offer}', f'[[offer]]\nid = "b"\n{other}')
    fitting = index_of(programme.offers).fitting(GOODS)
    assert {one.offer.id: one.cornered for one in fitting.offers} == {"a": cornered, "b": False}


@pytest.mark.parametrize(
    "choosy", ['combines_with = ["a"]\n', 'class = "k"\nalone_in_class = true\n']
)
def test_none_is_where_an_offer_chooses_its_company(choosy: str) -> None:
    programme = rules(
        f'[[offer]]\nid = "a"\n{LINE}{TEA}', f'[[offer]]\nid = "b"\n{LINE}{TEA}{choosy}'
    )
    fitting = index_of(programme.offers).fitting(GOODS)
    assert [one.cornered for one in fitting.offers] == [False, False]


def corners_of(programme: Programme, of: Basket) -> list[tuple[int, ...]]:
    """The lines of each corner of a basket."""
    context = freeze(programme, of, member(lot(300)), NOON, STORE)
    judge = Judge(context, first_pile(context.goods, pieces=True), of)
    fitting = index_of(programme.offers).fitting(context.goods)
    return sorted(place.lines for place in Gathering(judge).places(fitting.meanings))


SHELVES = basket(
    product("A", "4.00", tags=("tea",)),
    product("B", "5.00", tags=("tea",)),
    product("C", "6.00", tags=("cup",)),
    product("D", "7.00"),
)
GET = "buy_get = { buy = 1, buy_on = { tag = ['tea'] }, get = 1, get_on = { tag = ['%s'] } }\n"


@pytest.mark.parametrize(
    ("offers", "lines"),
    [
        ([f'{LINE}on = {{ product = ["{sku}"] }}\n' for sku in "ABD"], [(0,), (1,), (3,)]),
        ([f'{LINE}group = "g"\non = {{ product = ["{sku}"] }}\n' for sku in "AD"], [(0, 3)]),
        ([f"{LINE}{TEA}", f'{LINE}on = {{ product = ["C"] }}\n'], [(0, 1), (2,)]),
        ([GET % "cup"], [(0, 1, 2)]),
        # Nobody gets a plate: what would have to be bought for it ties no lines together.
        ([GET % "plate"], []),
        ([GET % "plate", f'{LINE}on = {{ product = ["A"] }}\n'], [(0,)]),
        ([f"{LINE}{TEA}when = {{ member = true }}\n"], [(0, 1)]),
        ([f"{LINE}{TEA}when = {{ member = false }}\n"], []),
    ],
)
def test_lines_are_one_corner_where_offers_that_may_apply_tie_them(
    offers: list[str], lines: list[tuple[int, ...]]
) -> None:
    texts = [f'[[offer]]\nid = "o{number}"\n{text}' for number, text in enumerate(offers)]
    assert corners_of(rules(*texts), SHELVES) == lines
