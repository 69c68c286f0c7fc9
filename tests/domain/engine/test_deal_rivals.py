"""Searching by sets of rivals, against the search by single candidates."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from posloyalty.domain.engine import deal_rivals
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.deal_branch import Branch
from posloyalty.domain.engine.deal_parts import Part, split
from posloyalty.domain.engine.deal_rivals import Rivals
from posloyalty.domain.engine.deal_table import Effort, Plan, Table
from tests.domain.engine.drawn_offers import candidates, cases

NO_BOUND = 1_000_000


def parts_with_rivals(context: Context) -> tuple[Table, list[Part]]:
    together = [one for one in candidates(context) if not one.offer.exclusive]
    table = Table(context, together, {})
    found = split(table)
    return table, [] if found is None else [one for one in found.parts if one.rivals is not None]


def by_rivals(table: Table, part: Part, *, ties: bool, effort: int = NO_BOUND) -> list[Plan]:
    assert part.rivals is not None
    return Rivals(table, part.rivals, part.lines, Effort(effort), ties=ties).run()


def one_by_one(table: Table, part: Part, *, ties: bool) -> list[Plan]:
    def price(pile: object) -> int:
        return sum(pile.amounts[place] for place in part.lines)  # type: ignore[attr-defined]

    search = Branch(table, part.places, part.lines, Effort(NO_BOUND), price=price, ties=ties)
    return search.run()


@settings(max_examples=300)
@given(cases())
def test_both_searches_find_the_same_plan(context: Context) -> None:
    table, parts = parts_with_rivals(context)
    for part in parts:
        assert by_rivals(table, part, ties=False) == one_by_one(table, part, ties=False)


@given(cases())
def test_both_find_all_that_cost_the_same_where_all_are_asked_for(context: Context) -> None:
    table, parts = parts_with_rivals(context)
    for part in parts:
        assert by_rivals(table, part, ties=True) == one_by_one(table, part, ties=True)


@settings(max_examples=100)
@given(cases())
def test_beginning_with_exchanges_changes_no_answer(context: Context) -> None:
    table, parts = parts_with_rivals(context)
    usual = [by_rivals(table, part, ties=False) for part in parts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deal_rivals, "CLIMB_LEAST", 1)
        assert [by_rivals(table, part, ties=False) for part in parts] == usual


@settings(max_examples=100)
@given(cases())
def test_a_search_without_any_effort_still_takes_the_most_worthy(context: Context) -> None:
    table, parts = parts_with_rivals(context)
    for part in parts:
        (plan,) = by_rivals(table, part, ties=False, effort=0)
        best = max(part.places, key=lambda place: table.worth[place])
        first, times = table.first, table.most_times[best]
        # What it is worth is a bound: a share of a cent rounds to nothing.
        assert plan or not table.off(best, first, first.amounts, times).total
