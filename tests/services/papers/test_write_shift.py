"""What X and Z say: every figure once, in every language, and sums that follow from those above."""

from __future__ import annotations

import pytest

from posloyalty.documents.receipt_layout import lay_out
from posloyalty.documents.receipt_pdf import receipt_pdf
from posloyalty.domain.shop.shift_sums import SumKind
from posloyalty.services.papers.receipt import Bar, Footer, Phrases, Receipt, Rows, Table
from posloyalty.services.papers.write_shift import write_x
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.closed_shift import CLOSED, NAMES, a_z, closed_shift, shop_of


def rows(paper: Receipt) -> dict[str, str]:
    """The figures of a paper by their words; the first of those that stand twice."""
    found: dict[str, str] = {}
    for block in paper.blocks:
        if isinstance(block, Rows):
            for row in block.rows:
                found.setdefault(row.left, row.right)
    return found


SAYS = [
    ("Z report", "12"),
    ("Business day", "2026-11-22"),
    ("Opened Li Min", "2026-11-22 08:00"),
    ("Closed Li Min", "2026-11-23 00:20"),
    ("Sales × 214", "8,412.60"),
    ("Returns × 3", "−126.70"),
    ("Voided sales × 1", "−20.00"),
    ("Net", "8,265.90"),
    ("Kept back at returns", "1.50"),
    ("Cash × 81", "1,997.10"),
    ("Cash given back × 2", "−26.70"),
    ("QR wallet × 102", "5,418.30"),
    ("· WeChat Pay × 60", "3,200.00"),
    ("· Alipay × 40", "2,158.30"),
    ("· QR wallet × 2", "60.00"),
    ("· WeChat Pay given back × 2", "−120.00"),
    ("Cash rounding", "−1.42"),
    ("Float", "500.00"),
    ("Out · Safe × 1", "−300.00"),
    ("Cash due", "2,170.40"),
    ("Count 1", "2,155.40"),
    ("Count 2", "2,165.40"),
    ("Cash counted", "2,165.40"),
    ("Short", "−5.00"),
    ("Reason", "Not known"),
    ("Approved by", "Chen Jing"),
    ("Member price × 96", "−214.80"),
    ("Discounts in all", "−214.80"),
    ("Sold and filled × 4", "800.00"),
    ("Bonus on them × 2", "40.00"),
    ("Redeemed × 6", "155.10"),
    ("Member sales", "148 / 214 · 69%"),
    ("Joined", "9"),
    ("Points earned", "11,204"),
    ("Points used", "6,300 · −63.00"),
    ("Points taken back", "126"),
    ("Vouchers", "12 given · 7 used"),
    ("Approved on the spot", "2"),
    ("Receipts printed again", "2"),
]


@pytest.mark.parametrize(("words", "figure"), SAYS)
def test_a_z_says(words: str, figure: str) -> None:
    assert rows(a_z())[words] == figure


def test_taxes_stand_by_class_and_operators_by_name() -> None:
    paper = a_z()
    (table,) = (block for block in paper.blocks if isinstance(block, Table))
    assert table.rows == (("13%", "7,314.96", "950.94"),)
    told = [block.parts for block in paper.blocks if isinstance(block, Phrases)]
    assert told == [("Points", "earned 11,204", "used 6,300", "taken back 126")]
    assert "Li Min" in rows(paper)
    assert "Chen Jing" in rows(paper)


def test_each_operator_has_all_that_the_shift_has() -> None:
    """Every figure of an operator, and over all operators every figure of the shift."""
    stored, _ = closed_shift()
    told = by_operator(a_z())
    assert list(told) == ["Li Min", "Chen Jing"]
    whole = rows(a_z())
    for words in ("Net", "Cash × 81", "Discounts in all", "Bonus on them × 2", "Redeemed × 6"):
        assert words in whole
    for kind, words in (
        (SumKind.TAX, "Tax"),
        (SumKind.OFFER, "Discounts in all"),
        (SumKind.ROUNDING, "Cash rounding"),
    ):
        for operator, name in zip(stored.sums.operators(), told, strict=True):
            line = stored.sums.total(kind, operator)
            assert (words in told[name]) is bool(line.count), (words, name)
    assert figures(told, "Tax") == stored.sums.total(SumKind.TAX).amount
    assert figures(told, "Net") == 826_590
    assert figures(told, "Discounts in all") == -21_480
    assert figures(told, "Cash rounding") == -142


def by_operator(paper: Receipt) -> dict[str, dict[str, str]]:
    """The rows of each operator, by name."""
    blocks = list(paper.blocks)
    start = next(
        at
        for at, block in enumerate(blocks)
        if isinstance(block, Rows) and block.rows[0].left == "By operator"
    )
    found = (block.rows for block in blocks[start + 1 :] if isinstance(block, Rows))
    return {first.left: {row.left: row.right for row in more} for first, *more in found}


def figures(told: dict[str, dict[str, str]], words: str) -> int:
    """What a row comes to over all operators, in minor units."""
    texts = (rows_of[words] for rows_of in told.values() if words in rows_of)
    return sum(int(text.replace("−", "-").replace(",", "").replace(".", "")) for text in texts)


def test_a_z_is_signed_and_an_x_says_that_the_shift_goes_on_and_tells_no_count() -> None:
    assert any(isinstance(block, Footer) for block in a_z().blocks)
    stored, _ = closed_shift()
    paper = write_x(
        stored.shift,
        stored.sums,
        CLOSED,
        shop=shop_of("en", 80),
        names=NAMES["en"],
        words=Words("en"),
    )
    assert isinstance(paper.blocks[0], Bar)
    assert not any(isinstance(block, Footer) for block in paper.blocks)
    said = rows(paper)
    assert said["Cash due"] == "2,170.40"
    assert "Cash counted" not in said
    assert "Count 1" not in said


def test_a_copy_says_so_at_both_ends() -> None:
    blocks = a_z(copy=True).blocks
    assert isinstance(blocks[0], Bar)
    assert isinstance(blocks[-1], Bar)
    assert blocks[1:-1] == a_z().blocks


@pytest.mark.parametrize("width_mm", [58, 80])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fits_both_papers(language: str, width_mm: int) -> None:
    paper = a_z(language, width_mm)
    assert lay_out(paper).missing == ()
    assert receipt_pdf(paper).startswith(b"%PDF")
