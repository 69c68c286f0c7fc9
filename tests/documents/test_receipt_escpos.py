"""Receipts as ESC/POS: a machine that reads the bytes prints exactly the dots, and cuts once."""

import os

import pytest
from PIL import Image, ImageDraw

from posloyalty.documents.receipt_escpos import (
    BAND_ROWS,
    dots_escpos,
    drawer_kick,
    drawer_kick_at_once,
    receipt_escpos,
)
from posloyalty.documents.receipt_raster import receipt_dots
from posloyalty.wording import LANGUAGES
from tests.documents.papers import read_codes
from tests.fakes.escpos_machine import EscposMachine
from tests.fakes.sold import RECEIPT_CODE, a_receipt


def printed(data: bytes) -> EscposMachine:
    machine = EscposMachine()
    machine.feed(data)
    return machine


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width_mm", [58, 80])
def test_what_comes_out_is_the_raster_dot_by_dot(language: str, width_mm: int) -> None:
    receipt = a_receipt(language, width_mm)
    dots = receipt_dots(receipt)
    machine = printed(receipt_escpos(receipt))
    paper = machine.paper(dots.width)
    assert paper.tobytes() == dots.tobytes()
    assert (machine.resets, machine.cuts, machine.kicks) == (1, 1, 0)
    assert read_codes(paper) == [RECEIPT_CODE]


@pytest.mark.parametrize("height", [1, BAND_ROWS - 1, BAND_ROWS, BAND_ROWS + 1, 3 * BAND_ROWS])
@pytest.mark.parametrize("ink", ["all", "none", "every 300"])
def test_bands_cover_any_height_of_ink_and_white(height: int, ink: str) -> None:
    dots = Image.new("1", (384, height), 0 if ink == "all" else 1)
    if ink == "every 300":
        for y in range(0, height, 300):
            ImageDraw.Draw(dots).line((0, y, 383, y), fill=0)
    machine = printed(dots_escpos(dots))
    assert machine.paper(384).tobytes() == dots.tobytes()


def test_bands_are_small_enough_for_simple_printers() -> None:
    data = receipt_escpos(a_receipt("zh_CN", 80, copy=True))
    heights = []
    machine = EscposMachine()
    machine._stream = data
    while command := machine._next():
        if command.startswith(b"\x1dv0"):
            heights.append(int.from_bytes(command[6:8], "little"))
    assert max(heights) <= BAND_ROWS
    assert len(data) < 100_000


def test_white_between_lines_is_fed_and_not_sent() -> None:
    dots = Image.new("1", (576, 1000), 1)
    ImageDraw.Draw(dots).line((0, 999, 575, 999), fill=0)
    assert len(dots_escpos(dots)) < 120


def test_the_drawer_is_a_command_of_its_own() -> None:
    assert drawer_kick() == b"\x1bp\x00\x32\xc8"
    assert drawer_kick(pin=5, on_ms=200, off_ms=1000) == b"\x1bp\x01\x64\xff"
    assert printed(drawer_kick()).kicks == 1
    assert drawer_kick_at_once() == b"\x10\x14\x01\x00\x01"
    assert drawer_kick_at_once(pin=5, on_ms=2000) == b"\x10\x14\x01\x01\x08"
    assert printed(drawer_kick_at_once()).kicks == 1
    with pytest.raises(ValueError, match="pin 2 or 5"):
        drawer_kick_at_once(pin=3)
    with pytest.raises(ValueError, match="pin 2 or 5"):
        drawer_kick(pin=3)


def test_the_library_leaves_the_environment_as_it_was() -> None:
    before = os.environ.get("ESCPOS_CAPABILITIES_PICKLE_DIR")
    receipt_escpos(a_receipt())
    assert os.environ.get("ESCPOS_CAPABILITIES_PICKLE_DIR") == before
