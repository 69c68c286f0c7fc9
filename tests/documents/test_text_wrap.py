"""Lines break where readers of Chinese and Latin expect it, and never grow too wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.documents.text_wrap import ELLIPSIS, LATIN_ELLIPSIS, cut, longest, wrap


def columns(text: str) -> int:
    """Two for a Chinese character, one for the rest."""
    return sum(2 if ord(ch) >= 0x2E80 else 1 for ch in text)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("纯牛奶", 6, ["纯牛奶"]),
        ("纯牛奶饼干", 6, ["纯牛奶", "饼干"]),
        ("Whole milk", 6, ["Whole", "milk"]),
        ("全麦吐司 400g", 8, ["全麦吐司", "400g"]),
        ("Antidisestablish", 6, ["Antidi", "sestab", "lish"]),
        ("退换凭票，谢谢", 8, ["退换凭", "票，谢谢"]),
        ("数量（整）箱", 6, ["数量", "（整）", "箱"]),
        ("Water 550 ml six", 10, ["Water", "550\u00a0ml six"]),
        ("Gift cards · Redeemed × 6", 23, ["Gift cards ·", "Redeemed ×\u00a06"]),
        ("满 100 减 10", 8, ["满 100", "减 10"]),
        ("a  b", 10, ["a  b"]),
        ("since 03-01 10:30", 9, ["since", "03-01", "10:30"]),
        ("since 03-01 10:30", 13, ["since", "03-01\u00a010:30"]),
        ("截至 2026-03-01 10:30", 18, ["截至", "2026-03-01\u00a010:30"]),
        ("well-made", 6, ["well-", "made"]),
        ("of S01-T02-1-0214 again", 15, ["of", "S01-T02-1-0214", "again"]),
        ("NORTH-T02-1-10214", 12, ["NORTH-T02-1-", "10214"]),
        ("凭 V7QK-MAKD-11ZX 领", 16, ["凭", "V7QK-MAKD-11ZX", "领"]),
        ("See https://a.cn/draw-2026", 22, ["See", "https://a.cn/draw-2026"]),
        ("See https://a.cn/draw/terms", 18, ["See", "https://a.cn/draw/", "terms"]),
        ("To pay\u200212 items", 16, ["To pay\u200212 items"]),
        ("To pay\u200212 items", 10, ["To pay", "12 items"]),
        ("To pay\u200212 items", 5, ["To", "pay", "12", "items"]),
        ("应收\u2002共 12 件", 8, ["应收", "共 12 件"]),
        ("e\u0301e\u0301", 1, ["e\u0301", "e\u0301"]),
    ],
)
def test_lines_break_where_they_may(text: str, width: int, lines: list[str]) -> None:
    def measure(piece: str) -> int:
        return columns(piece.replace("\u0301", ""))

    assert wrap(text, width=width, measure=measure) == lines


@pytest.mark.parametrize(
    ("text", "dots"),
    [
        ("", 0),
        ("no S01-T02-1-0214 there", 14),
        ("NORTH-T02-1-10214", 17),
        ("well-made", 5),
        ("纯牛奶 250 ml", 6),
    ],
)
def test_the_widest_part_that_stays_whole_is_measured(text: str, dots: int) -> None:
    assert longest(text, measure=columns) == dots


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("超长的商品名称要写两行才行还要更长", ["超长的商品", "名称要写…"]),
        ("A very long product name", ["A very", "lon..."]),
        ("两行正好放下的商品名", ["两行正好放", "下的商品名"]),
    ],
)
def test_names_wrap_to_two_lines_and_then_end_in_dots(text: str, lines: list[str]) -> None:
    width = 10 if ord(text[0]) > 255 else 6
    assert wrap(text, width=width, measure=columns, lines_max=2) == lines


TEXT = st.text(alphabet="纯牛奶，。（） abcABC 123-/.−é…", max_size=60)


@given(text=TEXT, width=st.integers(4, 40))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width=width, measure=columns)
    punctuation = "，。（）.…−-"
    for line in lines:
        # A single piece of punctuation that must not stand alone may hang over.
        assert columns(line.strip(punctuation)) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(text=TEXT, width=st.integers(4, 40), most=st.integers(1, 3))
def test_a_bound_on_lines_holds_and_says_when_it_cut(text: str, width: int, most: int) -> None:
    whole = wrap(text, width=width, measure=columns)
    lines = wrap(text, width=width, measure=columns, lines_max=most)
    assert len(lines) <= most
    assert (lines == whole) == (len(whole) <= most)
    if len(whole) > most:
        assert lines[-1].endswith((ELLIPSIS, LATIN_ELLIPSIS))


def test_cutting_keeps_the_dots_inside_the_width() -> None:
    assert cut("纯牛奶饼干", width=7, measure=columns) == "纯牛奶…"
    assert columns(cut("纯牛奶饼干", width=7, measure=columns)) == 7
