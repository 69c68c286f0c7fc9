"""Which file makes which area of a till; each is imported when its first service is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from posloyalty.bootstrap.base import Base
from posloyalty.services import till

MAKERS: Final[Mapping[till.Area, str]] = {
    till.Staff: "staff",
    till.Selling: "selling",
    till.Papers: "papers",
    till.GoodsBack: "goods_back",
    till.Membership: "membership",
    till.WholeBook: "whole_book",
    till.Connection: "connection",
}
"""In `posloyalty.bootstrap`; each has a function of its own name that gives the area."""


def make_area(base: Base, whole: till.Till, area: till.Area) -> object:
    """Make one area of a till."""
    name = MAKERS[area]
    made: object = getattr(import_module(f"posloyalty.bootstrap.{name}"), name)(base, whole)
    return made
