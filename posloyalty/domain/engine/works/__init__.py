"""What the declared kinds do.

A new kind's work is a new file here and its name in the lists below.
"""

from posloyalty.domain.engine.works import (
    activity,
    alive,
    board,
    campaigns,
    causes,
    challenge,
    claims,
    conversion,
    gift_cards,
    pass_uses,
    plans,
    referral,
    release,
    reward,
    rule,
    rule_return,
    sharing,
    snapshots,
    tier_acts,
    tiers,
    voucher,
    warning,
)

__all__ = [
    "activity",
    "alive",
    "board",
    "campaigns",
    "causes",
    "challenge",
    "claims",
    "conversion",
    "gift_cards",
    "pass_uses",
    "plans",
    "referral",
    "release",
    "reward",
    "rule",
    "rule_return",
    "sharing",
    "snapshots",
    "tier_acts",
    "tiers",
    "voucher",
    "warning",
]
