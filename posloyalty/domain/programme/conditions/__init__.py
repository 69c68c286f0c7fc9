"""The kinds of conditions. A new kind is a new file here, and its name in the line below."""

from posloyalty.domain.programme.conditions import (
    birthday,
    contains,
    dates,
    first_purchase,
    hours,
    logic,
    mark,
    member,
    min_spend,
    quantity,
    tier,
    weekdays,
)

__all__ = [
    "birthday",
    "contains",
    "dates",
    "first_purchase",
    "hours",
    "logic",
    "mark",
    "member",
    "min_spend",
    "quantity",
    "tier",
    "weekdays",
]
