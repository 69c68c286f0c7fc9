"""What is offered, in which order, and that it always comes to an end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.presenters.typing.test_lexicon import lexicon
from tests.ui.presenters.typing.test_spelling import by_pinyin, by_zhuyin
from ui.presenters.typing.candidates import Candidate, Taste, candidates


def offered(typed: str, taste: Taste = Taste.PLAIN) -> tuple[Candidate, ...]:
    return candidates(lexicon("zh_CN"), by_pinyin().splits(typed), taste)


def by_tone(typed: str, taste: Taste = Taste.PLAIN) -> tuple[Candidate, ...]:
    return candidates(lexicon("zh_TW"), by_zhuyin().splits(typed), taste)


def texts(found: tuple[Candidate, ...], most: int) -> str:
    return " ".join(candidate.text for candidate in found[:most])


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("niunai", "牛奶"),
        ("niun", "牛奶"),
        ("wo", "我"),
        ("xian", "现 先 县 西安"),
        ("caomeisuannai", "草莓酸奶 草莓"),
        ("xiaoyu", "小于 小雨 小鱼"),
        ("huanying", "欢迎"),
    ],
)
def test_words_come_before_characters_and_the_used_before_the_rare(typed: str, first: str) -> None:
    assert texts(offered(typed), len(first.split())) == first


@pytest.mark.parametrize(
    ("typed", "taste", "first"),
    [
        ("ouyang", Taste.FAMILY, "欧阳"),
        ("ouyangxiaoyu", Taste.FAMILY, "欧阳小雨"),
        ("wangxiaoming", Taste.FAMILY, "王小明"),
        ("xiaoyu", Taste.GIVEN, "小雨"),
        ("zeng", Taste.FAMILY, "曾"),
        ("shan", Taste.FAMILY, "单"),
        ("zhang", Taste.FAMILY, "张"),
        ("yu", Taste.GIVEN, "雨"),
        ("li", Taste.FAMILY, "李"),
        ("li", Taste.GIVEN, "丽"),
    ],
)
def test_names_come_first_where_a_person_is_written(typed: str, taste: Taste, first: str) -> None:
    assert offered(typed, taste)[0].text == first


def test_a_word_uses_its_own_keys_and_leaves_the_rest() -> None:
    found = {candidate.text: candidate.used for candidate in offered("niunaibei")}
    assert found["牛奶"] == len("niunai")
    assert found["牛"] == len("niu")


def test_a_tone_puts_its_own_first_and_leaves_nothing_out() -> None:
    toned, any_tone = by_tone("ㄐㄧˊ"), by_tone("ㄐㄧ")
    signs = {sign.text: sign.tone for sign in lexicon("zh_TW").signs("ji")}
    assert signs[toned[0].text] == 2
    assert toned[0].text == "及"
    assert any_tone[0].text == "機"
    assert {candidate.text for candidate in toned} == {candidate.text for candidate in any_tone}
    # Taiwan reads 淑 in the second tone, the dictionary in the first.
    assert "淑" in [candidate.text for candidate in by_tone("ㄕㄨˊ", Taste.GIVEN)]


def test_words_in_the_typed_tones_come_before_others() -> None:
    assert by_tone("ㄒㄧㄠˇㄩˇ")[0].text == "小雨"
    assert by_tone("ㄒㄧㄠˇㄩˊ")[0].text == "小於"


def test_what_cannot_be_read_is_offered_nothing() -> None:
    assert offered("iv") == ()
    assert candidates(lexicon("zh_CN"), ()) == ()


@given(
    st.text("abcdefghijklmnopqrstuvwxyz'", min_size=1, max_size=20),
    st.sampled_from(list(Taste)),
    st.integers(0, 40),
)
def test_taking_whatever_is_offered_uses_up_keys_until_none_are_left(
    typed: str, taste: Taste, place: int
) -> None:
    while found := offered(typed, taste):
        assert len({candidate.text for candidate in found}) == len(found)
        taken = found[place % len(found)]
        assert 0 < taken.used <= len(typed)
        assert taken.text
        typed = typed[taken.used :].lstrip("'")


@given(st.sampled_from(sorted(lexicon("zh_CN").syllables)), st.sampled_from(list(Taste)))
def test_every_character_of_a_syllable_is_offered_in_every_taste(
    syllable: str, taste: Taste
) -> None:
    found = {candidate.text for candidate in offered(syllable, taste)}
    assert {sign.text for sign in lexicon("zh_CN").signs(syllable)} <= found
