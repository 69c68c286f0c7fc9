"""What the declared kinds do.

A new kind's work is a new file here and its name in the list below.
"""

from posloyalty.domain.engine.works import (
    activity,
    alive,
    board,
    campaigns,
    causes,
    challenge,
    claims,
    clubs,
    conversion,
    draw,
    event,
    gift_cards,
    partners,
    pass_uses,
    plans,
    prize,
    referral,
    release,
    reward,
    risk,
    rule,
    rule_return,
    sharing,
    snapshots,
    tier_acts,
    tiers,
    voice,
    voice_at_counter,
    voucher,
    warning,
    winding_down,
)
