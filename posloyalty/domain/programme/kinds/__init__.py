"""The kinds of things that a programme declares beside wallets, earning, tiers and offers.

A new kind is a new file here and its name in the list below.
"""

from posloyalty.domain.programme.kinds import (
    activity,
    badge,
    board,
    campaign,
    cause,
    challenge,
    claim,
    club,
    conversion,
    draw,
    event,
    gift_card,
    household,
    partner,
    pass_,
    personal,
    plan,
    privilege,
    referral,
    returns,
    reward,
    risk,
    rule,
    segment,
    sharing,
    story,
    survey,
    vote,
    voucher,
    winding_down,
)
