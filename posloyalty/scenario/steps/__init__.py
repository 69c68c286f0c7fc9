"""Kinds of steps. A new kind is a new file here, and its name in the lines below."""

from posloyalty.scenario.steps import (
    activity,
    cards,
    clock,
    connection,
    deliver,
    give_back,
    partner,
    programme,
    run,
    sale,
    sign_up,
    snapshot,
    wait,
)

__all__ = [
    "activity",
    "cards",
    "clock",
    "connection",
    "deliver",
    "give_back",
    "partner",
    "programme",
    "run",
    "sale",
    "sign_up",
    "snapshot",
    "wait",
]
