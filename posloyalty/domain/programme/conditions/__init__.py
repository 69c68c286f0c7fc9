"""The kinds of conditions. A new kind is a new file here, and its name in the line below."""

from posloyalty.domain.programme.conditions import (
    birthday,
    bucket,
    contains,
    dates,
    first_purchase,
    hours,
    logic,
    mark,
    member,
    min_spend,
    picked,
    plan,
    quantity,
    segment,
    tier,
    weekdays,
)

__all__ = [
    "birthday",
    "bucket",
    "contains",
    "dates",
    "first_purchase",
    "hours",
    "logic",
    "mark",
    "member",
    "min_spend",
    "picked",
    "plan",
    "quantity",
    "segment",
    "tier",
    "weekdays",
]
