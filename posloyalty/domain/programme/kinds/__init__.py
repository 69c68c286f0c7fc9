"""The kinds of things that a programme declares beside wallets, earning, tiers and offers.

A new kind is a new file here and its name in the lists below.
"""

from posloyalty.domain.programme.kinds import (
    activity,
    campaign,
    cause,
    conversion,
    gift_card,
    household,
    partner,
    personal,
    returns,
    reward,
    rule,
    segment,
    sharing,
    voucher,
)

__all__ = [
    "activity",
    "campaign",
    "cause",
    "conversion",
    "gift_card",
    "household",
    "partner",
    "personal",
    "returns",
    "reward",
    "rule",
    "segment",
    "sharing",
    "voucher",
]
