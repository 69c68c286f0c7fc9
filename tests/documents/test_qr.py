"""Both encoders make symbols that a scanner reads, of the size the papers reckon with."""

import pytest

from posloyalty.documents.qr import card_matrix, receipt_matrix, to_image
from posloyalty.documents.qr_matrix import runs
from tests.documents.papers import read_codes
from tests.fakes.sold import CARD_TOKEN, RECEIPT_CODE


def test_the_codes_are_as_long_as_the_real_ones() -> None:
    assert (len(RECEIPT_CODE), len(CARD_TOKEN)) == (177, 150)


@pytest.mark.parametrize("encode", [receipt_matrix, card_matrix])
@pytest.mark.parametrize(("text", "modules"), [(RECEIPT_CODE, 45), (CARD_TOKEN, 41), ("M", 21)])
def test_a_symbol_reads_back_at_any_module_size(encode, text: str, modules: int) -> None:  # type: ignore[no-untyped-def]
    matrix = encode(text)
    assert len(matrix) == modules
    assert {len(row) for row in matrix} == {modules}
    for module in (2, 4):
        assert read_codes(to_image(matrix, module=module)) == [text]


def test_the_quiet_zone_is_four_modules_of_white() -> None:
    image = to_image(card_matrix("M"), module=3)
    assert image.size == ((21 + 8) * 3, (21 + 8) * 3)
    inner = image.crop((12, 12, image.width - 12, image.height - 12))
    assert image.convert("L").histogram()[0] == inner.convert("L").histogram()[0]


def test_strips_cover_exactly_the_dark_modules() -> None:
    matrix = receipt_matrix(RECEIPT_CODE)
    covered = {(x + i, y) for x, y, length in runs(matrix) for i in range(length)}
    dark = {(x, y) for y, row in enumerate(matrix) for x, cell in enumerate(row) if cell}
    assert covered == dark
    assert len(list(runs(matrix))) < len(dark) * 2 // 3


def test_what_fits_no_symbol_is_refused() -> None:
    with pytest.raises(ValueError):
        receipt_matrix("A" * 9000)
    with pytest.raises(ValueError):
        card_matrix("A" * 9000)
