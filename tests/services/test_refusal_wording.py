"""Every refusal and finding of the services has words in every language."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from posloyalty.wording import LANGUAGES, Words

PACKAGE = Path(__file__).parents[2] / "posloyalty"
# The engine refuses returns by itself; services hand its reasons on.
FOLDERS = (PACKAGE / "services", PACKAGE / "domain" / "engine")
# Which argument of a call names the reason.
PLACES = {"ServiceRefusal": 0, "RefundRefusal": 0, "finding": 1}


@cache
def reasons() -> set[str]:
    """First arguments of refusals, second ones of finding(...), that are constants."""
    found = set()
    for path in (path for folder in FOLDERS for path in folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if not any(f"{name}(" in text for name in PLACES):
            continue
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = PLACES.get(node.func.id)
            if place is None or len(node.args) <= place:
                continue
            argument = node.args[place]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                found.add(argument.value)
    return found


def test_there_are_reasons_to_look_at() -> None:
    assert {"NOT_ALLOWED", "QUOTE_STALE", "LAST_MANAGER", "MORE_THAN_LEFT"} <= reasons()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", sorted(reasons()))
def test_a_refusal_is_worded(reason: str, language: str) -> None:
    assert Words(language).has(f"refusal.{reason}")
