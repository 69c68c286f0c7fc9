"""Candidates in rows and pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.presenters.typing.pages import page_of, span_of, starts_of

WORDS = st.lists(st.text("小雨", min_size=1, max_size=9), max_size=80)
CELLS = st.integers(5, 10)


@pytest.mark.parametrize(("text", "span"), [("小", 1), ("小雨", 1), ("小雨天", 2), ("小" * 30, 6)])
def test_two_characters_take_a_cell(text: str, span: int) -> None:
    assert span_of(text, 6) == span


def test_a_word_that_does_not_fit_begins_the_next_row() -> None:
    texts = ["一", "二三四", "五六七八", "九"]
    assert page_of(texts, 0, rows=2, cells=3) == (((0, 1), (2, 3)), 4)


@given(WORDS, st.integers(1, 5), CELLS)
def test_every_word_stands_on_one_page_in_one_row_that_holds_it(
    texts: list[str], rows: int, cells: int
) -> None:
    seen: list[int] = []
    for start in starts_of(texts, rows=rows, cells=cells):
        page, _ = page_of(texts, start, rows=rows, cells=cells)
        assert len(page) == rows
        for row in page:
            assert sum(span_of(texts[at], cells) for at in row) <= cells
            seen += row
    assert seen == list(range(len(texts)))
