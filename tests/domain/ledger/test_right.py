"""Rights: what can be done with them on a day, and that their changes only add up."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from posloyalty.domain.ledger.right import (
    Right,
    RightChange,
    RightFault,
    RightMove,
    RightState,
    after_change,
    fold_rights,
)

DAY = date(2026, 3, 1)
PASS = Right(
    id=b"r" * 16,
    kind="pass",
    of="coffee",
    owner=b"m" * 16,
    programme="club",
    uses=30,
    last_day=date(2026, 3, 31),
)


def change(
    move: RightMove, amount: int = 1, *, number: int = 1, opens: Right | None = None
) -> RightChange:
    return RightChange(
        id=bytes([number]) * 16,
        right_id=PASS.id,
        move=move,
        event_id=b"e" * 16,
        amount=amount,
        opens=opens,
    )


ISSUE = change(RightMove.ISSUE, number=0, opens=PASS)


@pytest.mark.parametrize(
    ("right", "state"),
    [
        (PASS, RightState.GOOD),
        (replace(PASS, last_day=date(2026, 2, 28)), RightState.EXPIRED),
        (replace(PASS, last_day=DAY), RightState.GOOD),
        (replace(PASS, from_day=date(2026, 3, 2)), RightState.WAITING),
        (replace(PASS, held=True), RightState.WAITING),
        (replace(PASS, held=True, released=1), RightState.GOOD),
        (replace(PASS, used=30), RightState.USED),
        (replace(PASS, uses=0, used=500), RightState.GOOD),
        (replace(PASS, cancelled=1, used=30), RightState.CANCELLED),
    ],
)
def test_what_can_be_done_with_a_right_on_a_day(right: Right, state: RightState) -> None:
    assert right.state(DAY) is state
    assert right.good_on(DAY) is (state is RightState.GOOD)


def test_uses_are_counted_and_given_back() -> None:
    used = change(RightMove.USE, 7, number=1)
    back = change(RightMove.GIVE_BACK, 2, number=2)
    (right,) = fold_rights([ISSUE, used, back]).values()
    assert (right.used, right.left) == (5, 25)


def test_days_added_move_the_last_day() -> None:
    longer = change(RightMove.EXTEND, 14, number=1)
    assert after_change(PASS, longer).last_day == date(2026, 4, 14)


def test_a_cancellation_that_is_taken_back_leaves_the_right_good() -> None:
    cancel, revive = (
        change(m, number=n) for n, m in ((1, RightMove.CANCEL), (2, RightMove.REVIVE))
    )
    assert fold_rights([ISSUE, cancel])[PASS.id].state(DAY) is RightState.CANCELLED
    assert fold_rights([revive, cancel, ISSUE])[PASS.id].good_on(DAY)


def test_the_same_change_twice_changes_once() -> None:
    used = change(RightMove.USE, number=1)
    assert fold_rights([ISSUE, used, used, ISSUE]) == fold_rights([ISSUE, used])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([change(RightMove.USE)], "RIGHT_UNKNOWN"),
        ([change(RightMove.ISSUE)], "ISSUE_WITHOUT_RIGHT"),
        ([ISSUE, replace(ISSUE, amount=2)], "SAME_ID_OTHER_FIELDS"),
    ],
)
def test_changes_that_cannot_all_be_true_are_named(changes: list[RightChange], code: str) -> None:
    with pytest.raises(RightFault) as fault:
        fold_rights(changes)
    assert (fault.value.code, fault.value.change_id) == (code, changes[-1].id)


@given(
    st.lists(st.tuples(st.sampled_from([m for m in RightMove if m is not RightMove.ISSUE]))),
    st.randoms(),
)
def test_changes_may_arrive_in_any_order(moves: list[tuple[RightMove]], order: Random) -> None:
    changes = [ISSUE, *(change(move, number=n + 1) for n, (move,) in enumerate(moves[:200]))]
    shuffled = list(changes)
    order.shuffle(shuffled)
    assert fold_rights(shuffled) == fold_rights(changes)
