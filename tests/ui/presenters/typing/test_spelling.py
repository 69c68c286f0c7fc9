"""How a run of keys falls apart into syllables."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.presenters.typing.test_lexicon import lexicon
from ui.presenters.typing.spelling import (
    PIECE_MOST,
    SPLITS_MOST,
    TYPED_MOST,
    Spelling,
    Split,
    pinyin,
    zhuyin,
)


@cache
def by_pinyin() -> Spelling:
    return pinyin(lexicon("zh_CN"))


@cache
def by_zhuyin() -> Spelling:
    return zhuyin(lexicon("zh_TW"))


def told(split: Split) -> str:
    """A split as text: begun syllables end in a dash, tones in their number."""
    return " ".join(
        (syllable.readings[0] if syllable.whole else f"{syllable.readings[0]}-")
        + (str(syllable.tone) if syllable.tone else "")
        for syllable in split
    )


@pytest.mark.parametrize(
    ("typed", "splits"),
    [
        ("xiaoyu", ["xiao yu", "xia o yu", "xi ao yu"]),
        ("xian", ["xian", "xi an"]),
        ("xi'an", ["xi an"]),
        ("fangan", ["fang an", "fan gan"]),
        ("lve", ["lve", "lv e"]),
        ("lue", ["lve", "lu e"]),
        ("nver", ["nv er"]),
        ("niun", ["niu n-"]),
        ("zh", ["zha-"]),
        ("", []),
        ("iii", []),
        ("haov", ["hao", "ha o"]),
    ],
)
def test_pinyin_falls_apart_into_the_fewest_syllables_first(typed: str, splits: list[str]) -> None:
    assert [told(split) for split in by_pinyin().splits(typed)] == splits


@pytest.mark.parametrize(
    ("typed", "splits"),
    [
        ("ㄒㄧㄠˇㄩˇ", ["xiao3 yu3", "xi ao3 yu3"]),
        ("ㄋㄧㄡˊㄋㄞˇ", ["niu2 nai3", "ni ou2 nai3"]),
        ("ㄓㄨ", ["zhu", "zhi wu"]),
        ("ㄌㄩˋ", ["lv4"]),
        ("ㄋ", ["n-"]),
        ("ˊ", []),
    ],
)
def test_zhuyin_takes_tones_along(typed: str, splits: list[str]) -> None:
    assert [told(split) for split in by_zhuyin().splits(typed)] == splits


def test_a_syllable_that_is_only_begun_stands_for_all_that_begin_so() -> None:
    best = by_pinyin().splits("xiaoy")[0]
    assert {"yu", "yan", "ying", "yi"} <= set(best[-1].readings)
    assert not best[-1].whole


@given(st.text("abcdefghijklmnopqrstuvwxyz'", max_size=TYPED_MOST + 5))
def test_a_split_covers_the_keys_from_the_begin_without_a_gap(typed: str) -> None:
    splits = by_pinyin().splits(typed)
    assert len(splits) <= SPLITS_MOST
    for split in splits:
        ends = [syllable.end for syllable in split]
        assert ends == sorted(set(ends))
        assert 0 < ends[0]
        assert ends[-1] <= min(len(typed), TYPED_MOST)
        begins = [0, *ends[:-1]]
        for begin, syllable in zip(begins, split, strict=True):
            piece = typed[begin : syllable.end].rstrip("'")
            assert 0 < len(piece) <= PIECE_MOST
            spelled = {"lve": "lue", "nve": "nue"}
            assert all(
                reading.startswith(piece) or spelled.get(reading, "").startswith(piece)
                for reading in syllable.readings
            )
        assert all(syllable.whole for syllable in split[:-1])


@given(st.lists(st.sampled_from(["xiao", "yu", "zhang", "wei", "niu", "lv", "er"]), max_size=7))
def test_syllables_parted_by_apostrophes_are_read_as_they_were_typed(parts: list[str]) -> None:
    splits = by_pinyin().splits("'".join(parts)[:TYPED_MOST])
    if not parts:
        assert splits == ()
    elif len("'".join(parts)) <= TYPED_MOST:
        read = [syllable.readings[0] for syllable in splits[0]]
        assert len(read) >= len(parts)
        assert "".join(read) == "".join(parts)
