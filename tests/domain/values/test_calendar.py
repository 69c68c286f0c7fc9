"""Store days, months, windows and instants, with the cases of LOYALTY 6."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.values.calendar import (
    BadInstant,
    BirthdayRule,
    DayWindow,
    LotStyle,
    NaiveInstant,
    add_months,
    birthday_in,
    day_end,
    day_start,
    format_instant,
    hour_shown,
    lot_last_day,
    months_before,
    parse_instant,
    store_day,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
# Zones that change their clocks at midnight, skip a day, or stand a quarter of an hour off.
ODD_ZONES = [
    ZoneInfo(name)
    for name in (
        "Asia/Shanghai",
        "Asia/Taipei",
        "America/New_York",
        "America/Sao_Paulo",
        "America/St_Johns",
        "America/Havana",
        "Asia/Beirut",
        "Pacific/Apia",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Africa/Cairo",
    )
]

zones = st.sampled_from(ODD_ZONES)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))
days = st.dates(date(1990, 1, 1), date(2060, 1, 1))
cutoffs = st.sampled_from([time(0), time(2, 30), time(4), time(23, 59)])


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_double_eleven_begins_at_the_stores_midnight() -> None:
    # LOYALTY case 20.
    at = utc("2026-11-10T16:30:00")
    assert store_day(at, SHANGHAI) == date(2026, 11, 11)
    assert store_day(at, SHANGHAI, cutoff=time(4)) == date(2026, 11, 10)
    assert store_day(at, NEW_YORK) == date(2026, 11, 10)


def test_the_day_of_a_time_change_is_one_day_of_25_or_23_hours() -> None:
    autumn, spring = date(2026, 11, 1), date(2026, 3, 8)
    for day, hours in ((autumn, 25), (spring, 23)):
        start, end = day_start(day, NEW_YORK), day_end(day, NEW_YORK)
        assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)
        assert store_day(start, NEW_YORK) == day
        assert store_day(end.astimezone(UTC) - timedelta(microseconds=1), NEW_YORK) == day
        assert store_day(end, NEW_YORK) == day + timedelta(days=1)


def test_a_time_that_the_clock_skips_is_shown_as_the_hour_after() -> None:
    assert hour_shown(datetime(2026, 3, 8, 2, 30, tzinfo=NEW_YORK), NEW_YORK) == time(3, 30)
    assert hour_shown(datetime(2026, 3, 8, 7, 30, tzinfo=UTC), NEW_YORK) == time(3, 30)
    assert hour_shown(datetime(2026, 3, 8, 6, 59, tzinfo=UTC), NEW_YORK) == time(1, 59)


@given(at=instants, zone=zones, cutoff=cutoffs)
def test_every_instant_lies_in_exactly_its_own_day(
    at: datetime, zone: ZoneInfo, cutoff: time
) -> None:
    day = store_day(at, zone, cutoff)
    assert day_start(day, zone, cutoff).astimezone(UTC) <= at
    assert at < day_end(day, zone, cutoff).astimezone(UTC)


@given(at=instants, zone=zones, cutoff=cutoffs, later_s=st.integers(0, 200_000))
def test_days_never_run_backwards(at: datetime, zone: ZoneInfo, cutoff: time, later_s: int) -> None:
    later = at + timedelta(seconds=later_s)
    assert store_day(at, zone, cutoff) <= store_day(later, zone, cutoff)


def test_a_clock_set_back_across_midnight_does_not_bring_yesterday_back() -> None:
    # Newfoundland, 7 November 2010: one minute past midnight became 23:01 of the day before.
    st_johns = ZoneInfo("America/St_Johns")
    for text, reads in (
        ("2010-11-07T02:29:59", date(2010, 11, 6)),
        ("2010-11-07T02:30:00", date(2010, 11, 7)),  # 00:00, for one minute
        ("2010-11-07T02:31:00", date(2010, 11, 7)),  # 23:01 on the wall, of the 6th
        ("2010-11-07T03:30:00", date(2010, 11, 7)),
    ):
        assert store_day(utc(text), st_johns) == reads


def test_a_naive_time_is_no_instant() -> None:
    naive = datetime(2026, 1, 1)
    for use in (
        lambda: store_day(naive, SHANGHAI),
        lambda: format_instant(naive),
    ):
        with pytest.raises(NaiveInstant):
            use()


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),  # LOYALTY case 19
        ("2026-08-31", 6, "2027-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-03-31", 0, "2026-03-31"),
    ],
)
def test_months_clamp_to_the_months_end(day: str, months: int, expected: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)
    assert months_before(date.fromisoformat(day), -months) == date.fromisoformat(expected)


@given(day=days, months=st.integers(-240, 240))
def test_adding_months_moves_the_month_by_just_so_many(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("day", "months", "style", "last"),
    [
        ("2026-01-31", 1, "anniversary_inclusive", "2026-02-28"),  # LOYALTY case 19
        ("2026-08-31", 6, "anniversary_inclusive", "2027-02-28"),
        ("2024-02-29", 12, "anniversary_inclusive", "2025-02-28"),
        ("2026-01-15", 6, "end_of_month_after", "2026-07-31"),
        ("2026-08-31", 6, "end_of_month_after", "2027-02-28"),
        ("2026-03-01", 12, "anniversary_inclusive", "2027-03-01"),
        ("2026-03-01", 12, "eve", "2027-02-28"),  # P16: a membership sold on 1 March
        ("2024-02-29", 12, "eve", "2025-02-28"),
        ("2026-01-31", 1, "eve", "2026-02-28"),
    ],
)
def test_the_last_good_day_of_a_lot(day: str, months: int, style: str, last: str) -> None:
    found = lot_last_day(date.fromisoformat(day), months, LotStyle(style))
    assert found == date.fromisoformat(last)


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        lot_last_day(date(2026, 1, 1), 1, "fortnight")


@given(day=days, months=st.integers(1, 60))
def test_an_eve_is_never_later_than_the_anniversary_nor_two_days_before(
    day: date, months: int
) -> None:
    eve = lot_last_day(day, months, LotStyle.EVE)
    anniversary = lot_last_day(day, months, LotStyle.ANNIVERSARY_INCLUSIVE)
    assert anniversary - eve in (timedelta(0), timedelta(days=1))


@pytest.mark.parametrize(
    ("year", "rule", "first", "last"),
    [
        (2027, BirthdayRule.FEB28, "2027-02-25", "2027-03-03"),  # LOYALTY case 18
        (2028, BirthdayRule.FEB28, "2028-02-26", "2028-03-03"),
        (2027, BirthdayRule.MAR1, "2027-02-26", "2027-03-04"),
        (2028, BirthdayRule.MAR1, "2028-02-26", "2028-03-03"),
    ],
)
def test_a_leap_day_birthday_has_a_whole_week_every_year(
    year: int, rule: BirthdayRule, first: str, last: str
) -> None:
    window = DayWindow.around(birthday_in(year, 2, 29, rule), days_before=3, days_after=3)
    assert window.start == date.fromisoformat(first)
    assert window.last == date.fromisoformat(last)
    inside = [d for d in range(60) if window.contains(date(year, 2, 10) + timedelta(days=d))]
    assert len(inside) == 7


@given(day=days, year=st.integers(1990, 2060), rule=st.sampled_from(BirthdayRule))
def test_every_other_birthday_stays_where_it_is(day: date, year: int, rule: BirthdayRule) -> None:
    birthday = birthday_in(year, day.month, day.day, rule)
    assert birthday.year == year
    if (day.month, day.day) != (2, 29):
        assert (birthday.month, birthday.day) == (day.month, day.day)


def test_windows_of_days_are_half_open() -> None:
    days_of = DayWindow(date(2026, 11, 11), date(2026, 11, 12))
    assert days_of == DayWindow.through(date(2026, 11, 11), date(2026, 11, 11))
    assert days_of.contains(date(2026, 11, 11))
    assert not days_of.contains(date(2026, 11, 12))
    assert DayWindow().contains(date(1, 1, 1))
    assert DayWindow().last is None


def test_a_window_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before"):
        DayWindow(date(2026, 1, 2), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (
            datetime(2026, 11, 22, 14, 6, 5, 123_999, tzinfo=SHANGHAI),
            "2026-11-22T14:06:05.123+08:00",
        ),
        (datetime(2026, 11, 22, tzinfo=UTC), "2026-11-22T00:00:00.000+00:00"),
        (datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=NEW_YORK), "2026-11-01T01:30:00.000-05:00"),
        # Before standard time offsets had seconds, which the form does not hold.
        (datetime(1900, 1, 1, tzinfo=SHANGHAI), "1899-12-31T15:54:17.000+00:00"),
    ],
)
def test_instants_are_written_with_their_offset(at: datetime, text: str) -> None:
    assert format_instant(at) == text
    assert format_instant(parse_instant(text)) == text


@given(at=st.datetimes(timezones=st.one_of(zones, st.just(UTC))))
def test_an_instant_reads_back_to_the_millisecond(at: datetime) -> None:
    try:
        text = format_instant(at)
    except OverflowError:
        return  # the first and last hours of the calendar have no UTC
    back = parse_instant(text)
    assert back.utcoffset() is not None
    lost = at.replace(tzinfo=None) - back.replace(tzinfo=None)
    whole = at.utcoffset() == back.utcoffset()
    assert not whole or timedelta(0) <= lost < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-22",
        "2026-11-22T14:06:05+08:00",
        "2026-11-22T14:06:05.123",
        "2026-11-22T14:06:05.123Z",
        "2026-11-22 14:06:05.123+08:00",
        "2026-11-22T14:06:05.123456+08:00",
        "2026-02-29T00:00:00.000+00:00",
        "20261122T140605.123+0800",
        "2026-11-22T14:06:05.123+08:00 ",
    ],
)
def test_instants_in_any_other_form_are_refused(text: str) -> None:
    with pytest.raises(BadInstant):
        parse_instant(text)


@given(text=st.text())
def test_any_text_is_an_instant_or_refused(text: str) -> None:
    try:
        at = parse_instant(text)
    except BadInstant:
        at = utc("2026-01-01T00:00:00")
    assert at.utcoffset() is not None
