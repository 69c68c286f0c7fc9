"""Warnings of what costs the shop more than it is worth, or than is charged for it."""

from __future__ import annotations

import pytest

from tests.insight.draft.test_warnings import GOOD, body, said

TREAT = '[[reward]]\nid = "r"\ncost = 100\n'
GIFT = """[[offer]]
id = "mug"
when = {{ min_spend = "200.00" }}
[offer.gift]
on = {{ product = ["MUG"] }}
price = "18.00"
shop_cost = "{}"
"""
CASES = [
    (
        "a point that costs more than it pays",
        body("", good=GOOD.replace("spend", 'shop_cost = "0.011"\nspend', 1)),
        (10, "POINT_COSTS_MORE"),
    ),
    (
        "a point that costs what it pays",
        body("", good=GOOD.replace("spend", 'shop_cost = "1%"\nspend', 1)),
        None,
    ),
    (
        "a gift that costs more than it is kept for",
        body(GIFT.format("18.01")),
        (22, "GIFT_COSTS_MORE"),
    ),
    ("a gift that is kept for what it costs", body(GIFT.format("18.00")), None),
    (
        "a reward that costs more than it takes off",
        body(TREAT + 'free = { up_to = "10.00" }\nshop_cost = "10.01"\n'),
        (20, "COSTS_MORE"),
    ),
    (
        "a reward that costs more than its amount",
        body(TREAT + 'amount = "5.00"\nshop_cost = "5.01"\n'),
        (20, "COSTS_MORE"),
    ),
    (
        "a reward that costs as much as it takes off",
        body(TREAT + 'free = { up_to = "10.00" }\nshop_cost = "10.00"\n'),
        None,
    ),
    (
        "a reward of which nobody knows what it takes off",
        body(TREAT + 'free = {}\nshop_cost = "99.00"\n'),
        None,
    ),
]


@pytest.mark.parametrize(("text", "wanted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_what_costs_too_much_is_said_with_its_line(
    text: str, wanted: tuple[int, str] | None
) -> None:
    assert said(text) == ([] if wanted is None else [wanted])
