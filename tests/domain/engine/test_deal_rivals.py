"""Searching by sets of rivals, against the search by single candidates."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings

from posloyalty.domain.engine import deal_rivals
from posloyalty.domain.engine.context import Context, freeze
from posloyalty.domain.engine.deal_branch import Branch
from posloyalty.domain.engine.deal_part_search import PartSearch
from posloyalty.domain.engine.deal_parts import Part, split
from posloyalty.domain.engine.deal_rivals import Rivals
from posloyalty.domain.engine.deal_table import Effort, Plan, Table
from tests.domain.engine.drawn_offers import CASES, candidates, cases
from tests.domain.engine.made import NOON, STORE, basket, lot, member, product, rules

NO_BOUND = 1_000_000


def parts_with_rivals(context: Context) -> tuple[Table, list[Part]]:
    together = [one for one in candidates(context) if not one.offer.exclusive]
    table = Table(context, together, {})
    found = split(table)
    return table, [] if found is None else [one for one in found.parts if one.rivals is not None]


def by_rivals(table: Table, part: Part, *, ties: bool, effort: int = NO_BOUND) -> list[Plan]:
    assert part.rivals is not None
    return Rivals(table, part.rivals, part.lines, Effort(effort), ties=ties).run()


@settings(max_examples=CASES)
@given(cases())
def test_what_is_told_at_sight_is_what_a_search_finds(context: Context) -> None:
    together = [one for one in candidates(context) if not one.offer.exclusive]
    table = Table(context, together, {})
    split_up = split(table)
    for part in () if split_up is None else split_up.parts:
        search = PartSearch(table, Effort(NO_BOUND), uniform=True)
        seen, found = search.at_sight(part), search.anew(part)
        assert seen is None or (seen.plans, seen.off_minor) == (found.plans, found.off_minor)


def one_by_one(table: Table, part: Part, *, ties: bool) -> list[Plan]:
    def price(pile: object) -> int:
        return sum(pile.amounts[place] for place in part.lines)  # type: ignore[attr-defined]

    search = Branch(table, part.places, part.lines, Effort(NO_BOUND), price=price, ties=ties)
    return search.run()


def pieces_that_only_a_rival_could_use() -> Context:
    """Two groups of pieces of which one will do, and a rival that has a use for the other piece."""
    programme = rules(
        '[[offer]]\nid = "a"\ngroup = "g"\nmost = "0.01"\n'
        'bundle = { amount = "0.01", slot = [{ on = { tag = ["tea"] } }] }\n',
        '[[offer]]\nid = "b"\ngroup = "g"\ncheapest_free = { of = 2 }\n',
    )
    goods = basket(product("A", "1.00", tags=("tea",)), product("B", "0.00", tags=("tea",)))
    return freeze(programme, goods, member(lot(300)), NOON, STORE)


@settings(max_examples=CASES)
@given(cases())
def test_both_searches_find_the_same_plan(context: Context) -> None:
    table, parts = parts_with_rivals(context)
    for part in parts:
        assert by_rivals(table, part, ties=False) == one_by_one(table, part, ties=False)


@example(pieces_that_only_a_rival_could_use())
@given(cases())
def test_both_find_all_that_cost_the_same_where_all_are_asked_for(context: Context) -> None:
    table, parts = parts_with_rivals(context)
    for part in parts:
        assert by_rivals(table, part, ties=True) == one_by_one(table, part, ties=True)


@settings(max_examples=CASES)
@given(cases())
def test_beginning_with_exchanges_changes_no_answer(context: Context) -> None:
    table, parts = parts_with_rivals(context)
    usual = [by_rivals(table, part, ties=False) for part in parts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deal_rivals, "CLIMB_LEAST", 1)
        assert [by_rivals(table, part, ties=False) for part in parts] == usual


@settings(max_examples=CASES)
@given(cases())
def test_a_search_without_any_effort_still_takes_the_most_worthy(context: Context) -> None:
    table, parts = parts_with_rivals(context)
    for part in parts:
        (plan,) = by_rivals(table, part, ties=False, effort=0)
        best = max(part.places, key=lambda place: table.worth[place])
        first, times = table.first, table.most_times[best]
        # What it is worth is a bound: a share of a cent rounds to nothing.
        assert plan or not table.off(best, first, first.amounts, times).total
