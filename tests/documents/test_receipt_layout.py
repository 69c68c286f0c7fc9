"""Receipts on their paper: nothing over the edge, no figure cut, names in two lines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.documents.fonts import EM, REPLACEMENT, advance
from posloyalty.documents.receipt_layout import lay_out
from posloyalty.documents.receipt_marks import (
    Align,
    BoxMark,
    Page,
    PictureMark,
    QrMark,
    TextMark,
)
from posloyalty.domain.shop.refund import Withheld
from posloyalty.domain.shop.sale import Told
from posloyalty.services.papers.receipt import (
    Bar,
    Block,
    Footer,
    Item,
    Items,
    Note,
    Phrases,
    Receipt,
    Row,
    Rows,
    SaleCode,
    Table,
    Weight,
)
from posloyalty.wording import LANGUAGES
from tests.documents.papers import logo_png
from tests.fakes.refunded import a_refund_receipt
from tests.fakes.sold import SHOPS, a_line, a_receipt, a_sale


def texts(page: Page) -> list[TextMark]:
    return [mark for mark in page.marks if isinstance(mark, TextMark)]


def span(mark: TextMark) -> tuple[float, float]:
    """From where to where a text reaches."""
    width = advance(mark.text, bold=mark.bold) * mark.size / EM
    left = {Align.LEFT: mark.x, Align.CENTRE: mark.x - width / 2, Align.RIGHT: mark.x - width}
    return left[mark.align], left[mark.align] + width


def inside(page: Page) -> bool:
    """Whether everything lies on the paper."""
    for mark in texts(page):
        left, right = span(mark)
        # A text of one dot more than reckoned is rounding.
        if left < -1 or right > page.paper.dots + 1 or not mark.size // 2 < mark.y < page.height:
            return False
    return True


def clear(page: Page) -> bool:
    """Whether no two texts of a line run into one another."""
    lines: dict[int, list[tuple[float, float]]] = {}
    for mark in texts(page):
        lines.setdefault(mark.y, []).append(span(mark))
    return all(
        before[1] <= after[0] + 1
        for line in lines.values()
        for before, after in zip(sorted(line), sorted(line)[1:], strict=False)
    )


def of_blocks(*blocks: Block, width_mm: int = 58) -> Page:
    return lay_out(Receipt(number="n", language="en", width_mm=width_mm, blocks=blocks))


def said(page: Page) -> list[str]:
    return [mark.text for mark in texts(page)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width_mm", [58, 80])
@pytest.mark.parametrize("cash", [True, False])
def test_everything_lies_on_the_paper_and_nothing_runs_into_its_neighbour(
    language: str, width_mm: int, cash: bool
) -> None:
    sale = a_sale(language, cash=cash)
    page = lay_out(a_receipt(language, width_mm, sale=sale, copy=True, training=True))
    assert inside(page)
    assert clear(page)
    assert page.missing == ()


def test_the_papers_are_as_wide_as_their_heads() -> None:
    assert [lay_out(a_receipt(width_mm=mm)).paper.dots for mm in (58, 80)] == [384, 576]
    with pytest.raises(KeyError):
        lay_out(a_receipt(width_mm=76))


def test_a_chinese_character_takes_two_of_32_or_48_columns() -> None:
    for width_mm, count in ((58, 16), (80, 24)):
        (line,) = texts(of_blocks(Footer(("汉" * count,)), width_mm=width_mm))
        assert line.text == "汉" * count
        assert len(texts(of_blocks(Footer(("汉" * (count + 1),)), width_mm=width_mm))) == 2


def test_on_80_mm_name_price_and_sum_share_a_line() -> None:
    marks = texts(lay_out(a_receipt("en", 80)))
    milk = next(mark for mark in marks if mark.text.startswith("Whole milk"))
    line = [mark.text for mark in marks if mark.y == milk.y]
    assert line[0] == "1"
    assert line[1:3] == ["49.90", "44.90"]


def test_on_58_mm_the_name_stands_above_its_figures() -> None:
    marks = texts(lay_out(a_receipt("zh_CN", 58)))
    milk = next(i for i, mark in enumerate(marks) if mark.text == "纯牛奶 250ml×12")
    assert [mark.text for mark in marks[milk + 1 : milk + 4]] == [
        "1 × 49.90", "44.90", "会员价  −5.00",
    ]  # fmt: skip
    assert marks[milk + 1].y == marks[milk + 2].y > marks[milk].y


@pytest.mark.parametrize("width_mm", [58, 80])
def test_a_long_name_takes_two_lines_and_then_dots(width_mm: int) -> None:
    long = "进口有机低脂高钙纯牛奶礼盒装家庭分享整箱二十四盒乘以二百五十毫升限时特惠不含赠品版"
    sale = replace(a_sale(), lines=(a_line(1, long * 2),))
    page = lay_out(a_receipt(width_mm=width_mm, sale=sale))
    named = [mark.text for mark in texts(page) if mark.text[:2] in long]
    first = next(i for i, text in enumerate(said(page)) if text.startswith("进口"))
    shown = [text for text in said(page)[first : first + 5] if set(text) - set("0123456789.× ")]
    assert len([text for text in shown if text.rstrip("…") and text.rstrip("…") in long * 2]) == 2
    assert sum(text.endswith("…") for text in named) == 1
    assert inside(page)
    assert clear(page)


@pytest.mark.parametrize("width_mm", [58, 80])
@pytest.mark.parametrize("minor", [1, 10**6, 10**9, 10**12, 10**15])
def test_no_amount_is_ever_cut(width_mm: int, minor: int) -> None:
    line = a_line(1, "金条", unit_price_minor=minor, gross_minor=minor)
    sale = replace(a_sale(member=False), lines=(line, a_line(2, "袋")), gross_minor=minor,
                   payable_minor=minor, offers_minor=0, offers=())  # fmt: skip
    page = lay_out(a_receipt(width_mm=width_mm, sale=sale))
    amount = f"{minor // 100:,}.{minor % 100:02d}"
    whole = [mark for mark in texts(page) if mark.text.endswith(amount)]
    assert len(whole) >= 3
    assert inside(page)
    assert clear(page)


@given(
    left=st.text(alphabet="应收积分抵现 Points-spent0123456789", max_size=50),
    right=st.integers(-(10**12), 10**12),
    weight=st.sampled_from(Weight),
    width_mm=st.sampled_from([58, 80]),
)
def test_rows_keep_their_figure_whole_and_apart(
    left: str, right: int, weight: Weight, width_mm: int
) -> None:
    page = of_blocks(Rows((Row(left, f"{right:,}", weight),)), width_mm=width_mm)
    assert f"{right:,}" in said(page)
    assert inside(page)
    assert clear(page)


@given(
    names=st.lists(st.text(alphabet="满减券 Member price会员九折", max_size=60), max_size=5),
    amount=st.integers(1, 10**9),
    width_mm=st.sampled_from([58, 80]),
)
def test_offers_stand_under_their_item_with_their_amount(
    names: list[str], amount: int, width_mm: int
) -> None:
    notes = tuple(Note(name, f"−{amount:,}") for name in names)
    item = Item(quantity="1", name="皂", unit_price="9.90", amount="9.90", notes=notes)
    page = of_blocks(Items((item,)), width_mm=width_mm)
    assert sum(text.endswith(f"  −{amount:,}") for text in said(page)) == len(names)
    assert inside(page)
    assert clear(page)


@pytest.mark.parametrize("width_mm", [58, 80])
def test_a_terminals_reference_is_printed_whole(width_mm: int) -> None:
    reference = "99887766554433221100" * 3
    page = of_blocks(Rows((Row(f"Card {reference}", "14,864.36"),)), width_mm=width_mm)
    assert reference in "".join(said(page)).replace("14,864.36", "")
    assert inside(page)
    assert clear(page)


@pytest.mark.parametrize("number", ["S01-T02-1-104214", "S014-T112-13-104214", "NORTH-T02-1-0214"])
def test_a_receipts_number_stays_whole_and_its_day_goes_below_where_both_are_too_wide(
    number: str,
) -> None:
    page = of_blocks(Rows((Row(number, "2026-11-22 14:06"),)))
    assert said(page) == [number, "2026-11-22 14:06"]
    assert texts(page)[0].y < texts(page)[1].y
    beside = of_blocks(Rows((Row(number, "2026-11-22 14:06"),)), width_mm=80)
    assert texts(beside)[0].y == texts(beside)[1].y


def test_phrases_flow_onto_the_next_line_between_them() -> None:
    page = of_blocks(Phrases(("Earned +1,234,567", "Used −2,345,678", "Balance 3,456,789")))
    assert said(page) == ["Earned +1,234,567", "Used −2,345,678", "Balance 3,456,789"]
    wide = of_blocks(Phrases(("Earned +169", "Used −2,400")), width_mm=80)
    assert said(wide) == ["Earned +169  Used −2,400"]


def test_a_phrase_wider_than_the_paper_is_broken_wherever_it_stands() -> None:
    wallet = "Frequent visitor appreciation points"
    first = of_blocks(Phrases((wallet, "Earned +169"), Weight.BOLD))
    assert said(first) == ["Frequent visitor appreciation", "points  Earned +169"]
    last = of_blocks(Phrases(("Earned +169", wallet), Weight.BOLD))
    assert said(last) == ["Earned +169", "Frequent visitor appreciation", "points"]


def test_what_stands_below_a_code_is_broken_and_a_long_bar_is_set_smaller() -> None:
    name = "Christopher Alexander Montgomery"
    page = of_blocks(SaleCode("LR1:A", name), Bar("TRAINING · nothing is booked, ever"))
    assert said(page)[:2] == ["Christopher Alexander", "Montgomery"]
    assert inside(page)


@pytest.mark.parametrize(
    ("net", "shown"),
    [
        ("82.90", [("VAT 11%", "82.90")]),
        ("12,345,678.00", [("VAT 11%",), ("12,345,678.00",)]),
        ("1,234,567,890.00", [("VAT 11%",), ("1,234,567,890.00",)]),
    ],
)
def test_where_figures_leave_a_rate_no_room_it_stands_above_them_whole(
    net: str, shown: list[tuple[str, ...]]
) -> None:
    page = of_blocks(Table(("Tax rate", "Net", "Tax"), (("VAT 11%", net, net),)))
    lines: dict[int, list[str]] = {}
    for mark in texts(page):
        lines.setdefault(mark.y, []).append(mark.text)
    rows = [tuple(dict.fromkeys(line)) for line in lines.values()]
    assert rows[-len(shown) :] == shown
    assert inside(page)
    assert clear(page)


TOLD = (
    Told("BALANCE_UNTIL", (("time", "11-21 09:15"),)),
    Told("CARD_HOLDS", (("card", "**** 4821"), ("balance_minor", 12345), ("time", "11-22 14:06"))),
    Told("KEYED_IN", (("number", "S01-T02-1-104214"),)),
    Told("EXCHANGE", (("number", "S01-T02-1-104215"),)),
    Told("VOUCHER_CODE", (("code", "V7QK-MAKD-11ZX"),)),
    Told("DRAW_ENTRIES", (("name", "Draw"), ("count", 3), ("odds", "Three among all entries"),
                          ("terms", "https://example.org/draw-2026"))),
)  # fmt: skip
WHOLE = (
    "11-21 09:15", "11-22 14:06", "S01-T02-1-104214", "S01-T02-1-104215", "V7QK-MAKD-11ZX",
    "https://example.org/draw-2026",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width_mm", [58, 80])
def test_no_time_number_code_or_address_that_a_member_is_told_is_parted(
    language: str, width_mm: int
) -> None:
    sale = replace(a_sale(language), told=TOLD)
    page = lay_out(a_receipt(language, width_mm, sale=sale, copy=True))
    lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in said(page)]
    assert [part for part in WHOLE if not any(part in line for line in lines)] == []
    assert inside(page)
    assert clear(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width_mm", [58, 80])
@pytest.mark.parametrize("copy", [False, True])
def test_a_return_of_another_tills_sale_names_it_whole_with_what_was_kept_and_since_when(
    language: str, width_mm: int, copy: bool
) -> None:
    pending = replace(a_sale(language).points[0], earned=55, redeemed=900, pending_after=340)
    kept = (Withheld("POINTS_SPENT", 90, "points"), Withheld("GIFT_KEPT", 1800, "Mug"))
    receipt = a_refund_receipt(
        language, width_mm, copy=copy,
        of_number="S02-T11-3-104214", withheld=kept, points=(pending,), told=TOLD[:1],
    )  # fmt: skip
    page = lay_out(receipt)
    lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in said(page)]
    for whole in ("S02-T11-3-104214", "−18.00", "340", "11-22 14:06", "11-21 09:15"):
        assert any(whole in line for line in lines)
    assert inside(page)
    assert clear(page)


def test_the_total_is_bold_and_larger_and_shares_its_baseline_with_its_words() -> None:
    marks = texts(lay_out(a_receipt("zh_CN", 58)))
    total = next(mark for mark in marks if mark.text == "¥112.76")
    words = next(mark for mark in marks if mark.text.startswith("应收"))
    assert total.bold
    assert total.size > words.size
    assert total.y == words.y


def test_bars_of_copy_and_training_stand_at_both_ends_in_white_on_black() -> None:
    page = lay_out(a_receipt("zh_CN", 58, copy=True, training=True))
    bars = [m for m in page.marks if isinstance(m, BoxMark) and not m.dash]
    white = [mark for mark in texts(page) if mark.white]
    assert [mark.text for mark in white] == ["副本 · 重打小票", "训练模式 · 不入账"] * 2
    for bar, text in zip(bars, white, strict=True):
        assert bar.width == 384
        assert bar.y < text.y < bar.y + bar.height
    assert bars[0].y < page.height // 4
    assert bars[-1].y > page.height * 3 // 4


@pytest.mark.parametrize("width_mm", [58, 80])
def test_the_code_is_centred_about_24_mm_large_with_four_quiet_modules(width_mm: int) -> None:
    page = lay_out(a_receipt(width_mm=width_mm))
    (code,) = (mark for mark in page.marks if isinstance(mark, QrMark))
    side = code.module * len(code.matrix)
    assert 176 <= side <= 192
    assert abs(2 * code.x + side - page.paper.dots) <= 1
    quiet = 4 * code.module
    for mark in texts(page):
        assert mark.y <= code.y - quiet or mark.y - mark.size >= code.y + side + quiet - 4


def test_a_missing_character_is_shown_and_named_at_the_end() -> None:
    sale = replace(a_sale(), lines=(a_line(1, "王\U0001f600冰淇淋\U0001f600𠮷"),))
    page = lay_out(a_receipt("zh_CN", 80, sale=sale))
    assert page.missing == ("\U0001f600", "𠮷")
    assert f"王{REPLACEMENT}冰淇淋{REPLACEMENT * 2}" in said(page)
    assert said(page)[-1] == f"缺字 {REPLACEMENT} U+1F600 U+20BB7"


def test_nothing_stands_below_the_bars_at_the_foot() -> None:
    sale = replace(a_sale(), lines=(a_line(1, "𠮷野家"),))
    page = lay_out(a_receipt("zh_CN", 58, sale=sale, copy=True))
    assert said(page)[-1] == "副本 · 重打小票"
    assert said(page)[-2] == f"缺字 {REPLACEMENT} U+20BB7"


def test_many_missing_characters_do_not_fill_the_paper() -> None:
    name = "".join(chr(0x1F600 + i) for i in range(40))
    page = lay_out(a_receipt("zh_CN", 80, sale=replace(a_sale(), lines=(a_line(1, name),))))
    named = " ".join(said(page)).partition("缺字")[2]
    assert named.count("U+") == 6
    assert named.endswith("...")


def test_four_byte_characters_that_the_faces_have_are_drawn() -> None:
    page = lay_out(a_receipt(sale=replace(a_sale(), lines=(a_line(1, "𠅤𤧛牛丼"),))))
    assert "𠅤𤧛牛丼" in said(page)
    assert page.missing == ()


def test_a_logo_is_centred_above_the_name_and_a_bad_one_is_told() -> None:
    shop = replace(SHOPS["zh_CN"], logo_png=logo_png(400, 100))
    page = lay_out(a_receipt(shop=shop))
    (logo,) = (mark for mark in page.marks if isinstance(mark, PictureMark))
    assert (logo.width, logo.height) == (288, 72)
    assert 2 * logo.x + logo.width == page.paper.dots
    assert not page.logo_refused
    bad = lay_out(a_receipt(shop=replace(shop, logo_png=b"\x89PNG\r\n\x1a\n broken")))
    assert bad.logo_refused
    assert not [mark for mark in bad.marks if isinstance(mark, PictureMark)]


def test_the_same_receipt_is_laid_out_the_same() -> None:
    assert lay_out(a_receipt()) == lay_out(a_receipt())
