"""What a rule may still give, by span, owner, unit and mode."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from posloyalty.domain.engine.limits import Usage
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.limit import (
    Limit,
    LimitMode,
    LimitOf,
    LimitPer,
    LimitUnit,
    use_meter,
)

ANNA, TILL = b"a" * 16, b"t" * 16
TODAY = date(2026, 6, 2)  # a Tuesday


def given(day: date, amount: int = 1, *, owner: bytes = ANNA, rule: str = "trial") -> MeterEntry:
    return MeterEntry(
        meter=use_meter(rule, LimitUnit.COUNT),
        owner=owner,
        day=day,
        at=datetime.combine(day, time(12), tzinfo=UTC),
        amount=amount,
        event_id=b"e" * 16,
    )


def used_by(*entries: MeterEntry, event: tuple[MeterEntry, ...] = ()) -> Usage:
    return Usage(
        TODAY, {LimitOf.MEMBER: ANNA, LimitOf.TILL: TILL}, _by_meter(entries), _by_meter(event)
    )


def _by_meter(entries: tuple[MeterEntry, ...]) -> dict[str, tuple[MeterEntry, ...]]:
    names = {entry.meter for entry in entries}
    return {name: tuple(one for one in entries if one.meter == name) for name in names}


def limit(per: LimitPer, most: int = 1, **more: object) -> Limit:
    return Limit(unit=LimitUnit.COUNT, most=most, per=per, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("per", "inside", "outside"),
    [
        (LimitPer.DAY, date(2026, 6, 2), date(2026, 6, 1)),
        (LimitPer.WEEK, date(2026, 6, 1), date(2026, 5, 31)),
        (LimitPer.MONTH, date(2026, 6, 1), date(2026, 5, 31)),
        (LimitPer.QUARTER, date(2026, 4, 1), date(2026, 3, 31)),
        (LimitPer.YEAR, date(2026, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_span_of_the_calendar_begins_on_its_first_day(
    per: LimitPer, inside: date, outside: date
) -> None:
    once = limit(per)
    assert used_by(given(inside)).used(once, "trial") == 1
    assert used_by(given(outside)).used(once, "trial") == 0


def test_once_in_thirty_days_is_free_again_on_the_thirtieth_day_after() -> None:
    once = limit(LimitPer.DAYS, days=30)
    for day, left in ((date(2026, 5, 3), 1), (date(2026, 5, 4), 0)):
        room = used_by(given(day)).room([once], "trial", LimitUnit.COUNT)
        assert room is not None
        assert room.left == left


def test_a_lifetime_has_no_beginning_and_a_sale_only_what_it_gave_itself() -> None:
    ever = used_by(given(date(1999, 1, 1), 5), event=(given(TODAY, 2), given(TODAY, owner=TILL)))
    assert ever.used(limit(LimitPer.LIFETIME), "trial") == 5
    assert ever.used(limit(LimitPer.SALE), "trial") == 2
    assert ever.used(limit(LimitPer.SALE, of=LimitOf.TILL), "trial") == 1
    assert used_by(given(TODAY, 5)).used(limit(LimitPer.SALE), "trial") == 0


def test_counts_of_others_and_of_other_rules_do_not_matter() -> None:
    entries = used_by(given(TODAY, owner=TILL), given(TODAY, rule="other"))
    assert entries.used(limit(LimitPer.DAY), "trial") == 0
    assert entries.used(limit(LimitPer.DAY, of=LimitOf.TILL), "trial") == 1
    assert entries.used(limit(LimitPer.DAY, of=LimitOf.STORE), "trial") == 0


def test_the_tightest_limit_decides_and_never_goes_below_nothing() -> None:
    limits = [limit(LimitPer.LIFETIME, 10), limit(LimitPer.DAY, 2, mode=LimitMode.REJECT)]
    room = used_by(given(TODAY, 5)).room(limits, "trial", LimitUnit.COUNT)
    assert room is not None
    assert (room.left, room.limit.per) == (0, LimitPer.DAY)
    assert used_by().room(limits, "trial", LimitUnit.MONEY) is None


@pytest.mark.parametrize(("mode", "fits"), [(LimitMode.TRIM, 30), (LimitMode.REJECT, 0)])
def test_beyond_a_limit_a_rule_is_trimmed_or_gives_nothing(mode: LimitMode, fits: int) -> None:
    room = used_by(given(TODAY, 70)).room(
        [limit(LimitPer.DAY, 100, mode=mode)], "trial", LimitUnit.COUNT
    )
    assert room is not None
    assert (room.fits(45), room.fits(30)) == (fits, 30)
