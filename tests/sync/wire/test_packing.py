"""Bodies are packed and unpacked, and no bomb goes off."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.sync.wire.packing import RATIO_MAX, BadPacking, packed, unpacked

MOST = 1_000_000


@given(st.binary(max_size=5_000))
def test_what_was_packed_comes_back(body: bytes) -> None:
    assert unpacked(packed(body), most_bytes=MOST) == body
    assert gzip.decompress(packed(body)) == body
    assert packed(body) == packed(body)


@pytest.mark.parametrize(
    ("plain_bytes", "most_bytes", "code"),
    [
        (MOST + 1, MOST, "TOO_LARGE"),
        (10 * MOST, MOST, "TOO_LARGE"),
        (500_000, MOST, "TOO_LARGE"),  # a thousand times its packed size
    ],
)
def test_a_bomb_is_refused(plain_bytes: int, most_bytes: int, code: str) -> None:
    with pytest.raises(BadPacking, match=code):
        unpacked(packed(bytes(plain_bytes)), most_bytes=most_bytes)


def test_small_bodies_may_be_as_dense_as_they_like() -> None:
    body = bytes(60_000)
    assert len(body) > RATIO_MAX * len(packed(body))
    assert unpacked(packed(body), most_bytes=MOST) == body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"plain",
        packed(b"cut off")[:-1],
        packed(b"one") + packed(b"another"),
        zlib.compress(b"no gzip"),
        packed(b"a wrong check")[:-8] + bytes(8),
    ],
    ids=["empty", "plain", "cut", "two", "zlib", "check"],
)
def test_what_is_not_packed_is_refused(body: bytes) -> None:
    with pytest.raises(BadPacking, match="BAD_PACKING"):
        unpacked(body, most_bytes=MOST)
