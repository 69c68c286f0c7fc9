"""`[[challenge]]` and `[[badge]]`: whatever is wrong with them is found at its place."""

from __future__ import annotations

import pytest

from posloyalty.domain.programme.load import load
from tests.domain.engine.made import HEAD, WALLET

FINE = """
[[badge]]
id = "star"

[[challenge]]
id = "it"
need = { visits = 3 }
gives = [{ badge = "star" }, { points = 5 }]
"""
IN_A_ROW = "challenge[1].in_a_row."


@pytest.mark.parametrize(
    ("line", "code", "path"),
    [
        ("within = { days = 0 }", "NOT_WHOLE", "challenge[1].within.days"),
        ('within = { per = "hour" }', "NOT_CHOICE", "challenge[1].within.per"),
        ("within = { from = 2026-01-01 }", "MISSING_KEY", "challenge[1].within.through"),
        ("within = { through = 2026-01-01 }", "MISSING_KEY", "challenge[1].within.from"),
        (
            "within = { from = 2026-01-02, through = 2026-01-01 }",
            "ENDS_BEFORE_START",
            "challenge[1].within.through",
        ),
        ("within = { days = 3, months = 1 }", "UNKNOWN_KEY", "challenge[1].within.months"),
        ('in_a_row = { per = "week", times = 1 }', "NOT_WHOLE", "challenge[1].in_a_row.times"),
        ('in_a_row = { per = "era", times = 2 }', "NOT_CHOICE", "challenge[1].in_a_row.per"),
        (
            'in_a_row = { per = "day", times = 2, gaps = 1 }',
            "UNKNOWN_KEY",
            "challenge[1].in_a_row.gaps",
        ),
        (
            'within = { days = 3 }\nin_a_row = { per = "day", times = 2 }',
            "WITHIN_OR_IN_A_ROW",
            "challenge[1].in_a_row",
        ),
        ("opt_in = true", "OPT_IN_NEEDS_DAYS", "challenge[1].opt_in"),
        ("late_days = 367", "NOT_WHOLE", "challenge[1].late_days"),
        ("rollback = 1", "NOT_FLAG", "challenge[1].rollback"),
        ("when = { weekday = 1 }", "UNKNOWN_KEY", "challenge[1].when.weekday"),
        ("fun = true", "UNKNOWN_KEY", "challenge[1].fun"),
        ('[[badge]]\nid = "moon"\nart = "x"', "UNKNOWN_KEY", "badge[2].art"),
    ],
)
def test_what_is_wrong_is_found_with_its_place(line: str, code: str, path: str) -> None:
    assert found(f"{FINE}\n{line}") == [(code, path)]


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("need = { visits = 3 }", "", "MISSING_KEY", "challenge[1].need"),
        ("visits = 3", "visit_days = 3", "DAYS_NEED_WITHIN", "challenge[1].need"),
        ('[{ badge = "star" }, { points = 5 }]', "[]", "LIST_EMPTY", "challenge[1].gives"),
        ('badge = "star"', 'badge = "moon"', "NOT_DECLARED", "challenge[1].gives[1].badge"),
    ],
)
def test_what_is_missing_is_found(old: str, new: str, code: str, path: str) -> None:
    assert (code, path) in found(FINE.replace(old, new))


def found(text: str) -> list[tuple[str, str]]:
    read = load((HEAD.format(currency="CNY") + WALLET + text).encode("utf-8"))
    return [(one.code, one.path) for one in read] if isinstance(read, list) else []
