"""What is no TOML is told in the reader's language, with its line and column."""

from __future__ import annotations

import pytest

from posloyalty.domain.programme.syntax import KINDS, OTHER, _kind, syntax_errors
from posloyalty.services.programmes.programmes import finding_sentences
from posloyalty.wording import LANGUAGES, Words

WRONG = [
    ('a = "open', "SYNTAX_TEXT_OPEN", 10),
    ("a = 'open", "SYNTAX_TEXT_OPEN", 0),
    ('a = """open', "SYNTAX_TEXT_OPEN", 0),
    ("a = '''open", "SYNTAX_TEXT_OPEN", 0),
    ('a = "x\x01"', "SYNTAX_CHARACTER", 7),
    ("a", "SYNTAX_EQUALS", 2),
    ("b = 1\nb = 2", "SYNTAX_TWICE", 6),
    ("[t]\n[t]", "SYNTAX_TWICE", 3),
    ("a = { b = 1, b = 2 }", "SYNTAX_TWICE", 19),
    ("[t", "SYNTAX_BRACKET", 3),
    ("[[t]", "SYNTAX_BRACKET", 4),
    ("a = [1 2]", "SYNTAX_BRACKET", 0),
    ("a = { b = 1", "SYNTAX_BRACKET", 12),
    ("a = 1 b = 2", "SYNTAX_REST", 7),
    ('a = "\\q"', "SYNTAX_ESCAPE", 0),
    ('a = "\\uZZZZ"', "SYNTAX_ESCAPE", 0),
    ("= 1", "SYNTAX_KEY", 1),
    ("a = ", "SYNTAX_VALUE", 5),
    ("a = nothing", "SYNTAX_VALUE", 5),
]


@pytest.mark.parametrize(("text", "kind", "column"), WRONG, ids=[repr(one[0]) for one in WRONG])
def test_every_kind_of_slip_is_known(text: str, kind: str, column: int) -> None:
    found = syntax_errors(f"# first\n{text}\n")
    told = dict(found[0].facts)
    assert told["kind"] == kind
    if column:
        assert int(told["column"]) == column


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*(kind for kind, _ in KINDS), OTHER])
def test_every_kind_has_words_in_every_language(kind: str, language: str) -> None:
    words = Words(language)
    assert words.has(f"programme.{kind}")
    said = words(f"programme.{kind}")
    assert said.isascii() == (language == "en")


def test_a_slip_is_told_with_line_and_column_and_without_the_parsers_english() -> None:
    found = syntax_errors('id = "x"\nversion = "two\n')
    assert finding_sentences(found, Words("zh_CN")) == (
        "第 2 行第 15 列：文本没有结束，请在末尾补上引号",
    )
    (said,) = finding_sentences(found, Words("en"))
    assert said.startswith("Line 2, column 15: ")


def test_what_a_later_parser_tells_in_other_words_is_still_told() -> None:
    assert _kind("A thing that nobody knows yet") == OTHER
