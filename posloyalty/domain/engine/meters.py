"""The meters that every programme shares, by name.

What a sale counts is dated by the day of the programme's zone on which it was rung; what is taken
back is a negative entry on that same day.

| meter | what it adds up |
|---|---|
| `purchases` | sales |
| `spend` | what was paid for goods that earn, minor units of the currency |
| `earned/<ledger>` | points that sales earned, minor units of the wallet |
| `bonus/<ledger>` | points that were given beside what a sale earned |
| `capped/<ledger>` | points that a limit of the wallet held back |
| `released/<ledger>` | points that an event made usable, on the day of that event |
| `alive/<ledger>` | activity that keeps points alive, on the last good day that it promises |
| `taken_in/<ledger>` | points into a wallet with limits, by household, till, store or campaign |
| `<programme>/shop_cost/reward:<id>/money` | what rewards that were exchanged by themselves cost |
"""

from __future__ import annotations

from typing import Final

PURCHASES: Final = "purchases"
SHOP_COST: Final = "shop_cost/"
SPEND: Final = "spend"


def earned_meter(ledger: str) -> str:
    """What sales earned in a ledger, whatever became of it."""
    return f"earned/{ledger}"


def bonus_meter(ledger: str) -> str:
    """What was given in a ledger beside the points of sales."""
    return f"bonus/{ledger}"


def capped_meter(ledger: str) -> str:
    """What limits of the wallet held back."""
    return f"capped/{ledger}"


def released_meter(ledger: str) -> str:
    """What was pending until an event, and became usable."""
    return f"released/{ledger}"


def alive_meter(ledger: str) -> str:
    """Activity that keeps points alive, dated by the last good day that it promises."""
    return f"alive/{ledger}"


def shop_cost_meter(key: str) -> str:
    """What things of one kind and id cost the shop, of a programme: no goods bear it."""
    return f"{SHOP_COST}{key}/money"


def taken_in_meter(ledger: str) -> str:
    """What a wallet took in, by others than the member, for limits on them."""
    return f"taken_in/{ledger}"
