"""The kinds of things that a programme declares beside wallets, earning, tiers and offers.

A new kind is a new file here and its name in the lists below.
"""

from posloyalty.domain.programme.kinds import (
    activity,
    badge,
    board,
    campaign,
    cause,
    challenge,
    claim,
    conversion,
    gift_card,
    household,
    pass_,
    personal,
    plan,
    privilege,
    referral,
    returns,
    reward,
    rule,
    segment,
    sharing,
    voucher,
)

__all__ = [
    "activity",
    "badge",
    "board",
    "campaign",
    "cause",
    "challenge",
    "claim",
    "conversion",
    "gift_card",
    "household",
    "pass_",
    "personal",
    "plan",
    "privilege",
    "referral",
    "returns",
    "reward",
    "rule",
    "segment",
    "sharing",
    "voucher",
]
