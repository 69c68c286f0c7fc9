"""Bodies packed with gzip (RFC 1952), and unpacked within bounds that a bomb cannot pass.

Nothing is unpacked beyond `most_bytes`, and nothing that grows more than fiftyfold: honest journals
shrink to a quarter, and what shrinks to a hundredth was made to hurt.
"""

from __future__ import annotations

import zlib
from typing import Final

RATIO_MAX: Final = 50
_FREE_BYTES: Final = 64 * 1024
"""Below this size a ratio says nothing: a small body of like events packs very well."""
_GZIP: Final = 16 + zlib.MAX_WBITS
_LEVEL: Final = 6


class BadPacking(Exception):
    """Bytes that cannot be unpacked: `code` is TOO_LARGE or BAD_PACKING."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def packed(body: bytes) -> bytes:
    """A body as it travels; the same bytes always pack alike (no time in the header)."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(body) + packer.flush()


def unpacked(body: bytes, *, most_bytes: int) -> bytes:
    """The body that travelled; raises `BadPacking` before more than `most_bytes` are unpacked."""
    bound = min(most_bytes, max(_FREE_BYTES, len(body) * RATIO_MAX))
    unpacker = zlib.decompressobj(_GZIP)
    try:
        plain = unpacker.decompress(body, bound + 1)
    except zlib.error as fault:
        raise BadPacking("BAD_PACKING") from fault
    if len(plain) > bound:
        raise BadPacking("TOO_LARGE")
    if not unpacker.eof or unpacker.unused_data:
        raise BadPacking("BAD_PACKING")
    return plain
