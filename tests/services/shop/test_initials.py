"""Initials of names: a word is read once, whatever stands around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from posloyalty.services.shop.initials import LENGTH_MOST, initials

SPELT = "音乐 快乐 银行 行李 重庆 重 长裤 校长 牛奶 250ml Ü 〇 ，"
WORDS = (*SPELT.split(), " ")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("纯牛奶 Whole 250ml", "cnnw2"),
        ("音乐盒", "yyh"),
        ("快乐水", "kls"),
        ("重庆火锅", "cqhg"),
        ("重奶油", "zny"),
        ("", ""),
        ("　", ""),
        ("Oat Milk", "om"),
        ("奶" * 40, "n" * LENGTH_MOST),
    ],
)
def test_each_character_and_each_latin_word_gives_its_first_letter(name: str, letters: str) -> None:
    assert initials(name) == letters


@given(st.lists(st.sampled_from(WORDS), max_size=6).map("".join))
def test_a_name_reads_as_it_does_in_one_piece(name: str) -> None:
    whole = lazy_pinyin(name, style=Style.FIRST_LETTER)
    letters = "".join(word[0] for part in whole for word in part.split())
    assert initials(name) == letters.lower()[:LENGTH_MOST]
