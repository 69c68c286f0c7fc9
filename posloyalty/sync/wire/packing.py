"""Bodies packed with gzip (RFC 1952) or densely with LZMA2, and unpacked within bounds that a bomb
cannot pass.

Nothing is unpacked beyond `most_bytes`, and nothing that grows more than fiftyfold, densely two
hundredfold: honest journals shrink to a tenth and densely to a twentieth, since each event has some
bytes of chance in it, and what shrinks to a thousandth was made to hurt.

LZMA2 is for stretches of a journal alone: it takes the till ten times as long as gzip and head
office twice as long, and leaves half of the bytes. Its bytes are raw, without a check of their own:
the till signs what its journal hashes to.
"""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Mapping, Sequence
from typing import Final

GZIP: Final = "gzip"
LZMA2: Final = "lzma2"
"""How each is named in a request and in a hello's answer."""
RATIO_MAX: Final = 50
DENSE_RATIO_MAX: Final = 200
_FREE_BYTES: Final = 64 * 1024
"""Below this size a ratio says nothing: a small body of like events packs very well."""
_GZIP: Final = 16 + zlib.MAX_WBITS
_LEVEL: Final = 6
_DENSE: Final[Sequence[Mapping[str, int]]] = (
    # Version 1 of the form: whoever changes a number gives it another name.
    {"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 1024 * 1024, "lc": 3, "lp": 0, "pb": 0},
)


class BadPacking(Exception):
    """Bytes that cannot be unpacked: `code` is TOO_LARGE or BAD_PACKING."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def packed(body: bytes, *, level: int = _LEVEL) -> bytes:
    """A body as it travels; the same bytes always pack alike (no time in the header)."""
    packer = zlib.compressobj(level, zlib.DEFLATED, _GZIP)
    return packer.compress(body) + packer.flush()


def unpacked(body: bytes, *, most_bytes: int) -> bytes:
    """The body that travelled; raises `BadPacking` before more than `most_bytes` are unpacked."""
    plain, rest = unpacked_first(body, most_bytes=most_bytes)
    if rest:
        raise BadPacking("BAD_PACKING")
    return plain


def unpacked_first(body: bytes, *, most_bytes: int) -> tuple[bytes, bytes]:
    """The first of several bodies that travelled one behind the other, and the others, packed.

    Raises `BadPacking` as `unpacked` does.
    """
    bound = min(most_bytes, max(_FREE_BYTES, len(body) * RATIO_MAX))
    unpacker = zlib.decompressobj(_GZIP)
    try:
        plain = unpacker.decompress(body, bound + 1)
    except zlib.error as fault:
        raise BadPacking("BAD_PACKING") from fault
    if len(plain) > bound:
        raise BadPacking("TOO_LARGE")
    if not unpacker.eof:
        raise BadPacking("BAD_PACKING")
    return plain, unpacker.unused_data


def densely_packed(body: bytes) -> bytes:
    """A body as a stretch travels to a head office that takes it so."""
    return lzma.compress(body, format=lzma.FORMAT_RAW, filters=_DENSE)


def densely_unpacked(body: bytes, *, most_bytes: int) -> bytes:
    """The body that travelled; raises `BadPacking` before more than `most_bytes` are unpacked."""
    bound = min(most_bytes, max(_FREE_BYTES, len(body) * DENSE_RATIO_MAX))
    unpacker = lzma.LZMADecompressor(format=lzma.FORMAT_RAW, filters=_DENSE)
    try:
        plain = unpacker.decompress(body, bound + 1)
    except lzma.LZMAError as fault:
        raise BadPacking("BAD_PACKING") from fault
    if len(plain) > bound:
        raise BadPacking("TOO_LARGE")
    if not unpacker.eof or unpacker.unused_data:
        raise BadPacking("BAD_PACKING")
    return plain
