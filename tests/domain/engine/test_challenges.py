"""Challenges are a fold over what was counted: the earliest possible, in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as some

from posloyalty.domain.engine.challenges import Attempt, made_meter
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.kinds.challenge import Challenge
from tests.domain.engine.made import MEMBER_ID, member, rules

MARCH = date(2026, 3, 1)
LAST = date(2026, 12, 31)


def declared(text: str) -> Challenge:
    (found,) = programme(text).of(Challenge)
    return found


def programme(text: str):  # type: ignore[no-untyped-def]
    return rules(f'[[challenge]]\nid = "it"\ngives = {{ points = 1 }}\n{text}\n')


def entry(day: date, amount: int = 1, *, meter: str = "purchases", number: int = 0) -> MeterEntry:
    return MeterEntry(
        meter=meter,
        owner=MEMBER_ID,
        day=day,
        at=datetime.combine(day, time(12), tzinfo=UTC),
        amount=amount,
        event_id=number.to_bytes(16, "big"),
    )


def march(*days: int) -> list[MeterEntry]:
    return [entry(MARCH.replace(day=day), number=n) for n, day in enumerate(days, 1)]


def made_in(text: str, entries: list[MeterEntry], through: date = LAST) -> list[int]:
    attempt = Attempt(programme(text), declared(text), member(meters=tuple(entries)))
    return [day.day for day in attempt.made(date.min, through)]


FIVE = "need = { visit_days = 5 }\nwithin = { days = 14 }\nagain = true"


@pytest.mark.parametrize(
    ("days", "made"),
    [
        ((1, 3, 3, 8, 12, 14), [14]),
        ((1, 3, 3, 8, 12, 15), []),  # the first day has gone
        ((1, 3, 3, 8, 12, 15, 16), [16]),
        ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10), [5, 10]),
        ((1, 2, 3, 4, 5, 5, 6, 7, 8, 9), [5]),  # a day counts for one of them
    ],
)
def test_so_many_days_within_the_last_ones(days: tuple[int, ...], made: list[int]) -> None:
    assert made_in(FIVE, march(*days)) == made


@pytest.mark.parametrize(
    ("days", "made"),
    [
        ((2, 9, 16, 23), [23]),
        ((2, 9, 23, 30), []),  # a week is missing
        ((1, 2, 9, 16, 23), [16]),  # 1 March is a Sunday, a week of its own
        ((1, 2, 9, 16, 17, 23, 30), [16]),
    ],
)
def test_weeks_in_a_row(days: tuple[int, ...], made: list[int]) -> None:
    text = 'need = { visits = 1 }\nin_a_row = { per = "week", times = 4 }\nagain = true'
    assert made_in(text, march(*days)) == made


def test_each_month_by_itself_and_a_life_as_often_as_it_goes_in() -> None:
    spent = [entry(date(2026, month, 20), 6000, meter="spend", number=month) for month in (3, 4, 5)]
    spent += [entry(date(2026, 3, 28), 4000, meter="spend", number=9)]
    monthly = 'need = { spend = "100.00" }\nwithin = { per = "month" }\nagain = true'
    assert made_in(monthly, spent) == [28]
    assert made_in('need = { spend = "100.00" }\nagain = true', spent) == [28, 20]
    assert made_in('need = { spend = "50.00" }\nagain = true', spent) == [20, 28, 20, 20]
    dated = "within = { from = 2026-03-21, through = 2026-04-30 }"
    assert made_in(f'need = {{ spend = "100.00" }}\n{dated}', spent) == [20]


def test_once_is_once_in_a_life_and_again_is_what_was_not_given_for() -> None:
    entries = march(*range(1, 13))
    given = [entry(MARCH.replace(day=5), meter="test/made/it", number=5)]
    for text, fresh in ((FIVE, [10]), (FIVE.replace("again = true", ""), [])):
        known = member(meters=(*entries, *given))
        attempt = Attempt(programme(text), declared(text), known)
        assert [day.day for day in attempt.fresh(date(2026, 3, 12))] == fresh


@given(
    days=some.lists(some.integers(0, 60), max_size=25),
    need=some.integers(1, 4),
    span=some.integers(1, 20),
)
def test_events_in_any_order_give_the_same_and_a_late_one_never_takes_any(
    days: list[int], need: int, span: int
) -> None:
    text = f"need = {{ visits = {need} }}\nwithin = {{ days = {span} }}\nagain = true"
    rule, shared = declared(text), programme(text)
    entries = [entry(MARCH + timedelta(days=day), number=n) for n, day in enumerate(days, 1)]
    whole = Attempt(shared, rule, member(meters=tuple(entries))).made(date.min, LAST)
    back = Attempt(shared, rule, member(meters=tuple(reversed(entries)))).made(date.min, LAST)
    assert whole == back
    for n in range(len(entries)):
        without = (*entries[:n], *entries[n + 1 :])
        fewer = Attempt(shared, rule, member(meters=without)).made(date.min, LAST)
        assert len(fewer) <= len(whole)


@given(order=some.permutations(list(range(12))), span=some.integers(3, 20))
def test_what_was_given_for_in_some_order_of_arrival_is_as_many_in_the_end(
    order: list[int], span: int
) -> None:
    """Each event is followed by what it gives; a till that hears late ones gives the rest later."""
    text = (
        f"need = {{ visit_days = 3 }}\nwithin = {{ days = {span} }}\nagain = true\nlate_days = 90"
    )
    rule, shared = declared(text), programme(text)
    every = [entry(MARCH + timedelta(days=2 * n), number=n + 1) for n in range(12)]
    numbers = count(100)
    known: list[MeterEntry] = []
    for place in order:
        known.append(every[place])
        attempt = Attempt(shared, rule, member(meters=tuple(known)))
        meter = shared.meter(made_meter(rule))
        known += [entry(d, meter=meter, number=next(numbers)) for d in attempt.fresh(every[-1].day)]
    at_once = Attempt(shared, rule, member(meters=tuple(every))).made(date.min, LAST)
    given_for = [one for one in known if one.meter.endswith("made/it")]
    assert len(given_for) == len(at_once)


def test_it_looks_back_so_that_what_arrives_late_is_found() -> None:
    day = date(2026, 6, 30)
    for within, first in (
        ("within = { days = 14 }", date(2026, 5, 18)),
        ('within = { per = "month" }', date(2026, 5, 1)),
        ('in_a_row = { per = "week", times = 3 }', date(2026, 5, 11)),
        ("within = { from = 2026-04-01, through = 2026-06-10 }", date(2026, 4, 1)),
        ("within = { from = 2026-04-01, through = 2026-05-10 }", day),
    ):
        assert declared(f"need = {{ visits = 2 }}\n{within}").looks_back_to(day) == first
    assert replace(declared(FIVE), again=False).counts_whole_life
    assert not declared(FIVE).counts_whole_life
