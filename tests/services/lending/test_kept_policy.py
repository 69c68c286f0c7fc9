"""Head office's policy in the till's settings: nothing of it is lost, and what an earlier release
kept reads on.
"""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from posloyalty.services.lending.kept_policy import policy_of, policy_text
from posloyalty.sync.risk_policy import RiskPolicy

USUAL = RiskPolicy()


@pytest.mark.parametrize("name", [one.name for one in fields(RiskPolicy)])
def test_each_figure_that_is_set_is_read_again(name: str) -> None:
    before = getattr(USUAL, name)
    other = 7 if before is None else not before if isinstance(before, bool) else None
    if other is None:
        other = before + (timedelta(hours=1) if name == "stale_after" else 1)
    policy = replace(USUAL, **{name: other})
    assert policy_of(policy_text(policy)) == policy != USUAL


def test_a_till_that_stands_alone_keeps_none() -> None:
    assert policy_of("") is None


@pytest.mark.parametrize(
    "later",
    ["override_day", "lease", "budgets", "sale_points", "till_day_points", "returns", "version"],
)
def test_what_a_later_release_added_is_as_usual_where_an_earlier_one_kept_it(later: str) -> None:
    kept = json.loads(policy_text(USUAL))
    del kept[later]
    assert policy_of(json.dumps(kept)) == USUAL
