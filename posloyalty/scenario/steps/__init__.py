"""Kinds of steps. A new kind is a new file here, and its name in the lines below."""

from posloyalty.scenario.steps import (
    activity,
    cards,
    clock,
    connection,
    deliver,
    give_back,
    lease,
    lost_till,
    programme,
    run,
    sale,
    sign_up,
    snapshot,
    take_up,
    uses,
    wait,
)

__all__ = [
    "activity",
    "cards",
    "clock",
    "connection",
    "deliver",
    "give_back",
    "lease",
    "lost_till",
    "programme",
    "run",
    "sale",
    "sign_up",
    "snapshot",
    "take_up",
    "uses",
    "wait",
]
