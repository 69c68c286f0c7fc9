"""Drafts with a known hole, and one without."""

from __future__ import annotations

HEAD = """language = 2
id = "draft"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"

"""
POINTS = """[[wallet]]
id = "points"
negative = "{negative}"
spend = {{ points = {points}, money = "{money}" }}

[[earn]]
id = "base"
per_spend = {{ points = 1, money = "1.00" }}

"""
TEN_PERCENT = """[[offer]]
id = "ten"
scope = "order"
percent = "10%"
when = { min_spend = "100.00" }
"""
HALF_AND_MORE = """[[offer]]
id = "{id}"
scope = "order"
base = "initial"
percent = "{percent}"
when = {{ min_spend = "80.00" }}

"""
ROUND = """[[wallet]]
id = "a"
spend = { points = 100, money = "1.00" }

[[wallet]]
id = "b"

[[earn]]
id = "base"
wallet = "a"
per_spend = { points = 1, money = "1.00" }

[[conversion]]
id = "there"
from = "a"
to = "b"
gives = 1
gets = 2

[[conversion]]
id = "back"
from = "b"
to = "a"
gives = 1
gets = 9
"""

REWARD = """[[reward]]
id = "more"
cost = 10
gives = { points = 150 }
"""


def points(points: int = 100, money: str = "1.00", negative: str = "negative") -> str:
    """A wallet whose points are worth something."""
    return POINTS.format(points=points, money=money, negative=negative)


HOLES = {
    "a reward gives more points than it costs": HEAD + points() + REWARD,
    "debts are let go, and what the points bought is kept": HEAD
    + points(negative="within_balance"),
    "points are worth more than they cost": HEAD + points(points=1, money="1.50"),
    "two offers take 110 % together": HEAD
    + points()
    + HALF_AND_MORE.format(id="one", percent="60%")
    + HALF_AND_MORE.format(id="other", percent="50%"),
    "points come back as more from a conversion": HEAD + ROUND,
}
FAIR = HEAD + points() + TEN_PERCENT
