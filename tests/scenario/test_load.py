"""Reading scenario files: all that is wrong is found at once, with its line and what to do."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from posloyalty.domain.programme.finding import Finding
from posloyalty.scenario.load import load
from posloyalty.scenario.programme_source import patched
from posloyalty.scenario.workshop import Workshop
from tests.scenario.played import said, whole

SALE = '\n[[when]]\nstep = "sale"\nlines = ["COFFEE"]\n'


def found(piece: str) -> list[tuple[str, str, int]]:
    """The findings of a piece: code, path, line."""
    read = load(whole(piece).encode("utf-8"))
    return [(one.code, one.path, one.line) for one in read] if isinstance(read, list) else []


def test_a_file_of_a_later_format_is_refused_without_looking_further() -> None:
    read = load(b'scenario = 2\nnonsense = "?"\n')
    facts = (("given", "2"), ("known", "1"))
    assert read == [Finding("NEWER_FORMAT", "scenario", 0, facts)]


def test_what_is_no_toml_is_said_like_in_programmes() -> None:
    read = load(b"scenario = 1\nname = \n[[when]\n")
    assert isinstance(read, list)
    assert {one.code for one in read} == {"SYNTAX"}
    assert [one.line for one in read] == [2, 3]


@pytest.mark.parametrize(
    ("piece", "code", "path"),
    [
        ('[[when]]\nstep = "dance"\n', "KIND_UNKNOWN", "when[1].step"),
        ("[[when]]\n", "MISSING_KEY", "when[1].step"),
        ('[[when]]\nstep = "wait"\nhow = "long"\n', "UNKNOWN_KEY", "when[1].how"),
        ('[[when]]\nstep = "wait"\nat = "noon"\n', "NOT_INSTANT", "when[1].at"),
        ('[[when]]\nstep = "wait"\ntill = "T9"\n', "NOT_DECLARED", "when[1].till"),
        ('[[when]]\nstep = "wait"\nmember = "li"\n', "NOT_DECLARED", "when[1].member"),
        ('[[when]]\nstep = "wait"\noperator = "li"\n', "NOT_DECLARED", "when[1].operator"),
        ('[[when]]\nstep = "wait"\nid = "end"\n', "ID_TWICE", "when[1].id"),
        ('[[when]]\nstep = "wait"\nonly = "x"\n', "NOT_DECLARED", "when[1].only"),
        ('[[when]]\nstep = "sale"\n', "NOT_LINES", "when[1].lines"),
        ('[[when]]\nstep = "sale"\nlines = ["a b c"]\n', "NOT_A_LINE", "when[1].lines[1]"),
        ('[[when]]\nstep = "sale"\nlines = ["TEA"]\n', "NOT_DECLARED", "when[1].lines[1].sku"),
        (
            '[[when]]\nstep = "sale"\nlines = [{ sku = "CAKE", colour = "red" }]\n',
            "UNKNOWN_KEY",
            "when[1].lines[1].colour",
        ),
        (
            '[[when]]\nstep = "sale"\nlines = ["many CAKE"]\n',
            "NOT_A_LINE",
            "when[1].lines[1]",
        ),
        (
            '[[when]]\nstep = "sale"\nlines = ["1.2.3 CAKE"]\n',
            "NOT_QUANTITY",
            "when[1].lines[1].quantity",
        ),
        (
            '[[when]]\nstep = "sale"\nevery_order = true\nlines = ' + str(["CAKE"] * 8) + "\n",
            "TOO_MANY_OF",
            "when[1].every_order",
        ),
        (SALE + 'pay = { kind = "shells" }\n', "KIND_UNKNOWN", "when[1].pay.kind"),
        (SALE + "redeem = 1.5\n", "FLOAT", "when[1].redeem"),
        (SALE + 'redeem = "0.5"\n', "NOT_POINTS", "when[1].redeem"),
        (SALE + "redeem = { stars = 1 }\n", "NOT_DECLARED", "when[1].redeem.stars"),
        (SALE + 'removed = ["TEA"]\n', "NOT_DECLARED", "when[1].removed"),
        (SALE + "expect = { payable = 5 }\n", "NOT_MONEY", "when[1].expect.payable"),
        (SALE + 'expect = { payable = "5.001" }\n', "NOT_MONEY", "when[1].expect.payable"),
        (SALE + 'expect = { price = "5.00" }\n', "NO_SUCH_EXPECTATION", "when[1].expect.price"),
        (SALE + "expect = { balance = 5 }\n", "NOT_SEEN_HERE", "when[1].expect.balance"),
        (
            '[[when]]\nstep = "wait"\nexpect = { payable = "5.00" }\n',
            "NOT_SEEN_HERE",
            "when[1].expect.payable",
        ),
        (SALE + 'expect = { same_as = "first" }\n', "NOT_DECLARED", "when[1].expect.same_as"),
        (
            "[expect]\nmembers = { li = { balance = 1 } }\n",
            "NOT_DECLARED",
            "expect.members.li",
        ),
        ("[expect]\ntills = { T9 = {} }\n", "NOT_DECLARED", "expect.tills.T9"),
        ("[expect]\naccounts = { purse = 1 }\n", "NOT_CHOICE", "expect.accounts.purse"),
        ('[[member]]\nid = "a"\n[[member]]\nid = "a"\n', "ID_TWICE", "member[2].id"),
        ('[[member]]\nid = "a"\nbirthday = "13-40"\n', "NOT_BIRTHDAY", "member[1].birthday"),
        (
            '[[member]]\nid = "a"\nlots = { points = 5, left = 6 }\n',
            "LOT_OUT_OF_BOUNDS",
            "member[1].lots.left",
        ),
        (
            '[[member]]\nid = "a"\nlots = { points = 0 }\n',
            "LOT_OUT_OF_BOUNDS",
            "member[1].lots.points",
        ),
        ('[[member]]\nid = "a"\ndebt = -1\n', "NOT_ABOVE_ZERO", "member[1].debt"),
        (
            '[[member]]\nid = "a"\ntier = { level = "gold" }\n',
            "MISSING_KEY",
            "member[1].tier.scheme",
        ),
        ('[[product]]\nsku = "A"\ntax = "vat"\n', "NOT_DECLARED", "product[1].tax"),
        ('[store]\ntimezone = "Mars"\n', "UNKNOWN_ZONE", "store.timezone"),
        ('[store]\ncutoff = "9"\n', "CUTOFF_FORM", "store.cutoff"),
        ('[[till]]\nstore = "S9"\n', "NOT_DECLARED", "till[1].store"),
        ('[[till]]\ncode = "!"\n', "CODE_FORM", "till[1].code"),
        ("[[till]]\n[[till]]\n", "ID_TWICE", "till[2].code"),
        ("[[store]]\n[[store]]\n", "ID_TWICE", "store[2].code"),
        (
            '[[store]]\n[[store]]\ncode = "S2"\ncurrency = "JPY"\n',
            "ONE_CURRENCY",
            "store[2].currency",
        ),
        ("[programme]\n", "KIND_MISSING", "programme"),
        ('[programme]\nships = "x"\nfile = "y"\n', "KIND_TWICE", "programme"),
        ('[programme]\nships = "nobody"\n', "NO_SUCH_FILE", "programme.ships"),
        ('[programme]\nfile = "nobody.toml"\n', "NO_SUCH_FILE", "programme.file"),
        (
            '[store]\ncurrency = "JPY"\n[programme]\nships = "dawn-club"\n',
            "OTHER_CURRENCY",
            "programme",
        ),
    ],
)
def test_what_is_wrong_is_found_at_its_place(piece: str, code: str, path: str) -> None:
    assert (code, path) in {(found_code, place) for found_code, place, _ in found(piece)}


def test_everything_is_found_in_one_go_in_the_order_of_the_file() -> None:
    piece = (
        '[[when]]\nstep = "sale"\nlines = ["TEA"]\nexpect = { payable = 5, cost = 1 }\ncolour = 1\n'
    )
    lines = [line for _, _, line in found(piece)]
    assert len(lines) == 4
    assert lines == sorted(lines)
    assert all(lines)


def test_steps_stand_in_the_order_of_their_times() -> None:
    piece = '[[when]]\nstep = "wait"\nat = 2026-03-02\n[[when]]\nstep = "wait"\nat = 2026-03-01\n'
    assert found(piece) == [("BEFORE_THE_STEP_BEFORE", "when[2].at", 9)]


@pytest.mark.parametrize("opening", ["'''\n", "'''"])
def test_what_is_wrong_with_a_programme_text_has_its_line_in_the_scenario(opening: str) -> None:
    text = f"""scenario = 1
