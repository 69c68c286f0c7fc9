"""A till's file: its bytes are frozen, and what was changed on the way is no till's file."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.services.book.signing import SigningKey, verify
from posloyalty.sync.till_file import (
    BYTES_MOST,
    BadTillFile,
    TillFile,
    check_code,
    decode,
    encode,
)

KEY = SigningKey.generate(b"k" * 32)
FILE = TillFile(
    till_id=b"T" * 16,
    store="S01",
    code="T03",
    name="人民路店",
    currency="CNY",
    certificates=(b"\x30\x82old", b"\x30\x82new"),
)
TOLD = (
    b'{"till":"54545454545454545454545454545454","store":"S01","code":"T03",'
    b'"name":"\xe4\xba\xba\xe6\xb0\x91\xe8\xb7\xaf\xe5\xba\x97","currency":"CNY",'
    b'"certs":["30826f6c64","30826e6577"]}'
)


def test_the_file_is_three_lines_and_its_bytes_are_frozen() -> None:
    head, told, signature, end = encode(FILE, KEY.sign).split(b"\n")
    assert (head, told, end) == (b"LT1:", TOLD, b"")
    assert len(signature) == 103


def test_what_was_written_reads_back_and_is_signed() -> None:
    file, message, signature = decode(encode(FILE, KEY.sign))
    assert file == FILE
    assert message == b"LT1:" + TOLD
    assert verify(KEY.public, message, signature)


def test_line_ends_of_another_system_change_nothing() -> None:
    data = encode(FILE, KEY.sign).replace(b"\n", b"\r\n")
    file, message, signature = decode(data)
    assert file == FILE
    assert verify(KEY.public, message, signature)


def test_the_check_code_names_the_certificates_and_nothing_else() -> None:
    assert FILE.check_code == check_code((b"\x30\x82old", b"\x30\x82new"))
    assert [len(group) for group in FILE.check_code.split("-")] == [4, 4, 4, 4]
    assert replace(FILE, name="别的店").check_code == FILE.check_code
    assert replace(FILE, certificates=(b"\x30\x82new",)).check_code != FILE.check_code


def test_a_name_that_was_changed_on_the_way_breaks_the_signature() -> None:
    data = encode(FILE, KEY.sign).replace(b'"T03"', b'"T04"')
    file, message, signature = decode(data)
    assert file.code == "T04"
    assert not verify(KEY.public, message, signature)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"LT1:\n{}\nAAAA",
        b"LT2:\n" + TOLD + b"\nAAAA",
        b"LT1:\n" + TOLD,
        b"LT1:\n" + TOLD + b"\nnot base32!",
        b"LT1:\n" + TOLD.replace(b'"T03"', b'"T-3"') + b"\nAAAA",
        b"LT1:\n" + TOLD.replace(b'"S01"', b'""') + b"\nAAAA",
        b"LT1:\n" + TOLD.replace(b'"S01"', b'"S010101"') + b"\nAAAA",
        b"LT1:\n" + TOLD.replace(b'"30826f6c64","30826e6577"', b"") + b"\nAAAA",
        b"LT1:\n" + TOLD.replace(b'"54', b'"', 1) + b"\nAAAA",
        b"LT1:\n" + TOLD.replace(b"}", b',"more":1}') + b"\nAAAA",
        b"x" * (BYTES_MOST + 1),
    ],
)
def test_what_is_no_tills_file_is_refused(data: bytes) -> None:
    with pytest.raises(BadTillFile):
        decode(data)


@given(st.binary(max_size=300))
def test_reading_any_bytes_never_fails_otherwise(data: bytes) -> None:
    try:
        decode(data)
    except BadTillFile:
        return
