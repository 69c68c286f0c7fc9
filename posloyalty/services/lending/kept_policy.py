"""Head office's policy as the till's settings keep it: what a later release added has a default."""

from __future__ import annotations

import json
from datetime import timedelta

from posloyalty.sync.risk_policy import RiskPolicy


def policy_text(policy: RiskPolicy) -> str:
    """The text of a policy."""
    return json.dumps(
        {
            "floor": policy.floor_minor,
            "till_day": policy.till_day_minor,
            "store_day": policy.store_day_minor,
            "override": policy.override_minor,
            "override_day": policy.override_day_minor,
            "voucher_face": policy.voucher_face_minor,
            "card_offline": policy.card_offline,
            "stale_minutes": policy.stale_after // timedelta(minutes=1),
            "member_debt": policy.member_debt,
            "lease": policy.lease_minor,
            "budgets": policy.lends_budgets,
            "sale_points": policy.sale_points,
            "till_day_points": policy.till_day_points,
            "returns": policy.returns_minor,
            "version": policy.version,
        }
    )


def policy_of(text: str) -> RiskPolicy | None:
    """The policy of a text; None where the till is alone, and the text empty."""
    if not text:
        return None
    stored = json.loads(text)
    return RiskPolicy(
        floor_minor=stored["floor"],
        till_day_minor=stored["till_day"],
        store_day_minor=stored["store_day"],
        override_minor=stored["override"],
        override_day_minor=stored.get("override_day", RiskPolicy().override_day_minor),
        voucher_face_minor=stored["voucher_face"],
        card_offline=stored["card_offline"],
        stale_after=timedelta(minutes=stored["stale_minutes"]),
        member_debt=stored["member_debt"],
        lease_minor=stored.get("lease", RiskPolicy().lease_minor),
        lends_budgets=stored.get("budgets", True),
        sale_points=stored.get("sale_points", RiskPolicy().sale_points),
        till_day_points=stored.get("till_day_points", RiskPolicy().till_day_points),
        returns_minor=stored.get("returns"),
        version=stored.get("version", 0),
    )
