"""`[[club]]`, `[[restricted]]`, `[[priority]]` and `[risk]`: what is wrong is found; defaults."""

from __future__ import annotations

import pytest

from posloyalty.domain.engine.risk import risk_of
from posloyalty.domain.programme.kinds.risk import UNSTATED, Risk
from posloyalty.domain.programme.load import load
from tests.domain.engine.made import HEAD, WALLET, rules

CLUB = '[[club]]\nid = "c"\n'
RESTRICTED = '[[restricted]]\nid = "r"\n'
PRIORITY = '[[priority]]\nid = "p"\n'


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        (CLUB + "days = 0", "NOT_WHOLE", "club[1].days"),
        (CLUB + "notice = 5", "NOT_NAME", "club[1].notice"),
        (RESTRICTED, "MISSING_KEY", "restricted[1].when"),
        (RESTRICTED + "when = { club = 'x' }", "NOT_DECLARED", "restricted[1].when.club"),
        (RESTRICTED + "when = { member = true }\non = {}", "FILTER_EMPTY", "restricted[1].on"),
        (PRIORITY + "ticket = 0", "NOT_WHOLE", "priority[1].ticket"),
        (PRIORITY + "colour = 1", "UNKNOWN_KEY", "priority[1].colour"),
        ("[risk]\nearns = -1", "NOT_WHOLE", "risk.earns"),
        ("[risk]\nminutes = 0", "NOT_WHOLE", "risk.minutes"),
        ("[risk]\ntravel_minutes = -1", "NOT_WHOLE", "risk.travel_minutes"),
        ("[risk]\nown_card = 1", "NOT_FLAG", "risk.own_card"),
        ("[risk]\nidle_days = 1.5", "FLOAT", "risk.idle_days"),
        ("[risk]\nspeed = 1", "UNKNOWN_KEY", "risk.speed"),
    ],
)
def test_what_is_wrong_is_found_with_its_place(text: str, code: str, path: str) -> None:
    findings = load("\n".join((HEAD.format(currency="CNY"), WALLET, text)).encode())
    assert isinstance(findings, list)
    assert [(one.code, one.path) for one in findings] == [(code, path)]


def test_an_empty_table_has_the_stated_figures_and_none_has_only_the_last() -> None:
    assert risk_of(rules("[risk]")) == Risk()
    assert risk_of(rules()) == UNSTATED
    assert UNSTATED.adjust_most == Risk().adjust_most == 500
