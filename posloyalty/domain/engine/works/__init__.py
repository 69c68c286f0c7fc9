"""What the declared kinds do.

A new kind's work is a new file here and its name in the lists below.
"""

from posloyalty.domain.engine.works import (
    alive,
    conversion,
    gift_cards,
    release,
    sharing,
    tier_acts,
    tiers,
    warning,
)

__all__ = [
    "alive",
    "conversion",
    "gift_cards",
    "release",
    "sharing",
    "tier_acts",
    "tiers",
    "warning",
]
