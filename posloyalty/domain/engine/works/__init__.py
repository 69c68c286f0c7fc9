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
    conversion,
    draw,
    event,
    gift_cards,
    pass_uses,
    referral,
    release,
    reward,
    rule,
    sharing,
    snapshots,
    tier_acts,
    tiers,
    voice,
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
    "conversion",
    "draw",
    "event",
    "gift_cards",
    "pass_uses",
    "referral",
    "release",
    "reward",
    "rule",
    "sharing",
    "snapshots",
    "tier_acts",
    "tiers",
    "voice",
    "voucher",
    "warning",
]
