"""Both encoders make symbols that a scanner reads, of the size the papers reckon with."""

import pytest
from PIL import Image

from posloyalty.documents.qr import card_matrix, receipt_matrix
from posloyalty.documents.qr_matrix import QUIET_MODULES, Matrix, runs
from tests.documents.papers import read_codes
from tests.fakes.sold import CARD_TOKEN, RECEIPT_CODE


def drawn(matrix: Matrix, *, module: int) -> Image.Image:
    """A 1-bit image with whole pixels per module and the quiet zone around it."""
    side = len(matrix)
    image = Image.new("1", (side + 2 * QUIET_MODULES, side + 2 * QUIET_MODULES), 1)
    for x, y, length in runs(matrix):
        image.paste(
            0,
            (
                x + QUIET_MODULES,
                y + QUIET_MODULES,
                x + QUIET_MODULES + length,
                y + QUIET_MODULES + 1,
            ),
        )
    return image.resize((side * module, side * module), Image.Resampling.NEAREST)


def test_the_codes_are_as_long_as_the_real_ones() -> None:
    assert (len(RECEIPT_CODE), len(CARD_TOKEN)) == (177, 150)


@pytest.mark.parametrize("encode", [receipt_matrix, card_matrix])
@pytest.mark.parametrize(("text", "modules"), [(RECEIPT_CODE, 45), (CARD_TOKEN, 41), ("M", 21)])
def test_a_symbol_reads_back_at_any_module_size(encode, text: str, modules: int) -> None:  # type: ignore[no-untyped-def]
    matrix = encode(text)
    assert len(matrix) == modules
    assert {len(row) for row in matrix} == {modules}
    for module in (2, 4):
        assert read_codes(drawn(matrix, module=module)) == [text]


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
