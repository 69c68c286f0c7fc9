"""Reading programme files: everything wrong is found at once, and nothing is half-applied."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.finding import Finding, written
from posloyalty.domain.programme.load import LANGUAGE, load
from posloyalty.domain.programme.syntax import ERRORS_MAX, line_of, places
from posloyalty.domain.programme.toml_file import FILE_BYTES_MAX

HEAD = """language = 1
id = "test"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
"""
WALLET = '[[wallet]]\nid = "points"\n'
OFFER = '[[offer]]\nid = "o"\nscope = "order"\n'
TIERS = """[[tier_scheme]]
id = "level"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [{ id = "gold", from = 5 }]
"""


def findings(text: str) -> list[Finding]:
    read = load(text.encode("utf-8"))
    assert isinstance(read, list), read
    return read


def codes(text: str) -> list[tuple[str, str]]:
    return [(found.code, found.path) for found in findings(text)]


@pytest.mark.parametrize("name", ["dawn-club", "cdnow"])
def test_the_programmes_that_ship_are_read(name: str) -> None:
    data = resources.read(f"programmes/{name}.toml")
    read = load(data)
    assert isinstance(read, Programme), read
    assert (read.id, read.hash) == (name, sha256(data).digest())


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ("colour = 1\n" + WALLET, [("UNKNOWN_KEY", "colour")]),
        ("", [("LIST_EMPTY", "wallet")]),
        ("[[wallet]]\n", [("MISSING_KEY", "wallet[1].id")]),
        (WALLET + WALLET, [("ID_TWICE", "wallet[2].id")]),
        (WALLET + "scale = 9\n", [("NOT_WHOLE", "wallet[1].scale")]),
        (WALLET + "scale = true\n", [("NOT_WHOLE", "wallet[1].scale")]),
        (WALLET + 'rounding = "up_a_bit"\n', [("NOT_CHOICE", "wallet[1].rounding")]),
        (WALLET + "name = 5\n", [("NOT_NAME", "wallet[1].name")]),
        (WALLET + "name = { en = 5 }\n", [("NOT_NAME", "wallet[1].name")]),
        (WALLET + "expiry = 12\n", [("NOT_TABLE", "wallet[1].expiry")]),
        (WALLET + 'expiry = { kind = "fading" }', [("KIND_UNKNOWN", "wallet[1].expiry.kind")]),
        (
            WALLET + 'expiry = { kind = "calendar", month = 4, day = 31 }',
            [("NO_SUCH_DAY", "wallet[1].expiry.day")],
        ),
        (WALLET + 'pending = { kind = "moon" }', [("KIND_UNKNOWN", "wallet[1].pending.kind")]),
        (WALLET + 'pending = { kind = "event" }', [("MISSING_KEY", "wallet[1].pending.event")]),
        (WALLET + 'pending = { kind = "until" }', [("MISSING_KEY", "wallet[1].pending.day")]),
        (
            WALLET + '[wallet.spend]\npoints = 0\nmoney = "1.00"\nstep = "1.5"\n',
            [("NOT_ABOVE_ZERO", "wallet[1].spend.points"), ("TOO_FINE", "wallet[1].spend.step")],
        ),
        (
            WALLET + '[wallet.spend]\npoints = 1\nmoney = "0.00"\nredeem_needs = "pin"\n',
            [
                ("TOO_LITTLE", "wallet[1].spend.money"),
                ("NOT_CHOICE", "wallet[1].spend.redeem_needs"),
            ],
        ),
        (WALLET + '[[earn]]\nid = "e"\n', [("KIND_MISSING", "earn[1]")]),
        (
            WALLET + '[[earn]]\nid = "e"\nper_sale = { points = 1 }\nper_piece = { points = 1 }\n',
            [("KIND_TWICE", "earn[1]")],
        ),
        (
            WALLET + '[[earn]]\nid = "e"\nwallet = "stars"\nper_sale = { points = 1 }\n',
            [("NOT_DECLARED", "earn[1].wallet")],
        ),
        (
            WALLET + '[[multiplier]]\nid = "m"\ntimes = 1.5\n',
            [("FLOAT", "multiplier[1].times")],
        ),
        (
            WALLET + '[[multiplier]]\nid = "m"\ntimes = "-1"\n',
            [("NOT_RATIO_TO", "multiplier[1].times")],
        ),
        (WALLET + TIERS.replace("12 }", "0 }"), [("NOT_WHOLE", "tier_scheme[1].window.months")]),
        (
            WALLET + TIERS.replace("from = 5 }", 'from = 5 }, { id = "top", from = 5 }'),
            [("NOT_RISING", "tier_scheme[1].level")],
        ),
        (
            WALLET + TIERS.replace("rolling_months", "lunar"),
            [("KIND_UNKNOWN", "tier_scheme[1].window.kind")],
        ),
        (
            WALLET + TIERS.replace("hold_months = 12", 'hold = { kind = "periods" }'),
            [("NEEDS_PERIODS", "tier_scheme[1].hold")],
        ),
        (
            WALLET + TIERS.replace("hold_months", 'start = "next_period"\nhold_months'),
            [("NEEDS_PERIODS", "tier_scheme[1].start")],
        ),
        (
            WALLET
            + TIERS.replace("hold_months", 'start = "next_period"\nhold_months').replace(
                'kind = "rolling_months", months = 12', 'kind = "calendar"'
            ),
            [("NEEDS_HOLD_BY_PERIOD", "tier_scheme[1].start")],
        ),
        (
            WALLET + TIERS.replace("hold_months", 'downgrade = "none"\nhold_months'),
            [("NEVER_RUNS_OUT", "tier_scheme[1].hold_months")],
        ),
        (
            WALLET + TIERS.replace("hold_months = 12", ""),
            [("MISSING_KEY", "tier_scheme[1].hold_months")],
        ),
        (
            WALLET + TIERS.replace("hold_months = 12", 'hold = { kind = "while" }'),
            [("KIND_UNKNOWN", "tier_scheme[1].hold.kind")],
        ),
        (
            WALLET
            + TIERS.replace(
                "hold_months = 12", 'hold = { kind = "day", month = 2, day = 30, years = 1 }'
            ),
            [("NO_SUCH_DAY", "tier_scheme[1].hold.day")],
        ),
        (
            WALLET
            + TIERS.replace("hold_months", 'rate_at = "split"\nmetric = "visits"\nhold_months'),
            [("SPLIT_NEEDS_POINTS", "tier_scheme[1].rate_at")],
        ),
        (
            WALLET + TIERS.replace("from = 5", "need = { nights = 5 }"),
            [
                ("KIND_MISSING", "tier_scheme[1].level[1].need"),
                ("UNKNOWN_KEY", "tier_scheme[1].level[1].need.nights"),
            ],
        ),
        (
            WALLET + TIERS.replace("from = 5", "need = { any = [{ visits = 1 }, { visits = 2 }] }"),
            [("NAMED_TWICE", "tier_scheme[1].level[1].need.any")],
        ),
        (
            WALLET + TIERS.replace("from = 5", 'need = { units = 5, wallet = "nights" }'),
            [("NOT_DECLARED", "tier_scheme[1].level[1].need.wallet")],
        ),
        (
            WALLET + TIERS.replace("from = 5", "from = 5, benefits = [5]"),
            [("NOT_NAME", "tier_scheme[1].level[1].benefits")],
        ),
        (
            WALLET
            + TIERS
            + 'challenge = [{ id = "c", level = "top", days = 9, need = { visits = 2 } }]\n',
            [("NOT_DECLARED", "tier_scheme[1].challenge[1].level")],
        ),
        (WALLET + 'limit = [{ most = 1, per = "day" }]\n', [("POINTS_ONLY", "wallet[1].limit")]),
        (
            WALLET
            + 'expiry = { kind = "by_tier", scheme = "level", base = { kind = "never" }, '
            + 'levels = [{ level = "top", kind = "never" }] }\n'
            + TIERS,
            [("NOT_DECLARED", "wallet[1].expiry.levels[1].level")],
        ),
        (
            WALLET + 'expiry = { kind = "inactivity", months = 6, kept_by = ["sleep"] }\n',
            [("NOT_CHOICE", "wallet[1].expiry.kept_by")],
        ),
        (
            WALLET
            + '[[conversion]]\nid = "c"\nfrom = "points"\nto = "points"\ngives = 0\ngets = 1\n',
            [
                ("SAME_WALLET", "conversion[1].to"),
                ("NOT_ABOVE_ZERO", "conversion[1].gives"),
            ],
        ),
        (WALLET + "[household]\nmembers_most = 1\n", [("NOT_WHOLE", "household.members_most")]),
        (WALLET + OFFER, [("KIND_MISSING", "offer[1]")]),
        (WALLET + OFFER + 'fixed_price = "1.00"\n', [("LINE_ONLY", "offer[1].fixed_price")]),
        (WALLET + OFFER + 'percent = "101%"\n', [("NOT_RATIO_TO", "offer[1].percent")]),
        (WALLET + OFFER + 'amount = "1.234"\n', [("NOT_MONEY", "offer[1].amount")]),
        (WALLET + OFFER + 'amount = "1.00"\non = {}\n', [("FILTER_EMPTY", "offer[1].on")]),
        (
            WALLET + OFFER + 'amount = "1.00"\nclock = "utc"\n',
            [("NOT_CHOICE", "offer[1].clock")],
        ),
        (
            WALLET + OFFER + 'amount = "1.00"\nwhen = { dates = {} }\n',
            [("DATES_EMPTY", "offer[1].when.dates")],
        ),
        (
            WALLET
            + OFFER
            + 'amount = "1.00"\nwhen = { dates = { from = 2026-02-02, through = 2026-02-01 } }\n',
            [("ENDS_BEFORE_START", "offer[1].when.dates")],
        ),
        (
            WALLET + OFFER + 'amount = "1.00"\nwhen = { dates = { from = "soon" } }\n',
            [("NOT_DAY", "offer[1].when.dates.from")],
        ),
        (
            WALLET + OFFER + 'amount = "1.00"\nwhen = { hours = { from = "7", to = 8 } }\n',
            [("NOT_HOUR", "offer[1].when.hours.from"), ("NOT_HOUR", "offer[1].when.hours.to")],
        ),
        (
            WALLET + OFFER + 'amount = "1.00"\nwhen = { weekdays = ["mon", "day"] }\n',
            [("NOT_CHOICE", "offer[1].when.weekdays")],
        ),
        (
            WALLET + OFFER + 'amount = "1.00"\nwhen = { weekdays = [] }\n',
            [("NOT_WORDS", "offer[1].when.weekdays")],
        ),
        (
            WALLET + OFFER + 'amount = "1.00"\nwhen = { member = "yes" }\n',
            [("NOT_FLAG", "offer[1].when.member")],
        ),
        (
            WALLET + OFFER + 'amount = "1.00"\nwhen = { any = [] }\n',
            [("LIST_EMPTY", "offer[1].when.any")],
        ),
        (
            WALLET + OFFER + 'amount = "1.00"\nwhen = { any = { member = true } }\n',
            [("NOT_TABLES", "offer[1].when.any")],
        ),
        (
            WALLET + OFFER + 'amount = "1.00"\nwhen = { tier = { at_least = "gold" } }\n',
            [("MISSING_KEY", "offer[1].when.tier.scheme")],
        ),
        (
            WALLET + TIERS + OFFER + 'amount = "1.00"\nwhen = { tier = { at_least = "lead" } }\n',
            [("NOT_DECLARED", "offer[1].when.tier.at_least")],
        ),
        (
            WALLET + OFFER + 'amount = "1.00"\nwhen = { not = { moon = "full" } }\n',
            [("UNKNOWN_KEY", "offer[1].when.not.moon")],
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(more: str, wanted: list[tuple[str, str]]) -> None:
    assert codes(HEAD + more) == wanted


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("language = 1", "", ("MISSING_KEY", "language")),
        ("language = 1", "language = 0", ("NOT_WHOLE", "language")),
        ("version = 1", 'version = "one"', ("NOT_WHOLE", "version")),
        ("CNY", "ABC", ("NO_CURRENCY", "currency")),
        ("Asia/Shanghai", "Asia/Nowhere", ("NO_TIMEZONE", "timezone")),
        ("Asia/Shanghai", "../secret", ("NO_TIMEZONE", "timezone")),
        ('id = "test"', 'id = " "', ("NOT_TEXT", "id")),
    ],
)
def test_the_head_is_checked(old: str, new: str, wanted: tuple[str, str]) -> None:
    assert codes(HEAD.replace(old, new) + WALLET) == [wanted]


def test_everything_wrong_is_found_in_one_reading_in_the_order_of_the_file() -> None:
    text = (
        HEAD.replace("CNY", "XXQ") + WALLET + "scale = -1\ncolour = 2\n" + OFFER + "percent = 1.5"
    )
    found = findings(text)
    assert [(one.code, one.line) for one in found] == [
        ("NO_CURRENCY", 4),
        ("NOT_WHOLE", 8),
        ("UNKNOWN_KEY", 9),
        ("FLOAT", 13),
    ]


def test_a_newer_language_is_refused_whole_without_judging_its_words() -> None:
    text = HEAD.replace("language = 1", f"language = {LANGUAGE + 1}") + 'magic = "new"\n'
    (only,) = findings(text)
    assert (only.code, dict(only.facts)) == ("NEWER_LANGUAGE", {"given": "3", "known": "2"})


def test_several_syntax_errors_are_found_at_once() -> None:
    text = HEAD + '[[wallet]\nid = "points"\nscale = = 2\nname = "open\n\n[[offer]]\nid = o\n'
    found = findings(text)
    assert [(one.code, one.line) for one in found] == [
        ("SYNTAX", 6),
        ("SYNTAX", 8),
        ("SYNTAX", 9),
        ("SYNTAX", 12),
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("a = 2027-02-29", [("DAY_ABSENT", "2027-02-29", "2027-02-28")]),
        ("a = 2100-02-29", [("DAY_ABSENT", "2100-02-29", "2100-02-28")]),
        ("a = 2027-04-31", [("DAY_ABSENT", "2027-04-31", "2027-04-30")]),
        ("a = 2027-13-05", [("DAY_ABSENT", "2027-13-05", "2027-12-05")]),
        ("a = 2027-00-00", [("DAY_ABSENT", "2027-00-00", "2027-01-01")]),
        ("a = 0000-01-01", [("DAY_ABSENT", "0000-01-01", "0001-01-01")]),
        ("a = 25:00:00", [("TIME_ABSENT", "25:00:00", "23:00:00")]),
        ("a = 24:00", [("TIME_ABSENT", "24:00", "23:00"), ("SYNTAX", "", "")]),
        ("a = 2026-11-11T07:60:00", [("TIME_ABSENT", "07:60:00", "07:59:00")]),
        (
            "a = { from = 2027-02-29, through = 2027-02-30 }",
            [
                ("DAY_ABSENT", "2027-02-29", "2027-02-28"),
                ("DAY_ABSENT", "2027-02-30", "2027-02-28"),
            ],
        ),
        ("a = = 2027-02-29", [("DAY_ABSENT", "2027-02-29", "2027-02-28"), ("SYNTAX", "", "")]),
        ('a = = "2027-02-29"  # 25:00:00', [("SYNTAX", "", "")]),
    ],
)
def test_a_day_or_time_that_does_not_exist_is_told_as_that_at_its_line(
    line: str, told: list[tuple[str, str, str]]
) -> None:
    found = [one for one in findings(f"{HEAD}{line}\n") if one.line == HEAD.count("\n") + 1]
    keys = ("day", "time")
    facts = [(one.code, dict(one.facts)) for one in found]
    assert [
        (code, next((of[key] for key in keys if key in of), ""), of.get("instead", ""))
        for code, of in facts
    ] == told


def test_a_day_that_does_not_exist_hides_no_error_behind_it() -> None:
    text = HEAD + "days = [\n  2026-11-11,\n  2027-02-29,\n]\nb = = 2\nc = 2026-06-31\n"
    first = HEAD.count("\n") + 1
    assert [(one.code, one.line) for one in findings(text)] == [
        ("DAY_ABSENT", first + 2),
        ("SYNTAX", first + 4),
        ("DAY_ABSENT", first + 5),
    ]


def test_an_unclosed_list_is_told_once_and_ends_the_search() -> None:
    found = findings(HEAD + "[[offer]]\nwhen = { any = [\n")
    assert found
    assert {one.code for one in found} == {"SYNTAX"}


def test_no_more_than_a_pageful_of_syntax_errors_is_told() -> None:
    assert len(findings("\n".join(f"k{n} = = {n}" for n in range(100)))) == ERRORS_MAX


def test_a_file_of_another_encoding_is_refused_with_the_line() -> None:
    read = load(HEAD.encode() + "name = '积分'".encode("gb18030"))
    assert isinstance(read, list)
    assert [(one.code, one.line) for one in read] == [("NOT_UTF8", 6)]


OPEN, SHUT = "{ any = [", "] }"
WHEN = '[[offer]]\nid = "o"\nscope = "order"\npercent = "1%"\nwhen = '


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("a = " + "[" * 20_000, "TOO_DEEP"),
        ("a = " + "{a = " * 5_000, "TOO_DEEP"),
        ("[a" + ".b" * 20_000 + "]", "TOO_DEEP"),  # it took the parser half a minute
        (WHEN + OPEN * 200 + "{ member = true }" + SHUT * 200, "TOO_DEEP"),
        ("a = " + "1" * 5_000, "NUMBER_TOO_LONG"),
        ("a = " + "1" * 5_000 + "\nb = = 2", "NUMBER_TOO_LONG"),
    ],
    ids=["lists", "tables", "a key", "conditions", "digits", "digits and a mistake"],
)
def test_what_would_bring_the_parser_down_is_a_finding(more: str, code: str) -> None:
    assert [one.code for one in findings(HEAD + more)] == [code]


def test_conditions_may_stand_in_one_another_as_deep_as_anybody_writes_them() -> None:
    text = HEAD + WALLET + WHEN + OPEN * 20 + "{ member = true }" + SHUT * 20
    assert isinstance(load(text.encode()), Programme)


def test_a_file_that_is_too_large_is_not_read() -> None:
    read = load(b"#" * (FILE_BYTES_MAX + 1))
    assert isinstance(read, list)
    assert [one.code for one in read] == ["TOO_LARGE"]


def test_windows_line_ends_and_a_byte_order_mark_are_fine_and_part_of_the_hash() -> None:
    unix = (HEAD + WALLET).encode()
    windows = b"\xef\xbb\xbf" + unix.replace(b"\n", b"\r\n")
    one, other = load(unix), load(windows)
    assert isinstance(one, Programme)
    assert isinstance(other, Programme)
    assert one.hash != other.hash == sha256(windows).digest()


def test_places_are_found_behind_texts_and_lists_over_several_lines() -> None:
    text = '''a = """
