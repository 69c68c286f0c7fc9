"""Events, draws, votes, stories, surveys: whatever is wrong with them is found at its place."""

from __future__ import annotations

import pytest

from posloyalty.domain.programme.load import load
from tests.domain.engine.made import HEAD, WALLET

DAYS = "from = 2026-03-01, through = 2026-03-31"
EVENT = '[[event]]\nid = "it"\non = 2026-05-20\ncapacity = 30\n'
DRAW = """
[[draw]]
id = "it"
within = { from = 2026-03-01, through = 2026-03-31 }
odds = "One among all"
terms = "https://example.org"
market = "cn"
prize = [{ id = "phone", value = "4000.00" }]
"""
VOTE = """
[[vote]]
id = "it"
within = { from = 2026-03-01, through = 2026-03-31 }
option = [{ id = "plum" }]
"""
STORY = '[[story]]\nid = "it"\nlicence = "1"\n'
SURVEY = '[[survey]]\nid = "it"\nquestion = [{ id = "nps", kind = "nps" }]\n'


@pytest.mark.parametrize(
    ("text", "line", "code", "path"),
    [
        (EVENT, "guests = 21", "NOT_WHOLE", "event[1].guests"),
        (EVENT, "waiting = -1", "NOT_WHOLE", "event[1].waiting"),
        (EVENT, "until = 2026-05-21", "ENDS_BEFORE_START", "event[1].until"),
        (EVENT, "when = { weekday = 1 }", "UNKNOWN_KEY", "event[1].when.weekday"),
        (EVENT, "gives = []", "LIST_EMPTY", "event[1].gives"),
        (EVENT, "fun = true", "UNKNOWN_KEY", "event[1].fun"),
        (DRAW, 'each_spend = "0.001"', "NOT_MONEY", "draw[1].each_spend"),
        (DRAW, 'least_spend = "5.00"', "MISSING_KEY", "draw[1].each_spend"),
        (DRAW, "most_entries = 0", "NOT_WHOLE", "draw[1].most_entries"),
        (DRAW, "late_hours = 745", "NOT_WHOLE", "draw[1].late_hours"),
        (DRAW, "once_each = 1", "NOT_FLAG", "draw[1].once_each"),
        (DRAW, "fun = true", "UNKNOWN_KEY", "draw[1].fun"),
        (VOTE, "gives = []", "LIST_EMPTY", "vote[1].gives"),
        (VOTE, "fun = true", "UNKNOWN_KEY", "vote[1].fun"),
        (STORY, "most = 0", "NOT_WHOLE", "story[1].most"),
        (STORY, 'role = "boss"', "NOT_CHOICE", "story[1].role"),
        (STORY, "fun = true", "UNKNOWN_KEY", "story[1].fun"),
        (SURVEY, "one_in = 0", "NOT_WHOLE", "survey[1].one_in"),
        (SURVEY, "rest_days = 0", "NOT_WHOLE", "survey[1].rest_days"),
        (SURVEY, "valid_days = 0", "NOT_WHOLE", "survey[1].valid_days"),
        (SURVEY, "fun = true", "UNKNOWN_KEY", "survey[1].fun"),
    ],
)
def test_what_is_wrong_is_found_with_its_place(text: str, line: str, code: str, path: str) -> None:
    assert found(text) == []
    assert found(f"{text}\n{line}") == [(code, path)]


@pytest.mark.parametrize(
    ("text", "old", "new", "code", "path"),
    [
        (EVENT, "capacity = 30", "capacity = 0", "NOT_WHOLE", "event[1].capacity"),
        (EVENT, "on = 2026-05-20", "", "MISSING_KEY", "event[1].on"),
        (DRAW, 'odds = "One among all"', "", "MISSING_KEY", "draw[1].odds"),
        (DRAW, 'terms = "https://example.org"', "", "MISSING_KEY", "draw[1].terms"),
        (DRAW, 'market = "cn"', 'market = "moon"', "NOT_CHOICE", "draw[1].market"),
        (DRAW, "4000.00", "50000.01", "PRIZE_TOO_LARGE", "draw[1].prize[1].value"),
        (DRAW, '[{ id = "phone", value = "4000.00" }]', "[]", "LIST_EMPTY", "draw[1].prize"),
        (DRAW, '"4000.00" }', '"4000.00", x = 1 }', "UNKNOWN_KEY", "draw[1].prize[1].x"),
        (
            DRAW,
            "from = 2026-03-01, through = 2026-03-31",
            "days = 3",
            "FIXED_DAYS",
            "draw[1].within",
        ),
        (
            VOTE,
            "from = 2026-03-01, through = 2026-03-31",
            "days = 3",
            "FIXED_DAYS",
            "vote[1].within",
        ),
        (VOTE, '[{ id = "plum" }]', "[]", "LIST_EMPTY", "vote[1].option"),
        (VOTE, '{ id = "plum" }', '{ id = "a" }, { id = "a" }', "NAMED_TWICE", "vote[1].option"),
        (VOTE, '"plum" }', '"plum", x = 1 }', "UNKNOWN_KEY", "vote[1].option[1].x"),
        (STORY, 'licence = "1"', "", "MISSING_KEY", "story[1].licence"),
        (SURVEY, 'kind = "nps"', 'kind = "mood"', "NOT_CHOICE", "survey[1].question[1].kind"),
        (SURVEY, '"nps" }', '"nps", x = 1 }', "UNKNOWN_KEY", "survey[1].question[1].x"),
    ],
)
def test_what_is_missing_is_found(text: str, old: str, new: str, code: str, path: str) -> None:
    assert found(text.replace(old, new)) == [(code, path)]


def test_a_market_goes_with_its_currency() -> None:
    assert found(DRAW, "EUR") == [("MARKET_CURRENCY", "draw[1].market")]
    assert found(DRAW.replace('market = "cn"', ""), "EUR") == []


def found(text: str, money: str = "CNY") -> list[tuple[str, str]]:
    read = load((HEAD.format(currency=money) + WALLET + text).encode("utf-8"))
    return [(one.code, one.path) for one in read] if isinstance(read, list) else []
