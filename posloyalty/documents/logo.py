"""The shop's logo as it comes from a person: any PNG or JPEG, or something that is none."""

from __future__ import annotations

import io

from PIL import Image

PIXELS_MAX = 4_000_000


def read_logo(data: bytes) -> Image.Image | None:
    """The picture in grey on white, or None when it cannot be read or is too large."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > PIXELS_MAX or 0 in picture.size:
                return None
            coloured = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        # Pillow says SyntaxError for a broken PNG chunk.
        return None
    white = Image.new("RGBA", coloured.size, "white")
    return Image.alpha_composite(white, coloured).convert("L")


def fitted(size: tuple[int, int], *, width_max: int, height_max: int) -> tuple[int, int]:
    """The largest size of the same shape inside a box, never larger than twice the picture."""
    width, height = size
    by_width = width_max * height <= height_max * width
    if by_width:
        target = min(width_max, 2 * width)
        return target, max(1, target * height // width)
    target = min(height_max, 2 * height)
    return max(1, target * width // height), target
