"""A policy that holds at once, without the two people who set one for a chain."""

from __future__ import annotations

from posloyalty.headoffice.programmes.risk import keep_policy
from posloyalty.headoffice.tills.administration import Administration
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.sync.wire.policy import PolicySent


def adopt_policy(administration: Administration, policy: RiskPolicy) -> None:
    """From now on this is what tills may hand out."""
    with administration._database.write() as connection:
        keep_policy(connection, PolicySent.of(policy), at_s=administration._now_s())
