"""A till that feigns being out of reach differs from those that are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from posloyalty.sync.office.out_of_reach import LATE, Rung, TillReach, reach_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def sales(till: int, spells: int, *, risky: int, operator: str = "ann") -> list[Rung]:
    """A till with spells of an hour and four sales each; in the first `risky` of them something was
    handed out. As many sales again come at once.
    """
    found = []
    for spell in range(spells):
        began = NOON + timedelta(hours=2 * spell)
        for n in range(4):
            at = began + timedelta(minutes=10 * n)
            floor = 300 if spell < risky and n == 2 else 0
            found.append(rung(till, at, began + timedelta(hours=1), floor, operator))
            soon = at + timedelta(hours=1)
            found.append(rung(till, soon, soon + timedelta(seconds=1), 0, operator))
    return found


def rung(till: int, at: datetime, received: datetime, floor: int, operator: str) -> Rung:
    return Rung(
        till_id=bytes([till]) * 16, at=at, received=received, operator=operator, floor_minor=floor
    )


def named(found: list[TillReach]) -> list[int]:
    return [one.till_id[0] for one in found if one.conspicuous]


def test_fault_58_a_till_that_hands_out_in_most_of_its_spells_is_named() -> None:
    honest = [one for till in range(2, 9) for one in sales(till, 6, risky=1)]
    found = reach_of([*honest, *sales(1, 6, risky=5, operator="eve")])
    assert named(found) == [1]
    first = found[0]
    assert (first.spells, first.late, first.sales) == (6, 24, 48)
    assert (first.risky_spells, first.risky_sales, first.risked_minor) == (5, 5, 1_500)
    assert (first.operator, first.by_operator) == ("eve", 5)
    assert first.away == timedelta(hours=6)


def test_a_bad_line_alone_names_nobody() -> None:
    honest = [one for till in range(2, 9) for one in sales(till, 4, risky=1)]
    # Five times as often away as the others, and customers spend there as they do elsewhere.
    found = reach_of([*honest, *sales(1, 20, risky=5)])
    assert named(found) == []
    assert found[0].till_id[0] == 1


def test_two_spells_are_not_enough_to_be_named_for_and_a_chain_of_one_has_no_others() -> None:
    honest = [one for till in range(2, 9) for one in sales(till, 6, risky=0)]
    assert named(reach_of([*honest, *sales(1, 2, risky=2)])) == []
    assert named(reach_of([*honest, *sales(1, 3, risky=3)])) == [1]
    assert named(reach_of(sales(1, 9, risky=9))) == []


def test_what_came_in_time_was_in_reach() -> None:
    in_time = [rung(1, NOON, NOON + LATE, 0, "ann")]
    assert reach_of(in_time) == []
    assert reach_of([rung(1, NOON, NOON + LATE + timedelta(seconds=1), 0, "ann")])[0].spells == 1
