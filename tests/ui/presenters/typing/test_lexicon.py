"""The words and characters that ship: whole, in order, and every character within reach."""

from __future__ import annotations

from functools import cache

import pytest
from pypinyin.contrib.tone_convert import to_tone3
from pypinyin.pinyin_dict import pinyin_dict

from ui.presenters.typing.candidates import candidates
from ui.presenters.typing.lexicon import SCRIPTS, Lexicon, read_lexicon
from ui.presenters.typing.spelling import TONES, Spelling, pinyin, zhuyin

LANGUAGES = ("zh_CN", "zh_TW")


@cache
def lexicon(language: str) -> Lexicon:
    return read_lexicon(language)


@cache
def offered(language: str, typed: str, *, by_zhuyin: bool = False) -> frozenset[str]:
    spelled: Spelling = (zhuyin if by_zhuyin else pinyin)(lexicon(language))
    found = candidates(lexicon(language), spelled.splits(typed))
    return frozenset(candidate.text for candidate in found)


@cache
def readings() -> list[tuple[str, str, int]]:
    """Every character of pypinyin's with each reading as it is typed, and its tone."""
    told = []
    for code, spoken in pinyin_dict.items():
        for reading in spoken.split(","):
            plain = to_tone3(reading, neutral_tone_with_five=True).replace("ê", "e")
            told.append((chr(code), plain[:-1], int(plain[-1])))
    return told


@cache
def tried(*, proving: bool) -> list[tuple[str, str, int]]:
    """The readings of all syllables in a proof, in the suite of each eighth."""
    known = readings()
    assert len(known) > 50_000
    syllables = sorted({typed for _, typed, _ in known})
    chosen = set(syllables if proving else syllables[::8])
    return [reading for reading in known if reading[1] in chosen]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_character_that_pypinyin_reads_is_offered_for_each_of_its_readings(
    language: str, *, proving: bool
) -> None:
    known = tried(proving=proving)
    missing = [(sign, typed) for sign, typed, _ in known if sign not in offered(language, typed)]
    assert missing == []


def test_every_character_of_a_zhuyin_syllable_is_offered_with_and_without_its_tone(
    *, proving: bool
) -> None:
    spelled = lexicon("zh_TW").zhuyin
    marks = {tone: mark for mark, tone in TONES.items()}
    missing = []
    for sign, syllable, tone in tried(proving=proving):
        keys = spelled.get(syllable, "")
        for typed in {keys, keys + marks.get(tone, "")} if keys else ():
            found = offered("zh_TW", typed, by_zhuyin=True)
            # Two rare syllables are spelled like another: wong like weng.
            if sign not in found and syllable != "wong":
                missing.append((sign, typed))
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_characters_and_words_stand_in_order_of_their_weight(language: str) -> None:
    held = lexicon(language)
    for key in ("niu'nai", "xiao'yu", "shi'shi", "ji'qi"):
        weights = [word.weight for word in held.words(key)]
        assert weights == sorted(weights, reverse=True)
    drawn = [sign for sign in held.signs("yi") if sign.weight]
    assert [sign.weight for sign in drawn] == sorted((s.weight for s in drawn), reverse=True)


@pytest.mark.parametrize(
    ("language", "syllable", "first"),
    [
        ("zh_CN", "wo", "我"),
        ("zh_TW", "wo", "我"),
        ("zh_CN", "guo", "国"),
        ("zh_TW", "guo", "國"),
        ("zh_CN", "hui", "会"),
        ("zh_TW", "hui", "會"),
    ],
)
def test_the_most_used_character_comes_first_in_its_own_script(
    language: str, syllable: str, first: str
) -> None:
    assert lexicon(language).signs(syllable)[0].text == first
    assert lexicon(language).first_signs(syllable)[0].text == first


def test_taiwans_own_word_is_there_and_the_mainlands_is_written_its_way() -> None:
    assert "軟體" in [word.text for word in lexicon("zh_TW").words("ruan'ti")]
    assert "牛奶" in [word.text for word in lexicon("zh_TW").words("niu'nai")]
    assert "草莓" in [word.text for word in lexicon("zh_TW").words("cao'mei")]


def test_longer_words_begin_with_the_syllables_and_are_the_weightiest() -> None:
    held = lexicon("zh_CN")
    longer = held.longer("ou'yang", 3)
    assert [word.text[:2] for word in longer] == ["欧阳"] * 3
    assert held.longer("ou'yang", 1) == longer[:1]
    assert held.longer("xyz", 3) == ()


def test_what_is_no_syllable_has_no_characters() -> None:
    assert lexicon("zh_CN").signs("bpm") == ()
    assert lexicon("zh_CN").words("bpm'x") == ()


def test_every_language_of_the_screens_has_a_lexicon() -> None:
    assert set(SCRIPTS) == {"zh_CN", "zh_TW", "en"}
    assert read_lexicon("en").signs("guo")[0].text == "国"
