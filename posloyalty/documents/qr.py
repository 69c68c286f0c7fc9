"""QR symbols made: a text becomes a plain matrix (`qr_matrix`).

Two encoders, both at error correction M. A card is made once and lives for years: `qrcode` weighs
all eight masks in Python (12 ms). A receipt's symbol is made while the customer waits: zxing-cpp,
which the till has for reading, does the same in 1 ms. Tests read both back.
"""

from __future__ import annotations

import qrcode
import zxingcpp
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M

from posloyalty.documents.qr_matrix import Matrix


def receipt_matrix(text: str) -> Matrix:
    """The symbol of a receipt's code; raises ValueError when the text does not fit any symbol."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    drawn = Image.fromarray(
        zxingcpp.write_barcode_to_image(made, scale=1, add_quiet_zones=False), mode="L"
    )
    dark = [dot == 0 for dot in drawn.tobytes()]
    side = drawn.width
    return tuple(tuple(dark[row * side : (row + 1) * side]) for row in range(side))


def card_matrix(text: str) -> Matrix:
    """The symbol of a member card's token, by `qrcode`."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(dot) for dot in row) for row in code.get_matrix())