name = "x"

[programme]
text = {opening}[[wallet]]
id = "points"
colour = "red"
'''

[[when]]
step = "wait"
"""
    read = load(text.encode("utf-8"))
    assert isinstance(read, list)
    line = text.split("\n").index('colour = "red"') + 1
    assert [(one.code, one.path, one.line) for one in read] == [
        ("UNKNOWN_KEY", "wallet[1].colour", line)
    ]


def test_what_is_wrong_with_a_programme_beside_it_names_that_file_and_line() -> None:
    piece = '[programme]\nfile = "club.toml"\n'
    club = (
        b'language = 1\nid = "club"\nversion = 1\ncurrency = "CNY"\ntimezone = "UTC"\n[[offer]]\n'
    )
    read = load(whole(piece).encode("utf-8"), read_beside={"club.toml": club}.__getitem__)
    assert isinstance(read, list)
    assert ("MISSING_KEY", "programme (club.toml:6 offer[1].id)") in {
        (one.code, one.path) for one in read
    }


def test_a_variant_is_checked_like_the_rest() -> None:
    piece = """
[[when]]
step = "sale"
id = "first"
lines = ["COFFEE"]

[[variant]]
name = "one"
expect.first = { earned = 1, colour = 2 }
expect.second = { earned = 1 }

[[variant]]
name = "one"
programme.wallet.stars.scale = 1
programme.wallet.points.scale = "many"
"""
    codes = {(code, path) for code, path, _ in found(piece)}
    assert ("NO_SUCH_EXPECTATION", "variant[1].expect.first.colour") in codes
    assert ("NOT_DECLARED", "variant[1].expect.second") in codes
    assert ("ID_TWICE", "variant[2].name") in codes
    assert ("NOT_IN_PROGRAMME", "variant[2].programme.wallet.stars") in codes
    assert any(code == "NOT_WHOLE" for code, _ in codes)


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({"wallet": {"points": {"scale": 2}}}, "scale = 2"),
        ({"policies": {"earn_base": "net_of_tax"}}, '[policies]\nearn_base = "net_of_tax"'),
        ({"offer": {"ten": {"when": {"birthday": {"feb29": "mar1"}}}}}, 'feb29 = "mar1"'),
    ],
)
def test_a_variant_changes_single_values_of_the_programme(
    patch: dict[str, object], expected: str
) -> None:
    text = (
        '[[wallet]]\nid = "points"\nscale = 0\n[[offer]]\nid = "ten"\n'
        "when = { birthday = { days_before = 3 } }\n"
    )
    changed, missing = patched(text, patch)
    assert missing == []
    assert expected in changed
    assert len(changed.splitlines()) >= len(text.splitlines())


def test_a_table_of_another_kind_takes_the_place_of_the_one_that_is_there() -> None:
    text = '[[wallet]]\nid = "points"\nexpiry = { kind = "rolling_months", months = 12 }\n'
    there = {"kind": "rolling_months", "months": 12}
    for change, becomes in (
        ({"kind": "never"}, {"kind": "never"}),
        ({"kind": "rolling_months", "style": "eve"}, there | {"style": "eve"}),
        ({"months": 6}, there | {"months": 6}),
    ):
        changed, missing = patched(text, {"wallet": {"points": {"expiry": change}}})
        assert missing == []
        assert tomllib.loads(changed)["wallet"][0]["expiry"] == becomes


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_findings_and_differences_have_words_in_every_language(
    language: str, workshop: Workshop
) -> None:
    piece = SALE + 'expect = { payable = "27.00", cost = "1.00", refusal = "X" }\n'
    (finding,) = said(piece, workshop, language=language)
    assert "cost" in finding
    assert "NO_SUCH" not in finding
    wrong = said(piece.replace(', cost = "1.00"', ""), workshop, language=language)
    assert len(wrong) == 2
    assert all("27.00" in text or "X" in text for text in wrong)


def test_a_scenario_without_steps_shows_nothing() -> None:
    read = load(b'scenario = 1\nname = "a"\n')
    assert isinstance(read, list)
    assert [(one.code, one.path) for one in read] == [("LIST_EMPTY", "when")]


def test_a_programme_that_cannot_be_read_casts_no_blame_on_what_names_its_wallets() -> None:
    piece = """
[programme]
text = "[[wallet]]"
[[member]]
id = "wang"
lots = { points = 5 }
debt = 3
tier = { level = "gold" }
[[when]]
step = "sale"
member = "wang"
lines = ["COFFEE"]
redeem = 5
expect = { balance = 5, earned = { points = 1 }, tier = "gold" }
"""
    assert [code for code, _, _ in found(piece)] == ["MISSING_KEY"]


def test_a_scenario_needs_nothing_but_steps() -> None:
    read = load(b'scenario = 1\nname = "a"\n[[when]]\nstep = "wait"\n')
    assert not isinstance(read, list)
    assert read.name == "a"


def test_places_beside_are_asked_for_by_their_name() -> None:
    asked: list[str] = []

    def read_beside(name: str) -> bytes:
        asked.append(name)
        raise FileNotFoundError(name)

    load(whole('[programme]\nfile = "../club.toml"\n').encode("utf-8"), read_beside=read_beside)
    assert [Path(name).name for name in asked] == ["club.toml"]
