"""Quick keys on pages and leaves: what is shown is worded, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posloyalty.domain.values.money import currency
from posloyalty.services.shop.catalogue import QuickKey, QuickPage
from posloyalty.wording import Words
from tests.services.counter import goods
from ui.presenters import quick_pages
from ui.presenters.amounts import Figures
from ui.presenters.quick_pages import QuickPages

PLACES = 16
KEYS = 100


def page(number: int) -> QuickPage:
    product = goods(number)
    keys = tuple(QuickKey(position=place, product=product) for place in range(KEYS))
    return QuickPage(category=None, name=f"Page {number}", colour="blue", keys=keys)


def figures(language: str = "en") -> Figures:
    return Figures(words=Words(language), currency=currency("CNY"))


@pytest.fixture
def worded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each key that was worded, by its product's name."""
    told: list[str] = []
    price = quick_pages.key_price

    def key_price(product: object, figures: Figures) -> str:
        told.append(product.name)  # type: ignore[attr-defined]
        return price(product, figures)  # type: ignore[arg-type]

    monkeypatch.setattr(quick_pages, "key_price", key_price)
    return told


@pytest.fixture
def pages() -> QuickPages:
    made = QuickPages()
    made.load(tuple(page(number) for number in range(1, 9)), {})
    made.fit(places=PLACES, tabs_most=4)
    return made


def test_only_the_leaf_that_is_shown_is_worded_and_once(
    pages: QuickPages, worded: list[str]
) -> None:
    for _ in range(3):
        state = pages.state(figures())
    assert [key.name for key in state.keys if key] == worded
    assert len(worded) == PLACES - 1
    worded.clear()
    pages.turn()
    assert pages.state(figures()).turn is not None
    assert len(worded) == PLACES - 1
    worded.clear()
    pages.choose(1)
    assert {key.name for key in pages.state(figures()).keys if key} == {"Article 2"}
    assert len(worded) == PLACES - 1


def test_another_language_and_other_prices_are_worded_anew(
    pages: QuickPages, worded: list[str]
) -> None:
    assert pages.state(figures()).keys
    assert pages.state(figures("zh_CN")).keys
    assert len(worded) == 2 * (PLACES - 1)
    pages.load((page(3),), {})
    assert {key.name for key in pages.state(figures()).keys if key} == {"Article 3"}


def test_what_is_sold_no_more_leaves_no_empty_leaf(pages: QuickPages) -> None:
    gone = replace(goods(4), active=False)
    keys = (QuickKey(position=0, product=goods(5)), QuickKey(position=40, product=gone))
    shown = QuickPage(category=None, name="", colour="", keys=keys)
    pages.load((shown,), {})
    leaves = 0
    while True:
        state = pages.state(figures())
        leaves += 1
        pages.turn()
        if state.turn is None or state.turn.back:
            break
    assert leaves == 1
    assert state.tabs == (Words("en")("sale.top_keys"),)
