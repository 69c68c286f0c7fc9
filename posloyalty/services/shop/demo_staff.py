"""Who works in the demo shop, and by which PINs; a demo's sign-in shows them as a hint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from posloyalty.domain.shop.operator import Role

DEMO_SETTING: Final = "demo.shop"
"""Marks a book as a demo's; in no other are the PINs told."""
STAFF: Final = (
    (Role.CASHIER, "1234", {"zh_CN": "李敏", "zh_TW": "李敏", "en": "Li Min"}),
    (Role.SUPERVISOR, "2345", {"zh_CN": "陈静", "zh_TW": "陳靜", "en": "Chen Jing"}),
    (Role.MANAGER, "3456", {"zh_CN": "赵刚", "zh_TW": "趙剛", "en": "Zhao Gang"}),
)
"""Role, PIN, name by language."""


def pins() -> Iterator[tuple[Role, str]]:
    """The demo's PINs by role."""
    for role, pin, _ in STAFF:
        yield role, pin
