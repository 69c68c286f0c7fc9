"""What tills may hand out without asking: the policy of this head office, every version kept.

Tills hear of it with each answer. Before somebody sets one, the defaults of `RiskPolicy` hold.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, func, select

from posloyalty.headoffice.tables import RISK_POLICY
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.sync.wire.policy import PolicySent


def kept_policy(connection: Connection) -> PolicySent:
    """The policy that holds now."""
    newest = select(RISK_POLICY.c.body).order_by(RISK_POLICY.c.version.desc()).limit(1)
    body = connection.execute(newest).scalar_one_or_none()
    if body is None:
        return PolicySent.of(RiskPolicy())
    return msgspec.json.decode(body, type=PolicySent)


def keep_policy(connection: Connection, policy: PolicySent, *, at_s: int) -> int:
    """From now on this one holds; returns its version."""
    last = connection.execute(select(func.max(RISK_POLICY.c.version))).scalar_one_or_none()
    version = (last or 0) + 1
    body = msgspec.json.encode(msgspec.structs.replace(policy, version=version)).decode("utf-8")
    connection.execute(RISK_POLICY.insert().values(version=version, body=body, since_s=at_s))
    return version
