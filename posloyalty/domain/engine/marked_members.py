"""Members that are there to try things out: they earn and spend like others and count for nothing.

The mark is a right of kind TEST_MEMBER that head office gives and withdraws, so that every till
hears of it. What a campaign gives to one of them is no use of its budget.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from posloyalty.domain.engine.member_state import MemberState

TEST_MEMBER: Final = "test_member"


def is_test(state: MemberState | None, day: date) -> bool:
    """Whether somebody is a test member on a day."""
    if state is None:
        return False
    return any(right.kind == TEST_MEMBER and right.good_on(day) for right in state.rights)
