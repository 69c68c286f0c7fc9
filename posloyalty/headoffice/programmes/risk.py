"""What tills may hand out without asking: the policy of this head office, every version kept.

Tills hear of it with each answer, and those that wait for news are woken. Before somebody
sets one, the defaults of `RiskPolicy` hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select

from posloyalty.headoffice.programmes.announcements import announce
from posloyalty.headoffice.store.tables import RISK_POLICY
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.sync.wire.policy import PolicySent

POLICY: Final[tuple[str, tuple[()]]] = (
    "SELECT body FROM risk_policy ORDER BY version DESC LIMIT 1",
    (),
)
"""The statement that asks for it."""


def kept_policy(connection: Connection) -> PolicySent:
    """The policy that holds now."""
    return policy_of(connection.exec_driver_sql(*POLICY).all())


def policy_of(rows: Sequence[Any]) -> PolicySent:
    """The policy that `POLICY` found; the default where there is none yet."""
    if not rows:
        return PolicySent.of(RiskPolicy())
    return msgspec.json.decode(rows[0][0], type=PolicySent)


def keep_policy(connection: Connection, policy: PolicySent, *, at_s: int) -> int:
    """From now on this one holds; returns its version."""
    last = connection.execute(select(func.max(RISK_POLICY.c.version))).scalar_one_or_none()
    version = (last or 0) + 1
    body = msgspec.json.encode(msgspec.structs.replace(policy, version=version)).decode("utf-8")
    announce(connection)
    connection.execute(RISK_POLICY.insert().values(version=version, body=body, since_s=at_s))
    return version