[not.a.header]
b = 1
"""
c = [ # one
  "x = 1",
]
[[t]]
d = 'it''s'
[[t]]
"e f" = 2
[t.u]
g = { h = 1 }
'''
    found = places(text)
    assert {written(path): line for path, line in found.items()} == {
        "a": 1,
        "c": 5,
        "t[1]": 8,
        "t[1].d": 9,
        "t[2]": 10,
        "t[2].e f": 11,
        "t[2].u": 12,
        "t[2].u.g": 13,
    }
    assert line_of(("t", 1, "u", "g", "h"), found) == 13
    assert line_of(("nowhere",), found) == 0


@given(st.text(max_size=300))
def test_no_text_is_too_strange_to_be_refused_in_order(text: str) -> None:
    read = load(text.encode("utf-8", "surrogatepass"))
    assert isinstance(read, list)
    assert read


@given(st.data())
def test_a_programme_with_a_line_lost_or_doubled_is_read_or_refused_but_never_fails(
    data: st.DataObject,
) -> None:
    lines = resources.read("programmes/dawn-club.toml").decode("utf-8").split("\n")
    place = data.draw(st.integers(0, len(lines) - 1))
    change = data.draw(st.sampled_from(["drop", "double", "cut"]))
    line = lines[place]
    lines[place : place + 1] = {"drop": [], "double": [line, line], "cut": [line[:-2]]}[change]
    read = load("\n".join(lines).encode("utf-8"))
    assert isinstance(read, Programme) or read
