"""Goods of other tills: what head office says goes before what the shop says."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.elsewhere import Elsewhere, ElsewherePolicy
from posloyalty.services.returning.elsewhere_rule import ElsewhereRule
from posloyalty.sync.risk_policy import RiskPolicy

SHOPS = Elsewhere(policy=ElsewherePolicy.SUPERVISED, most_minor=100)


@pytest.mark.parametrize(
    ("policy", "chains", "now"),
    [
        (None, None, SHOPS),
        (RiskPolicy(), None, SHOPS),
        (RiskPolicy(returns_minor=0), Elsewhere(), Elsewhere()),
        (
            RiskPolicy(returns_minor=5_000),
            Elsewhere(policy=ElsewherePolicy.SUPERVISED, most_minor=5_000),
            Elsewhere(policy=ElsewherePolicy.SUPERVISED, most_minor=5_000),
        ),
    ],
    ids=["alone", "left to the shop", "not at all", "up to an amount"],
)
def test_what_holds(policy: RiskPolicy | None, chains: Elsewhere | None, now: Elsewhere) -> None:
    rule = ElsewhereRule(shops=lambda: SHOPS, policy=lambda: policy)
    assert (rule.chains(), rule.now()) == (chains, now)
