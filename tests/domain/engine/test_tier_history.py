"""Levels as a fold: no gap, no overlap, no order of arrival; and what a till does step by step."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.engine.moment import Trigger
from posloyalty.domain.engine.tier_spans import Interval, TierCause, TierSpan, spans
from posloyalty.domain.programme.tier_hold import FOREVER
from posloyalty.domain.values.calendar import add_months
from tests.domain.engine.club import Club
from tests.domain.engine.made import product, rules

FIRST = date(2026, 1, 20)
SCHEME = """
[[tier_scheme]]
id = "level"
window = {{ {window} }}
{hold}
start = "{start}"
downgrade = "{downgrade}"
on_return = "{on_return}"
grace = {{ days = {grace} }}
level = [
  {{ id = "silver", from = 100 }},
  {{ id = "gold", from = 200 }},
  {{ id = "black", from = 400 }},
]
challenge = [{{ id = "sprint", level = "gold", days = 40, need = {{ visits = 2 }}, trial = true }}]
"""
ROLLING = ('kind = "rolling_months", months = 3', ("hold_months = 2", "hold_months = 7"))
PERIODS = (
    'hold = { kind = "periods", periods = 1 }',
    'hold = { kind = "periods", periods = 2 }',
    'hold = { kind = "day", month = 2, day = 29, years = 1 }',
    'hold = { kind = "for_ever" }',
)
WINDOWS = (
    ROLLING,
    ('kind = "calendar", period = "quarter"', (*PERIODS, "hold_months = 5")),
    ('kind = "anniversary", months = 6', (*PERIODS, "hold_months = 5")),
    ('kind = "lifetime"', ("hold_months = 4", PERIODS[2], PERIODS[3])),
)


@st.composite
def schemes(draw: st.DrawFn, on_return: str | None = None) -> str:
    window, holds = draw(st.sampled_from(WINDOWS))
    hold = draw(st.sampled_from(holds))
    by_period = window[8:11] in ("cal", "ann") and hold in PERIODS
    downgrade = draw(st.sampled_from(["reassess", "one", "none"]))
    return SCHEME.format(
        window=window,
        hold="" if downgrade == "none" else hold,
        start=draw(st.sampled_from(["now", "next_period"] if by_period else ["now"])),
        downgrade=downgrade,
        on_return=on_return or draw(st.sampled_from(["keep", "reassess"])),
        grace=draw(st.sampled_from([0, 10])),
    )


# (days since the event before, what happens): an amount is bought, a number returns that sale.
STEPS = st.lists(
    st.tuples(
        st.integers(0, 70),
        st.one_of(
            st.integers(0, 250).map(lambda n: ("buy", n)),
            st.integers(0, 9).map(lambda n: ("return", n)),
            st.sampled_from([("grant", 0), ("withdraw", 0), ("challenge", 0)]),
        ),
    ),
    min_size=1,
    max_size=12,
)


def lived(scheme: str, steps: list[tuple[int, tuple[str, int]]]) -> tuple[Club, list[date]]:
    """A club in which the steps were taken, and the day of each."""
    club = Club(rules(scheme), joined=FIRST.isoformat())
    day, back, days = FIRST, set[bytes](), []
    for wait, (what, n) in steps:
        day += timedelta(days=wait)
        on = day.isoformat()
        days.append(day)
        if what == "buy":
            club.buys(product("A", f"{n}.00"), on=on)
        elif what == "return" and n < len(club.sales) and club.sales[n] not in back:
            back.add(club.sales[n])
            club.returns(club.sales[n], on=on)
        elif what == "grant":
            through = (day + timedelta(days=45)).isoformat()
            club.does("level/gold", on=on, trigger=Trigger.TIER_GRANT, through=through)
        elif what == "withdraw":
            club.does("level/gold", on=on, trigger=Trigger.TIER_WITHDRAW)
        elif what == "challenge":
            club.does("level/sprint", on=on, trigger=Trigger.TIER_CHALLENGE)
    return club, days


def on_day(spans: tuple[TierSpan, ...], day: date) -> TierSpan:
    (found,) = [s for s in spans if s.first <= day and (s.last is None or day <= s.last)]
    return found


@given(schemes(), STEPS)
def test_invariant_14_the_history_has_no_gap_and_no_overlap(
    scheme: str, steps: list[tuple[int, tuple[str, int]]]
) -> None:
    club, _ = lived(scheme, steps)
    spans = club.history()
    assert spans[0].first == FIRST
    assert spans[-1].last is None
    for before, after in pairwise(spans):
        assert before.last is not None
        assert before.first <= before.last
        assert after.first == before.last + timedelta(days=1)
        assert after.rank != before.rank
    assert all(one.level is None or one.rank for one in spans)


@given(schemes(), STEPS, st.randoms(use_true_random=False))
def test_invariant_11_the_order_of_arrival_changes_nothing(
    scheme: str, steps: list[tuple[int, tuple[str, int]]], order: Random
) -> None:
    club, _ = lived(scheme, steps)
    shuffled = list(club.done.values())
    order.shuffle(shuffled)
    assert club.history(shuffled) == club.history()
    assert club.history([*shuffled, *club.done.values()][: len(shuffled)]) == club.history()


@given(schemes(), STEPS)
def test_what_the_till_does_event_by_event_is_what_the_fold_says(
    scheme: str, steps: list[tuple[int, tuple[str, int]]]
) -> None:
    """From the last event on, for two years, day by day where something can change."""
    club, days = lived(scheme, steps)
    spans = club.history()
    last = days[-1]
    for ahead in (0, 1, 9, 10, 11, 30, 44, 45, 61, 62, 91, 122, 153, 184, 245, 366, 500, 731):
        day = last + timedelta(days=ahead)
        span, tier = on_day(spans, day), club.tier(day.isoformat())
        assert tier.rank == span.rank, (day, spans)
        assert tier.held_through == span.through or tier.rank == 0, day


KEEP = SCHEME.format(
    window='kind = "rolling_months", months = 12',
    hold="hold_months = 12",
    start="now",
    downgrade="reassess",
    on_return="keep",
    grace=0,
)


def told(club: Club) -> list[tuple[str | None, str, TierCause]]:
    return [(one.level, one.first.isoformat(), one.cause) for one in club.history()]


def test_each_change_of_level_has_its_cause() -> None:
    club = Club(rules(KEEP), joined="2026-01-01")
    club.buys(product("A", "150.00"), on="2026-02-01")
    club.buys(product("A", "60.00"), on="2026-06-01")
    club.buys(product("A", "1.00"), on="2027-03-01")
    assert told(club) == [
        (None, "2026-01-01", TierCause.JOINED),
        ("silver", "2026-02-01", TierCause.MET),
        ("gold", "2026-06-01", TierCause.MET),
        (None, "2027-06-02", TierCause.RAN_OUT),
    ]
    assert club.history()[1].event_id == club.sales[0]


def test_a_level_by_hand_and_its_end_are_told() -> None:
    club = Club(rules(KEEP), joined="2026-01-01")
    club.does("level/black", on="2026-02-01", trigger=Trigger.TIER_GRANT, through="2026-08-31")
    club.does("level/black", on="2026-03-01", trigger=Trigger.TIER_WITHDRAW)
    assert told(club) == [
        (None, "2026-01-01", TierCause.JOINED),
        ("black", "2026-02-01", TierCause.GRANTED),
        (None, "2026-03-01", TierCause.RAN_OUT),
    ]
    assert club.tier("2026-02-28").level == "black"
    assert club.tier("2026-03-01").level is None


@pytest.mark.parametrize("back", [(0,), (1,), (0, 1), (1, 0)])
def test_kept_levels_look_at_what_was_known_when_they_were_met(back: tuple[int, ...]) -> None:
    club = Club(rules(KEEP), joined="2026-01-01")
    club.buys(product("A", "150.00"), on="2026-02-01")
    club.buys(product("A", "60.00"), on="2026-06-01")
    for place, n in enumerate(back):
        club.returns(club.sales[n], on=f"2026-07-0{place + 1}")
    assert club.tier("2027-06-01").level == "gold"
    assert club.tier("2027-06-02").level is None
    club.buys(product("A", "0.00"), on="2026-08-01")
    left = 210 - sum((150, 60)[n] for n in back)
    assert club.tier("2026-08-01").progress == left


def test_one_level_down_at_a_time_each_held_as_long_as_one_that_is_met() -> None:
    club = Club(rules(KEEP.replace('"reassess"', '"one"', 1)), joined="2026-01-01")
    club.buys(product("A", "400.00"), on="2026-02-01")
    assert [(one.level, one.first.isoformat()) for one in club.history()] == [
        (None, "2026-01-01"),
        ("black", "2026-02-01"),
        ("gold", "2027-02-02"),
        ("silver", "2028-02-03"),
        (None, "2029-02-04"),
    ]
    for span in club.history()[1:]:
        assert club.tier(span.first.isoformat()).level == span.level


def test_what_a_return_takes_back_under_reassess_was_never_there_from_that_day_on() -> None:
    club = Club(rules(KEEP.replace('"keep"', '"reassess"')), joined="2026-01-01")
    club.buys(product("A", "150.00"), on="2026-02-01")
    club.buys(product("A", "260.00"), on="2026-06-01")
    club.returns(club.sales[1], on="2026-07-01")
    assert told(club) == [
        (None, "2026-01-01", TierCause.JOINED),
        ("silver", "2026-02-01", TierCause.MET),
        ("black", "2026-06-01", TierCause.MET),
        ("silver", "2026-07-01", TierCause.RETURNED),
        (None, "2027-02-02", TierCause.RAN_OUT),
    ]
    assert club.tier("2026-07-01").held_through == add_months(date(2026, 2, 1), 12)


STAIRS = rules("""
[[tier_scheme]]
id = "level"
window = { kind = "lifetime" }
hold_months = 2
downgrade = "one"
level = [
  { id = "silver", name = "Silver", from = 100 },
  { id = "gold", name = "Gold", from = 200 },
  { id = "reserve", name = "Reserve", from = 300 },
]
""").tier_schemes[0]
SINCE = date(2026, 1, 1)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    """A level that was met on some day of a year, for some weeks."""
    first = SINCE + timedelta(days=draw(st.integers(0, 365)))
    through = first + timedelta(days=draw(st.integers(0, 120)))
    return Interval(rank=draw(st.integers(1, 3)), first=first, through=through)


@given(met=st.lists(intervals(), max_size=4), more=intervals())
def test_a_level_that_was_met_besides_never_shortens_a_fall_by_one_level(
    met: list[Interval], more: Interval
) -> None:
    without, with_it = (spans(STAIRS, known, SINCE, SINCE) for known in (met, [*met, more]))
    for day in (SINCE + timedelta(days=place) for place in range(0, 1000, 5)):
        assert _rank(with_it, day) >= _rank(without, day)


def _rank(history: tuple[TierSpan, ...], day: date) -> int:
    return next(one.rank for one in history if one.first <= day and day <= (one.last or FOREVER))
