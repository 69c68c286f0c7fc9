"""A new word for scenario files is one small file: here one of each kind lies outside the product.

Nothing of the product is edited: a step, an expectation about what it leaves, a wish of a sale, a
way to pay, and a thing that is given, are read, checked and played like those that ship.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posloyalty.scenario.expectation import EXPECTATIONS
from posloyalty.scenario.given import GIVENS
from posloyalty.scenario.payment import PAYMENTS
from posloyalty.scenario.step import STEPS
from posloyalty.scenario.wish import WISHES
from posloyalty.scenario.workshop import Workshop
from tests.fakes.outside import modules_from_outside
from tests.scenario.played import GOODS, said

STEP = '''
"""`step = "count_goods"`: somebody counts what the shop sells."""
from dataclasses import dataclass
from posloyalty.scenario.step import Outcome, step

@dataclass(frozen=True)
class Counted:
    goods: int

@dataclass(frozen=True)
class CountGoods:
    but: tuple
    member: str = ""

    def run(self, scene):
        found = scene.till.catalogue.search("", 100)
        return Outcome((Counted(sum(one.sku not in self.but for one in found)),))

@step("count_goods", gives=(Counted,))
def read_count_goods(block):
    return CountGoods(block.words("but") if "but" in block else ())
'''
EXPECTATION = '''
"""`goods = 4`: how many were counted."""
from outside_step import Counted
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import compared

@expects("goods", of=Counted)
def read_goods(block, key):
    path, wanted = (*block.path, key), block.whole(key)
    return thing_check(Counted, lambda counted: compared(path, wanted, counted.goods))
'''
WISH = '''
"""`doubled = true`: everything twice."""
from posloyalty.scenario.wish import wishes

@wishes("doubled")
def read_doubled(block, key):
    wanted = block.flag(key, default=True)

    def wish(basket, scene):
        for line in basket.lines if wanted else ():
            basket = basket.with_quantity(line.number, 2 * line.quantity_milli)
        return basket

    return wish
'''
PAYMENT = '''
"""`{ kind = "half_card" }`: half of what is due, by card."""
from posloyalty.domain.shop.tender import TenderKind, still_due, take_exact
from posloyalty.scenario.payment import pays

@pays("half_card")
def read_half_card(block):
    return lambda payable, tenders, scene: take_exact(
        payable, tenders, kind=TenderKind.CARD,
        amount_minor=still_due(payable, tenders) // 2, reference="x",
    )
'''
GIVEN = '''
"""`[[notice]]`: something that hangs on the wall of every till."""
from dataclasses import dataclass
from posloyalty.scenario.given import Stage, gives

@dataclass(frozen=True)
class Notice:
    name: str
    text: str
    stage: Stage = Stage.SHOP

    def put(self, unit, till):
        unit.settings.put({"notice." + self.name: self.text})

@gives("notice")
def read_notice(block):
    return (Notice(block.text("id"), block.text("text")),)
'''
FILES = {
    "outside_step": STEP,
    "outside_expectation": EXPECTATION,
    "outside_wish": WISH,
    "outside_payment": PAYMENT,
    "outside_given": GIVEN,
}
SCENARIO = (
    """
[[notice]]
id = "hours"
text = "open"

[[when]]
step = "count_goods"
but = ["BAG"]
expect = { goods = 3 }

[[when]]
step = "sale"
lines = ["COFFEE"]
doubled = true
pay = [{ kind = "half_card" }, { kind = "cash", given = "30.00" }]
expect = { payable = "56.00", change = "2.00" }
"""
    + GOODS
)


@pytest.fixture
def kinds(tmp_path: Path) -> Iterator[None]:
    registries = (STEPS, WISHES, PAYMENTS, GIVENS)
    before = [dict(one) for one in registries]
    expectations = list(EXPECTATIONS)
    with modules_from_outside(tmp_path, FILES):
        yield
    for registry, kept in zip(registries, before, strict=True):
        registry.clear()
        registry.update(kept)  # type: ignore[arg-type]
    EXPECTATIONS[:] = expectations


@pytest.mark.usefixtures("kinds")
def test_they_are_played_like_those_that_ship(workshop: Workshop) -> None:
    assert said(SCENARIO, workshop) == []


@pytest.mark.usefixtures("kinds")
def test_what_they_expect_can_fail(workshop: Workshop) -> None:
    assert said(SCENARIO.replace("goods = 3", "goods = 4"), workshop) == [
        "line 12, when[1].expect.goods: expected 4, got 3"
    ]


@pytest.mark.usefixtures("kinds")
def test_an_expectation_about_a_step_is_not_met_by_another(workshop: Workshop) -> None:
    piece = '[[when]]\nstep = "wait"\nexpect = { goods = 3 }\n'
    (sentence,) = said(piece, workshop)
    assert "“goods” cannot be seen here" in sentence


def test_without_their_files_the_scenario_is_not_run(workshop: Workshop) -> None:
    found = said(SCENARIO, workshop)
    assert any("“notice”" in sentence for sentence in found)
    assert any("“count_goods” is not known to this release" in sentence for sentence in found)
    assert any("“doubled”" in sentence for sentence in found)
