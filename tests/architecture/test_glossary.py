"""The glossary: one entry a word, in the order of the alphabet."""

from __future__ import annotations

from pathlib import Path

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"


def test_every_word_of_the_glossary_stands_once_and_where_one_looks_for_it() -> None:
    rows = [row.split("|") for row in GLOSSARY.read_text(encoding="utf-8").splitlines()]
    words = [row[1].strip() for row in rows if len(row) == 4][2:]
    assert len(words) > 100
    assert words == sorted(set(words), key=str.casefold)
