"""Every code that scenarios say has words, and every word of theirs is said by somebody."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from posloyalty.wording import Words

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "posloyalty" / "scenario"
CODE = re.compile("[A-Z][A-Z_]{3,}")
SAYING = {"found", "Finding", "Difference", "words"}


def test_every_code_has_words() -> None:
    words = Words("en")
    said = {code for path in PACKAGE.rglob("*.py") for code in codes(path)}
    assert len(said) > 30
    areas = ("scenario", "programme")
    assert {c for c in said if not any(words.has(f"{area}.{c}") for area in areas)} == set()


def test_every_word_is_said() -> None:
    catalogue = ROOT / "resources" / "translations" / "en" / "scenario.po"
    keys = set(re.findall(r'^msgid "([A-Z_]+)"$', catalogue.read_text("utf-8"), re.MULTILINE))
    assert len(keys) > 20
    assert keys - {code for path in PACKAGE.rglob("*.py") for code in codes(path)} == set()


def codes(path: Path) -> Iterator[str]:
    """The codes that a module says: given to `found`, made a difference or finding, or worded."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            wanted = "NOT_" if name == "_wrong" else ""
            if wanted or name in SAYING:
                for argument in node.args:
                    yield from (wanted + code for code in named(argument))
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "code":
            yield from named(node.value)


def named(node: ast.expr) -> Iterator[str]:
    """The codes in an expression that is a text, or one of two."""
    if isinstance(node, ast.IfExp):
        yield from (*named(node.body), *named(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        code = node.value.removeprefix("scenario.")
        if CODE.fullmatch(code):
            yield code
