"""The searches of one evaluation, which share what they find and what they may cost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from posloyalty.domain.engine import deal_searches, deal_table
from posloyalty.domain.engine.best_deal import BestDeal, Deal
from posloyalty.domain.engine.candidates import Candidate
from posloyalty.domain.engine.deal_searches import EFFORT_LEAST, Searches
from posloyalty.domain.engine.deal_table import Effort
from posloyalty.domain.engine.evaluate import evaluate
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.load import load
from tests.benchmarks import offer_shop
from tests.domain.engine.drawn_offers import CASES, Owning, ownings
from tests.domain.engine.made import NOON, STORE, TAX

VOUCHERS = 9


def alone(case: Owning, every: list[Candidate]) -> Deal:
    return BestDeal(
        case.context,
        every,
        tax_classes=TAX,
        earned=lambda _deal: 0,
        budget={"points": case.points},
        uniform=True,
    ).find()


@settings(max_examples=CASES)
@given(ownings())
def test_a_search_that_knows_of_others_finds_what_one_alone_finds(case: Owning) -> None:
    every = case.candidates()
    public = [one for one in every if one.owned is None]
    searches = Searches(
        case.context,
        tax_classes=TAX,
        earned=lambda _deal: 0,
        uniform=True,
        budget={"points": case.points},
    )
    deal = searches.best(public)
    assert deal == alone(case, public)
    things = [one for one in every if one.owned is not None]
    for number, more in enumerate(things):
        found = searches.best_with(public, deal, more, among=len(things) - number)
        assert found.payable_minor == alone(case, [*public, more]).payable_minor
        assert found.payable_minor <= deal.payable_minor


def hard_with_vouchers() -> Programme:
    """What is built to be hard, and as many owned things as there are kinds of terms."""
    text = offer_shop.hard_text()
    for number in range(VOUCHERS):
        zone = number % 3
        text += f'\n[[reward]]\nid = "r{number}"\nwallet = "points"\ncost = {10 + number}\n'
        text += f'scope = "line"\npercent = "{5 + number}%"\non = {{ tag = ["zone{zone}"] }}\n'
    read = load(text.encode())
    assert isinstance(read, Programme), read
    return read


def quoted(programme: Programme) -> Quote:
    return evaluate(
        programme,
        offer_shop.hard_basket(3),
        offer_shop.state(),
        NOON,
        tax_classes=offer_shop.TAX,
        store=STORE,
    )


def test_however_much_somebody_owns_all_proposals_cost_about_one_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[tuple[int, Effort]] = []

    def noted(left: int) -> Effort:
        made.append((left, Effort(left)))
        return made[-1][1]

    monkeypatch.setattr(deal_searches, "Effort", noted)
    monkeypatch.setattr(deal_table, "EFFORT_MAX", 1_000)
    proposals = quoted(hard_with_vouchers()).proposals
    assert len(proposals) == VOUCHERS
    assert len(made) == 1 + VOUCHERS
    assert sum(given for given, _ in made[1:]) <= 1_000 + VOUCHERS * EFFORT_LEAST


def test_a_search_cut_short_never_proposes_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deal_table, "EFFORT_MAX", 300)
    proposals = quoted(hard_with_vouchers()).proposals
    assert all(one.gain_minor >= 0 for one in proposals)
    assert any(one.gain_minor > 0 for one in proposals)
