"""A fact meets the characters of its message: spaces stand where Chinese has them alone."""

from __future__ import annotations

import pytest

from posloyalty.wording import Words
from posloyalty.wording.filling import filled


@pytest.mark.parametrize(
    ("text", "fact", "said"),
    [
        ("请在{a}当天用完", "11 月 28 日", "请在 11 月 28 日当天用完"),
        ("请在 {a} 当天用完", "11 月 28 日", "请在 11 月 28 日当天用完"),
        ("请在{a}当天用完", "2026-11-28", "请在 2026-11-28 当天用完"),
        ("请在 {a} 当天用完", "2026-11-28", "请在 2026-11-28 当天用完"),
        ("{a} 于明天到期", "300 分", "300 分于明天到期"),
        ("{a}即将结束", "咖啡会", "咖啡会即将结束"),
        ("{a}即将结束", "Coffee Club", "Coffee Club 即将结束"),
        ("会员 {a}", "王小雨", "会员 王小雨"),
        ("“{a}”限用", "Ten", "“Ten”限用"),
        ("{a} 起可用", "鲜奶 低脂", "鲜奶 低脂 起可用"),
        ("得{a}分", "+169", "得+169 分"),
        ("共{a}", "", "共"),
    ],
)
def test_a_fact_is_set_apart_from_characters_by_what_it_begins_and_ends_with(
    text: str, fact: str, said: str
) -> None:
    assert filled(text, {"a": fact}, apart=True) == said


def test_two_facts_beside_one_another_stay_as_the_message_has_them() -> None:
    assert filled("{month}{day}日", {"month": "十一月", "day": 28}, apart=True) == "十一月 28 日"
    assert filled("{a} {b}", {"a": "王", "b": "李"}, apart=True) == "王 李"


def test_fields_keep_how_they_are_written_and_braces_stay() -> None:
    assert (
        filled("共{n:,}项 {{x}} {m!r}", {"n": 1200, "m": "a"}, apart=True) == "共 1,200 项 {x} 'a'"
    )
    with pytest.raises(KeyError):
        filled("共{n}项", {}, apart=True)


def test_a_language_without_characters_is_left_as_it_is_written() -> None:
    assert filled("by{a}日", {"a": "28"}, apart=False) == "by28日"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh_CN", "方案即将结束，请在 12 月 3 日当天或之前用完"),
        ("zh_TW", "方案即將結束，請在 12 月 3 日當天或以前用完"),
    ],
)
def test_the_last_day_of_a_programme_is_written_as_days_are(language: str, said: str) -> None:
    assert Words(language)("sale.use_by", day="12 月 3 日") == said
