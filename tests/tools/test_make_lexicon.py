"""The maker of the on-screen keyboard's words, on a handful of words of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.make_lexicon import Script, lexicon, longest_first, pairs, weight, words_of
from ui.presenters.typing.lexicon import Lexicon

COUNTED = (
    "牛奶 801 n\n软件 4601 n\n头发 300 n\n发展 900 v\n小雨 620 nr\n李小雨 90 nr\n生僻 3 a\nOK 9 x\n"
)
PHRASES = "# a remark\n头发\t頭髮\n软\t軟\n头\t頭\n发\t發 髮\n"
TAIWAN = "軟件\t軟體\n"


@pytest.fixture
def counted(tmp_path: Path) -> list[tuple[str, int, str]]:
    path = tmp_path / "dict.txt"
    path.write_text(COUNTED, encoding="utf-8")
    return list(words_of(path))


def table(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "table.txt"
    path.write_text(text, encoding="utf-8")
    return pairs(path)


def test_the_longest_known_part_is_written_first(tmp_path: Path) -> None:
    phrases = table(tmp_path, PHRASES)
    assert longest_first("头发发展", phrases) == "頭髮發展"
    assert longest_first("牛奶", phrases) == "牛奶"


def test_a_weight_grows_by_ten_a_doubling() -> None:
    assert [weight(count) for count in (0, 1, 3, 7)] == [0, 10, 20, 30]


def test_words_of_the_file_hold_chinese_characters_alone(
    counted: list[tuple[str, int, str]],
) -> None:
    assert ("牛奶", 801, "n") in counted
    assert "OK" not in [word for word, _, _ in counted]


def test_what_is_made_is_what_the_keyboard_reads(
    counted: list[tuple[str, int, str]], tmp_path: Path
) -> None:
    phrases = table(tmp_path, PHRASES)
    script = Script("zh_TW", (phrases,))
    made = Lexicon(lexicon(script, counted, table(tmp_path, TAIWAN), phrases).split("\n"))
    assert [word.text for word in made.words("tou'fa")] == ["頭髮"]
    assert [word.text for word in made.words("ruan'ti")] == ["軟體"]
    # Taiwan's own word has the count of the mainland's; both are offered, each by its reading.
    assert made.words("ruan'ti")[0].weight == made.words("ruan'jian")[0].weight
    # Given names are words; whole persons and words that hardly anybody writes are not.
    assert [word.text for word in made.words("xiao'yu")] == ["小雨"]
    assert made.words("li'xiao'yu") == ()
    assert made.words("sheng'pi") == ()
    assert made.zhuyin["niu"] == "ㄋㄧㄡ"
    assert made.signs("niu")[0].text == "牛"


def test_usual_characters_stand_before_rare_ones_that_were_not_counted_either() -> None:
    mainland, taiwan = Script("zh_CN", ()), Script("zh_TW", ())
    assert mainland.tier("国") < mainland.tier("國") < mainland.tier("𠮷")
    assert taiwan.tier("國") < taiwan.tier("国")
