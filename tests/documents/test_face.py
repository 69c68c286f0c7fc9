"""A face's own tables say the same as the library that reads it whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from struct import pack

import pytest
from reportlab.pdfbase.ttfonts import TTFont

import resources
from posloyalty.documents.face import NoUnicodeTable, read_advances
from posloyalty.documents.fonts import BOLD, REGULAR


@pytest.mark.parametrize("name", [REGULAR, BOLD])
def test_each_character_is_as_wide_as_reportlab_draws_it(name: str) -> None:
    path = resources.path(f"fonts/{name}.ttf")
    face = TTFont(f"{name} for comparison", str(path)).face
    known = {code: round(face.charWidths[code]) for code in face.charToGlyph}
    assert len(known) > 30_000
    assert read_advances(path) == known


def face(
    path: Path, *, units: int, advances: tuple[int, ...], runs: tuple[tuple[int, int, int], ...]
) -> Path:
    """A face of nothing but what is read; `runs` are first, last and first glyph."""
    count = len(runs)
    groups = b"".join(pack(">III", *run) for run in runs)
    coverage = pack(">HHIII", 12, 0, 16 + len(groups), 0, count) + groups
    tables = {
        b"cmap": pack(">HHHHI", 0, 1, 3, 10, 12) + coverage,
        b"head": bytes(18) + pack(">H", units),
        b"hhea": bytes(34) + pack(">H", len(advances)),
        # A left side bearing stands beside each, and more of them behind: neither is a width.
        b"hmtx": b"".join(pack(">Hh", wide, -7) for wide in advances) + pack(">hh", -7, -7),
    }
    records, data, offset = b"", b"", 12 + 16 * len(tables)
    for tag, table in tables.items():
        records += pack(">4sIII", tag, 0, offset + len(data), len(table))
        data += table
    path.write_bytes(pack(">IHHHH", 0x00010000, len(tables), 0, 0, 0) + records + data)
    return path


@pytest.mark.parametrize(
    ("units", "advances", "runs", "told"),
    [
        (1000, (500, 600, 700), ((0x41, 0x42, 1),), {0x41: 600, 0x42: 700}),
        # Thousandths of the size, to the nearest.
        (2048, (0, 1229, 1024), ((0x41, 0x42, 1),), {0x41: 600, 0x42: 500}),
        # Glyphs behind the last width are as wide as it.
        (1000, (500, 600), ((0x4E00, 0x4E02, 1),), {0x4E00: 600, 0x4E01: 600, 0x4E02: 600}),
        # Glyph 0 is the box of what is missing.
        (1000, (500, 600), ((0x41, 0x42, 0),), {0x42: 600}),
        (1000, (500, 600), ((0x41, 0x41, 1), (0x20BB7, 0x20BB7, 1)), {0x41: 600, 0x20BB7: 600}),
    ],
)
def test_widths_are_by_glyph_in_thousandths_of_the_size(
    tmp_path: Path,
    units: int,
    advances: tuple[int, ...],
    runs: tuple[tuple[int, int, int], ...],
    told: dict[int, int],
) -> None:
    made = face(tmp_path / "face.ttf", units=units, advances=advances, runs=runs)
    assert read_advances(made) == told


def test_a_face_without_all_of_unicode_is_refused(tmp_path: Path) -> None:
    made = face(tmp_path / "face.ttf", units=1000, advances=(1,), runs=())
    data = made.read_bytes().replace(pack(">HHI", 12, 0, 16), pack(">HHI", 4, 0, 16))
    made.write_bytes(data)
    with pytest.raises(NoUnicodeTable):
        read_advances(made)


def test_a_receipt_on_paper_needs_no_library_of_pdf() -> None:
    asked = (
        "import sys; from posloyalty.documents.receipt_escpos import receipt_escpos; "
        "from posloyalty.documents.fonts import drawable; drawable('王'); "
        "print([name for name in sys.modules if name.split('.')[0] == 'reportlab'])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.strip() == "[]", ran.stdout
