"""The words by which a name is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.storage.look_up.name_words import WORDS_MAX, folded, name_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("王小雨", ["王小雨", "小雨", "雨", "wangxiaoyu", "xiaoyu", "yu", "wxy", "xy"]),
        ("曾敏", ["曾敏", "敏", "zengmin", "min", "zm"]),
        ("Anna Lopez", ["anna", "lopez", "annalopez", "al"]),
        ("Zoë O'Neil", ["zoe", "o", "neil", "zoeoneil", "zon"]),
        ("", []),
    ],
)
def test_a_name_is_found_by_its_parts_its_pinyin_and_its_initials(
    name: str, words: list[str]
) -> None:
    assert name_words(name) == words


def test_a_rare_character_above_the_basic_plane_is_a_word_of_its_own() -> None:
    assert "𠮷" in name_words("𠮷田")[1:] or "𠮷田" in name_words("𠮷田")


def test_full_width_letters_and_accents_are_searched_as_plain_ones() -> None:
    assert folded("ＡＮＮＡ") == "anna"
    assert folded("Ünsal") == "unsal"


def test_letters_that_are_folded_at_once_are_folded_as_one_by_one() -> None:
    """Behind a letter that is not ASCII, text goes the long way."""
    for code in range(128):
        assert folded("é" + chr(code) + "Z") == "e" + folded(chr(code) + "Z"), code
    for code in range(0x4E00, 0xA000):
        assert folded(chr(code)) == chr(code), code


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=20))
def test_a_name_of_chinese_characters_alone_has_the_words_that_it_has_among_others(
    name: str,
) -> None:
    assert name_words(name) == name_words(name + "!")


@given(st.text(max_size=200))
def test_any_name_has_a_bounded_number_of_words_without_spaces(name: str) -> None:
    words = name_words(name)
    assert len(words) <= WORDS_MAX
    assert all(word and " " not in word for word in words)
