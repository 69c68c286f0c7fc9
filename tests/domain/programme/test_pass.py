"""`[[pass]]` and `[[privilege]]`: what is wrong with them is found with its place."""

from __future__ import annotations

import pytest

from posloyalty.domain.programme.kinds.pass_ import Pass, pass_sold_as
from posloyalty.domain.programme.load import load
from tests.domain.engine.made import HEAD, WALLET, product, rules

PASS = '[[pass]]\nid = "coffee"\n'
SOLD = 'on = { product = ["PASS30"] }\nuses = 30\n'
PRIVILEGE = '[[privilege]]\nid = "trial"\n'
POINTS = 'limit = [{ most_points = 5, per = "day" }]'


def test_a_product_is_the_pass_that_names_it() -> None:
    programme = rules(PASS + SOLD)
    (declared,) = programme.of(Pass)
    assert pass_sold_as(programme, product("PASS30", "360.00")) is declared
    assert pass_sold_as(programme, product("COFFEE", "12.00")) is None
    assert (declared.uses, declared.limits) == (30, ())


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        (PASS + "uses = 30", "MISSING_KEY", "pass[1].on"),
        (PASS + 'on = { product = ["P"] }', "MISSING_KEY", "pass[1].uses"),
        (PASS + 'on = { product = ["P"] }\nuses = 0', "NOT_WHOLE", "pass[1].uses"),
        (PASS + SOLD + POINTS, "COUNT_ONLY", "pass[1].limit"),
        (PASS + SOLD + "places = 3", "UNKNOWN_KEY", "pass[1].places"),
        (PRIVILEGE + POINTS, "COUNT_ONLY", "privilege[1].limit"),
        (PRIVILEGE + "places = -1", "NOT_WHOLE", "privilege[1].places"),
        (PRIVILEGE + "uses = 2", "UNKNOWN_KEY", "privilege[1].uses"),
    ],
)
def test_what_is_wrong_is_found_with_its_place(text: str, code: str, path: str) -> None:
    findings = load((HEAD.format(currency="CNY") + WALLET + text).encode())
    assert isinstance(findings, list)
    assert [(one.code, one.path) for one in findings] == [(code, path)]
