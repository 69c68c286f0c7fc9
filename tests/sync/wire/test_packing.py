"""Bodies are packed and unpacked, and no bomb goes off."""

from __future__ import annotations

import gzip
import lzma
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.sync.wire.packing import (
    DENSE_RATIO_MAX,
    RATIO_MAX,
    BadPacking,
    densely_packed,
    densely_unpacked,
    packed,
    unpacked,
)

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


@given(st.binary(max_size=5_000))
def test_what_was_densely_packed_comes_back(body: bytes) -> None:
    assert densely_unpacked(densely_packed(body), most_bytes=MOST) == body
    assert densely_packed(body) == densely_packed(body)


def test_bytes_that_were_densely_packed_by_this_release_are_always_read() -> None:
    frozen = "e00038001903003d88cfe225815b3be7e0bb33080295592ad79a336fdc49000000"
    plain = densely_unpacked(bytes.fromhex(frozen), most_bytes=MOST)
    assert plain == 3 * b'{"t":"boot","v":1}\n'


@pytest.mark.parametrize("plain_bytes", [MOST + 1, 10 * MOST, 700_000])
def test_a_dense_bomb_is_refused(plain_bytes: int) -> None:
    with pytest.raises(BadPacking, match="TOO_LARGE"):
        densely_unpacked(densely_packed(bytes(plain_bytes)), most_bytes=MOST)


@pytest.mark.parametrize(
    ("pack", "unpack"),
    [(packed, unpacked), (densely_packed, densely_unpacked)],
    ids=["gzip", "LZMA2"],
)
def test_fault_68_no_more_of_a_bomb_is_unpacked_than_its_bound(
    pack: Callable[[bytes], bytes], unpack: Callable[..., bytes]
) -> None:
    bomb = pack(bytes(40 * MOST))
    tracemalloc.start()
    try:
        with pytest.raises(BadPacking, match="TOO_LARGE"):
            unpack(bomb, most_bytes=MOST)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 4 * MOST


def test_small_bodies_may_be_denser_than_any_ratio() -> None:
    body = bytes(60_000)
    assert len(body) > DENSE_RATIO_MAX * len(densely_packed(body))
    assert densely_unpacked(densely_packed(body), most_bytes=MOST) == body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"plain",
        densely_packed(b"cut off")[:-1],
        densely_packed(b"one") + densely_packed(b"another"),
        packed(b"gzip"),
        lzma.compress(b"a file, not raw"),
    ],
    ids=["empty", "plain", "cut", "two", "gzip", "file"],
)
def test_what_is_not_densely_packed_is_refused(body: bytes) -> None:
    with pytest.raises(BadPacking, match="BAD_PACKING"):
        densely_unpacked(body, most_bytes=MOST)


@given(st.binary(max_size=300))
def test_any_bytes_are_densely_unpacked_or_refused(body: bytes) -> None:
    with suppress(BadPacking):
        assert len(densely_unpacked(body, most_bytes=MOST)) <= MOST
