"""Best deals of programmes and baskets by seed, against every legal deal priced piece by piece."""

from __future__ import annotations

from random import Random
from typing import Final

from tests.domain.engine.naive_choice import differences, quoted, taken
from tests.domain.engine.rolled_deals import rolled

CASES_A_PART: Final = 2_000
PARTS: Final = 44
# The last parts have fees among the goods, and offers about them.
WITH_FEES: Final = 40
# The suite's own cases are the first ones; the proof uses others.
FIRST_SEED: Final = 10_000
CLAIM: Final = "no legal deal costs less than the one taken, earns more, or saves a voucher"


def prove(part: int) -> tuple[dict[str, int], list[str]]:
    """Two thousand cases, every other one with things that the customer owns."""
    figures, faults = no_figures(), []
    first = FIRST_SEED + part * CASES_A_PART
    for seed in range(first, first + CASES_A_PART):
        fault = check(seed, figures, fees=part >= WITH_FEES)
        if fault:
            faults.append(fault)
    return figures, faults


def no_figures() -> dict[str, int]:
    """What is counted, before the first case."""
    return {"deals found best": 0, "searches cut short": 0, "offers applied": 0}


def check(seed: int, figures: dict[str, int], *, fees: bool = False) -> str:
    """What is wrong with the deal of a seed, or nothing."""
    case = rolled(seed, owning=seed % 2 == 1, fees=fees)
    found = quoted(case)
    if not found.search_complete:
        figures["searches cut short"] += 1
        return ""
    figures["deals found best"] += 1
    figures["offers applied"] += len(found.offers)
    wrong = differences(case, found)
    if wrong:
        told = ", ".join(f"{what} {is_} for {best}" for what, (is_, best) in wrong.items())
        return f"seed {seed}: {told}"
    goods = list(case.goods)
    Random(seed).shuffle(goods)
    if taken(quoted(case, goods)) != taken(found):
        return f"seed {seed}: another order of scanning is another deal"
    return ""
