"""What a merchant is ready to risk, as it travels and as it is kept: see `risk_policy.RiskPolicy`.

Amounts are minor units of money, points whole points. A key that is left out has the policy's
default, so that a policy that was kept before a key existed reads on.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from posloyalty.sync.risk_policy import RiskPolicy

_Minor = Annotated[int, Meta(ge=0, le=2**53)]
_DEFAULT = RiskPolicy()
_MINUTE = timedelta(minutes=1)


class PolicySent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A policy; `stale_minutes` is how old the till's knowledge may be."""

    floor: _Minor = _DEFAULT.floor_minor
    till_day: _Minor = _DEFAULT.till_day_minor
    store_day: _Minor = _DEFAULT.store_day_minor
    override: _Minor = _DEFAULT.override_minor
    voucher_face: _Minor = _DEFAULT.voucher_face_minor
    card_offline: bool = _DEFAULT.card_offline
    stale_minutes: Annotated[int, Meta(ge=0, le=366 * 24 * 60)] = _DEFAULT.stale_after // _MINUTE
    member_debt: bool = _DEFAULT.member_debt
    lease: _Minor = _DEFAULT.lease_minor
    budgets: bool = _DEFAULT.lends_budgets
    sale_points: _Minor = _DEFAULT.sale_points
    till_day_points: _Minor = _DEFAULT.till_day_points
    override_day: _Minor = _DEFAULT.override_day_minor
    returns: _Minor | None = _DEFAULT.returns_minor
    version: Annotated[int, Meta(ge=0, le=2**31)] = _DEFAULT.version

    @staticmethod
    def of(policy: RiskPolicy) -> PolicySent:
        """A policy as it travels."""
        return PolicySent(
            floor=policy.floor_minor,
            till_day=policy.till_day_minor,
            store_day=policy.store_day_minor,
            override=policy.override_minor,
            override_day=policy.override_day_minor,
            voucher_face=policy.voucher_face_minor,
            card_offline=policy.card_offline,
            stale_minutes=policy.stale_after // _MINUTE,
            member_debt=policy.member_debt,
            lease=policy.lease_minor,
            budgets=policy.lends_budgets,
            sale_points=policy.sale_points,
            till_day_points=policy.till_day_points,
            returns=policy.returns_minor,
            version=policy.version,
        )

    def read(self) -> RiskPolicy:
        """The policy."""
        return RiskPolicy(
            floor_minor=self.floor,
            till_day_minor=self.till_day,
            store_day_minor=self.store_day,
            override_minor=self.override,
            override_day_minor=self.override_day,
            voucher_face_minor=self.voucher_face,
            card_offline=self.card_offline,
            stale_after=self.stale_minutes * _MINUTE,
            member_debt=self.member_debt,
            lease_minor=self.lease,
            lends_budgets=self.budgets,
            sale_points=self.sale_points,
            till_day_points=self.till_day_points,
            returns_minor=self.returns,
            version=self.version,
        )


def statement(office: str, policy: PolicySent) -> bytes:
    """What head office signs of a policy: whose it is, its version and every key of it."""
    return b"LJ1 policy\0" + office.encode("ascii") + b"\0" + msgspec.json.encode(policy)
