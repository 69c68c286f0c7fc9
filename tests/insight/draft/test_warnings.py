"""Warnings: each with its line, none where nothing is odd, and a registered kind needs nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

import resources
from posloyalty.domain.programme.condition import CONDITIONS, Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.section import Section
from posloyalty.insight.draft.draft import Draft, read_draft
from posloyalty.insight.draft.warnings import warnings_of
from posloyalty.services.programmes.programmes import finding_sentences
from posloyalty.wording import LANGUAGES, Words
from tests.domain.programme.test_documented import BLOCKS, EXAMPLES, whole

TODAY = date(2026, 11, 29)
HEAD = """language = 2
id = "p"
version = 1
currency = "CNY"
timezone = "{zone}"
{more}

"""
GOOD = """[[wallet]]
id = "points"
spend = { points = 100, money = "1.00" }

[[earn]]
id = "base"
per_spend = { points = 1, money = "1.00" }

"""
OFFER = '[[offer]]\nid = "o"\nscope = "order"\npercent = "5%"\n'
WALLET_RULE = """[[rule]]
id = "more"
trigger = "wallet"
wallet = "points"
reaches = 100
gives = { points = 100 }
"""
REWARD = '[[reward]]\nid = "r"\ncost = 100\ngives = { points = 150 }\n'
TWO = """[[wallet]]
id = "a"
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
gives = 2
gets = 1
[[conversion]]
id = "back"
from = "b"
to = "a"
gives = 1
gets = 3
"""


def said(text: str, today: date = TODAY) -> list[tuple[int, str]]:
    """The line and code of every warning of a programme."""
    draft = read_draft(text.encode("utf-8"), today)
    assert isinstance(draft, Draft), draft
    return [(one.line, one.code) for one in warnings_of(draft)]


def body(rest: str, *, zone: str = "Asia/Shanghai", more: str = "", good: str = GOOD) -> str:
    """A whole programme; its head is 7 lines, the good part 8 more."""
    return HEAD.format(zone=zone, more=more) + good + rest


def when(conditions: str) -> str:
    """A programme of one offer whose conditions stand on line 20."""
    return body(f"{OFFER}when = {{ {conditions} }}\n")


def past(*histories: str) -> str:
    """The same of a list of what the member did before."""
    return when(f"all = [{', '.join(f'{{ history = {{ {one} }} }}' for one in histories)}]")


PAST = (20, "PAST_NEVER")
VISITS = 'of = "visits", per = "{}", at_least = {}'
LESS = 'of = "visits", per = "{}", below = {}'
DAYS = 'of = "visits", per = "days", days = {}, below = {}'
CASES = [
    ("dates that are over", when("dates = { through = 2026-11-11 }"), (20, "OVER")),
    ("a date that is still to come", when("dates = { from = 2027-11-01 }"), None),
    ("a day that is today", when("dates = { through = 2026-11-29 }"), None),
    (
        "the last day of a leap year",
        when("dates = { from = 2028-02-29, through = 2028-02-29 }"),
        None,
    ),
    (
        "a weekday that the dates do not hold",
        when('dates = { from = 2026-12-01, through = 2026-12-03 }, weekdays = ["sun"]'),
        (20, "NEVER_TOGETHER"),
    ),
    (
        "a weekday that they do hold",
        when('dates = { from = 2026-12-01, through = 2026-12-03 }, weekdays = ["thu"]'),
        None,
    ),
    (
        "more than a sum and not so much",
        when('min_spend = "100.00", not = { min_spend = "50.00" }'),
        (20, "NEVER_TOGETHER"),
    ),
    (
        "between two sums",
        when('min_spend = "50.00", not = { min_spend = "100.00" }'),
        None,
    ),
    (
        "a member and nobody",
        when("member = false, first_purchase = true"),
        (20, "NEVER_TOGETHER"),
    ),
    (
        "hours and not these hours",
        when(
            'hours = { from = "07:00", to = "10:00" }, '
            'not = { hours = { from = "06:00", to = "11:00" } }'
        ),
        (20, "NEVER_TOGETHER"),
    ),
    ("hours past midnight", when('hours = { from = "22:00", to = "02:00" }'), None),
    ("hours of nothing", when('hours = { from = "07:00", to = "07:00" }'), (20, "HOURS_ALL_DAY")),
    (
        "goods that are left out",
        when('contains = { tag = ["a"] }, not = { contains = { tag = ["a", "b"] } }'),
        (20, "NEVER_TOGETHER"),
    ),
    (
        "enough of some goods",
        when('quantity = { at_least = 3, on = { tag = ["a"] } }, member = true'),
        None,
    ),
    (
        "three of which any two hold",
        when(
            'any = [{ member = false }, { min_spend = "9.00" }], member = true, '
            'not = { min_spend = "5.00" }'
        ),
        (20, "NEVER_AT_ONCE"),
    ),
    (
        "a birthday",
        when('birthday = { days_before = 3, days_after = 3 }, weekdays = ["mon"]'),
        None,
    ),
    ("new ones", when("joined = { within_days = 30 }, first_purchase = true"), None),
    ("old ones", when("joined = { days_least = 36600 }, anniversary = {}"), None),
    ("not the old ones", when("not = { joined = { days_least = 365 } }, member = true"), None),
    ("the first anniversary", when("joined = { within_days = 367 }, anniversary = {}"), None),
    (
        "a year that is two",
        when("joined = { days_least = 365 }, not = { joined = { days_least = 100 } }"),
        (20, "NEVER_TOGETHER"),
    ),
    (
        "an anniversary of who joined lately",
        when("joined = { within_days = 300 }, anniversary = { days_after = 3 }"),
        (20, "NEVER_TOGETHER"),
    ),
    (
        "on the day of an anniversary, which is a year later",
        when("anniversary = {}, joined = { within_days = 365 }"),
        (20, "NEVER_TOGETHER"),
    ),
    (
        "a rule that begins when the programme is over",
        body(
            f"{OFFER}when = {{ dates = {{ from = 2027-05-01 }} }}\n",
            more="effective = { from = 2026-12-01, through = 2027-04-30 }",
        ),
        (20, "NOT_WHILE_EFFECTIVE"),
    ),
    (
        "a programme that is over",
        body("", more="effective = { through = 2026-11-28 }"),
        (6, "PROGRAMME_OVER"),
    ),
    (
        "goods and the same goods left out",
        body(f'{OFFER}on = {{ tag = ["a"], not = {{ tag = ["b", "a"] }} }}\n'),
        (20, "NO_GOODS"),
    ),
    (
        "goods and some of them left out",
        body(f'{OFFER}on = {{ tag = ["a"], not = {{ tag = ["b"] }} }}\n'),
        None,
    ),
    (
        "all goods but some",
        body(f'{OFFER}on = {{ not = {{ tag = ["a", "b"] }} }}\n'),
        None,
    ),
    (
        "a wallet that nothing fills",
        body(
            '[[wallet]]\nid = "x"\n[[sharing]]\nid = "s"\nwallet = "points"\n',
            good=GOOD.replace('id = "base"', 'id = "base"\nwallet = "points"'),
        ),
        (17, "NOT_FED"),
    ),
    (
        "a wallet that is never spent",
        body("", good=GOOD.replace('spend = { points = 100, money = "1.00" }', "")),
        (8, "NOT_SPENT"),
    ),
    (
        "a multiplier with nothing to multiply",
        body(
            "[[multiplier]]\nid = 'm'\ntimes = 2\n",
            good=GOOD.replace('per_spend = { points = 1, money = "1.00" }', "per_sale.points = 1"),
        ),
        (16, "MULTIPLIES_NOTHING"),
    ),
    ("a multiplier of one", body("[[multiplier]]\nid = 'm'\ntimes = 1\n"), (18, "TIMES_ONE")),
    (
        "a level above what limits let in",
        body(
            "[[tier_scheme]]\nid = 't'\nwindow = { kind = 'rolling_months', months = 1 }\n"
            "hold_months = 1\n[[tier_scheme.level]]\nid = 'gold'\nfrom = 5000\n",
            good=GOOD.replace("[[earn]]", "cap = [{ points = 100, per = 'day' }]\n\n[[earn]]"),
        ),
        (22, "LEVEL_ABOVE_LIMITS"),
    ),
    (
        "a level within what limits let in",
        body(
            "[[tier_scheme]]\nid = 't'\nwindow = { kind = 'rolling_months', months = 12 }\n"
            "hold_months = 1\n[[tier_scheme.level]]\nid = 'gold'\nfrom = 5000\n",
            good=GOOD.replace("[[earn]]", "cap = [{ points = 100, per = 'day' }]\n\n[[earn]]"),
        ),
        None,
    ),
    (
        "a level by a wallet that nothing fills",
        body(
            "[[wallet]]\nid = 'nights'\n[[tier_scheme]]\nid = 't'\nwallet = 'nights'\n"
            "window = { kind = 'lifetime' }\nhold_months = 1\n"
            "level = [{ id = 'gold', from = 5 }]\n",
            good=GOOD.replace('id = "base"', 'id = "base"\nwallet = "points"'),
        ),
        (24, "LEVEL_NOT_FED"),
    ),
    ("the same offer twice", body(OFFER + OFFER.replace('"o"', '"p"')), (20, "SAME_TWICE")),
    (
        "two of a group, of which the lower always loses",
        body(
            OFFER
            + "group = 'g'\n"
            + OFFER.replace('"o"', '"p"').replace("5%", "8%")
            + "group = 'g'\n"
        ),
        (21, "ONE_ALWAYS_LOSES"),
    ),
    (
        "two of a group with conditions of their own",
        body(
            OFFER
            + "group = 'g'\n"
            + OFFER.replace('"o"', '"p"').replace("5%", "8%")
            + "group = 'g'\nwhen = { min_spend = '50.00' }\n"
        ),
        None,
    ),
    ("conversions that gain on the way round", body("", good=TWO), (16, "CONVERSION_GAINS")),
    ("a reward that gives more than it costs", body(REWARD), (16, "CONVERSION_GAINS")),
    ("a reward that gives back less", body(REWARD.replace("150", "90")), None),
    (
        "a reward that gives more, once in a life",
        body(REWARD + "limit = [{ most = 1, per = 'lifetime' }]\n"),
        None,
    ),
    (
        "conditions of one list that never hold together",
        body(OFFER + "when = { all = [{ weekdays = ['mon'] }, { weekdays = ['tue'] }] }\n"),
        (20, "NEVER_TOGETHER"),
    ),
    (
        "conditions of one list that hold together",
        body(OFFER + "when = { all = [{ weekdays = ['mon'] }, { member = true }] }\n"),
        None,
    ),
    (
        "a past that must be more and less",
        when('history = { of = "visits", per = "month", at_least = 3, below = 3 }'),
        (20, "PAST_NEVER"),
    ),
    (
        "a past between two numbers",
        when('history = { of = "visits", per = "month", at_least = 3, below = 4 }'),
        None,
    ),
    ("a week in a year's quarter", past(VISITS.format("week", 3), LESS.format("quarter", 3)), None),
    ("a month in a year", past(VISITS.format("month", 3), LESS.format("year", 3)), PAST),
    ("a year in a month", past(VISITS.format("year", 3), LESS.format("month", 3)), None),
    ("ever, and less today", past(VISITS.format("lifetime", 9), LESS.format("day", 1)), None),
    ("today, and less ever", past(VISITS.format("day", 3), LESS.format("lifetime", 2)), PAST),
    ("today, and less in days", past(VISITS.format("day", 3), DAYS.format(2, 2)), PAST),
    ("a month in 31 days", past(VISITS.format("month", 3), DAYS.format(31, 3)), PAST),
    ("a month in 30 days", past(VISITS.format("month", 3), DAYS.format(30, 3)), None),
    (
        "visits and money",
        past(VISITS.format("day", 3), 'of = "spend", per = "day", below = "2.00"'),
        None,
    ),
    (
        "a past that must be and must not be",
        when(
            'history = { of = "visits", per = "week", at_least = 3 }, '
            'not = { history = { of = "visits", per = "week", at_least = 2 } }'
        ),
        (20, "PAST_NEVER"),
    ),
    (
        "nobody has a past",
        when(
            'all = [{ not = { history = { of = "visits", per = "week", at_least = 2 } } }, '
            '{ not = { history = { of = "visits", per = "week", below = 3 } } }]'
        ),
        None,
    ),
    (
        "a past in days before the calendar begins",
        when(f"dates = {{ from = 0001-01-02 }}, history = {{ {DAYS.format(3660, 3)} }}"),
        None,
    ),
    (
        "a past that is enough and not too much",
        when(
            'history = { of = "visits", per = "week", at_least = 3 }, '
            'not = { history = { of = "visits", per = "week", at_least = 4 } }'
        ),
        None,
    ),
    (
        "a wallet that fills itself every day",
        body(WALLET_RULE + "limit = [{ most = 1, per = 'day' }]\n"),
        (16, "CIRCLE"),
    ),
    ("a wallet that fills itself once", body(WALLET_RULE), None),
    (
        "conversions that lose on the way round",
        body("", good=TWO.replace("gets = 3", "gets = 1")),
        None,
    ),
    (
        "a limit of nothing",
        body(
            "",
            good=GOOD.replace("[[earn]]", "limit = [{ most_points = 0, per = 'day' }]\n[[earn]]"),
        ),
        (12, "LIMIT_ZERO"),
    ),
    ("an offer of nothing", body(OFFER.replace("5%", "0%")), (19, "GIVES_NOTHING")),
    (
        "an earning of nothing",
        body("", good=GOOD.replace("points = 1,", "points = 0,")),
        (14, "GIVES_NOTHING"),
    ),
    (
        "the 28th of February where the end of the month may be meant",
        body(
            "",
            good=GOOD.replace(
                "[[earn]]", "expiry = { kind = 'calendar', month = 2, day = 28 }\n[[earn]]"
            ),
        ),
        (12, "FEB_28"),
    ),
    (
        "the end of February of every year",
        body(
            "",
            good=GOOD.replace(
                "[[earn]]", "expiry = { kind = 'calendar', month = 2, day = 29 }\n[[earn]]"
            ),
        ),
        None,
    ),
    (
        "the hour that daylight saving removes",
        body(
            f'{OFFER}when = {{ hours = {{ from = "02:00", to = "03:00" }} }}\n',
            zone="Europe/Berlin",
        ),
        (20, "HOURS_SKIPPED"),
    ),
    (
        "the same hour where no clock is put forward",
        body(f'{OFFER}when = {{ hours = {{ from = "02:00", to = "03:00" }} }}\n'),
        None,
    ),
]


@pytest.mark.parametrize(("text", "wanted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_what_is_odd_is_said_with_its_line(text: str, wanted: tuple[int, str] | None) -> None:
    told = said(text)
    if wanted is None:
        assert told == []
    else:
        assert wanted in told
        assert {code for _, code in told} - {wanted[1]} <= {"NOT_FED", "NOT_SPENT"}


@pytest.mark.parametrize("name", ["cdnow", "dawn-club"])
def test_nothing_is_odd_in_the_programmes_that_ship(name: str) -> None:
    assert {code for _, code in said(resources.text(f"programmes/{name}.toml"))} <= {"NOT_SPENT"}


def test_a_condition_that_looks_at_something_new_is_not_doubted() -> None:
    @dataclass(frozen=True)
    class Sunny:
        measures_spend: bool = False

        def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
            return (Reason("NOT_SUNNY"),)

    try:

        @condition("sunny")
        def read_sunny(section: Section, key: str) -> Condition:
            section.flag(key, default=True)
            return Sunny()

        assert said(when("sunny = true, member = true")) == []
        both = when("sunny = true, member = true, first_purchase = true, not = { member = true }")
        assert said(both) == [(20, "NEVER_TOGETHER")]
    finally:
        del CONDITIONS["sunny"]


def test_circles_of_references_are_found() -> None:
    from posloyalty.insight.draft.warnings.circles import _round

    a, b, c = ("k", "a"), ("k", "b"), ("k", "c")
    assert list(_round({a: [b], b: [c, a], c: [c]})) == [[c], [a, b]]
    assert list(_round({a: [b, c], b: [c]})) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_warning_has_words(language: str) -> None:
    words = Words(language)
    folder = Path(__file__).parents[3] / "posloyalty" / "insight" / "draft" / "warnings"
    source = "\n".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    told = set(re.findall(r'"([A-Z][A-Z_0-9]{3,})"', source))
    assert len(told) > 18
    assert {code for code in told if not words.has(f"doubt.{code}")} == set()
    catalogue = (Path(str(resources.path("translations"))) / "en" / "doubt.po").read_text("utf-8")
    assert set(re.findall(r'^msgid "([A-Z_0-9]+)"$', catalogue, re.MULTILINE)) == told


def test_a_warning_is_a_sentence_with_its_place() -> None:
    draft = read_draft(when("dates = { through = 2026-11-11 }").encode("utf-8"), TODAY)
    assert isinstance(draft, Draft)
    assert finding_sentences(warnings_of(draft), Words("en"), "doubt") == (
        "Line 20, offer[1].when: “o” ended on 2026-11-11 and never applies again; "
        "remove it, or set new dates",
    )


def test_the_guide_shows_what_is_said() -> None:
    texts = [text for page, kind, text in BLOCKS if (page, kind) == ("tools.md", "text")]
    (shown,) = [text for text in texts if "small-baskets" in text]
    (example,) = [one for page, one in EXAMPLES if page == "tools.md" and "small-baskets" in one]
    draft = read_draft(whole(example), TODAY)
    assert isinstance(draft, Draft)
    told = finding_sentences(warnings_of(draft), Words("en"), "doubt")
    assert [f"Warning: {one}" for one in told] == shown.strip().splitlines()
