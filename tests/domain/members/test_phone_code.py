"""A member's code of now: its bytes, who can have made it, and when it is good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.documents.qr import card_matrix
from posloyalty.domain.members.phone_code import (
    BadPhoneCode,
    PhoneKey,
    Timely,
    read_code,
    read_key,
    step_at,
)
from posloyalty.domain.shop.scan_code import MemberPhoneCode, Refused, ScanReason
from posloyalty.domain.values.identifiers import base32_decode, base32_encode
from tests.domain.shop.scan_code.texts import scan

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
KEY = PhoneKey(member_id=bytes(range(16)), key=bytes(range(32)))
# Each was made apart from this code, with `openssl mac -digest SHA256` and `base32`.
TEXT = "LK1:AAAQEAYEAUDAOCAJBIFQYDIOB4AACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7FPG"
AT_NOON = "LN1:AAAQEAYEAUDAOCAJBIFQYDIOB4DQLQSAYL5M3ZDG2Y3Q6WZW"

ids = st.binary(min_size=16, max_size=16)
keys = st.builds(PhoneKey, member_id=ids, key=st.binary(min_size=32, max_size=32))
instants = st.datetimes(
    min_value=datetime(1970, 1, 1), max_value=datetime(2900, 1, 1), timezones=st.just(UTC)
)


def test_the_bytes_are_frozen() -> None:
    assert (KEY.text(), KEY.code_at(NOON)) == (TEXT, AT_NOON)
    assert step_at(NOON) == 117_817_920
    assert len(card_matrix(AT_NOON)) == 29  # a QR code of version 3


@given(key=keys, at=instants)
def test_a_code_reads_back_and_is_of_its_key_alone(key: PhoneKey, at: datetime) -> None:
    code = read_code(key.code_at(at))
    assert (code.member_id, code.step) == (key.member_id, step_at(at))
    assert code.is_made_with(key.key)
    assert not code.is_made_with(bytes(byte ^ 1 for byte in key.key))


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(33)])
def test_a_key_that_is_none_proves_nothing(key: bytes) -> None:
    zeros = PhoneKey(member_id=bytes(16), key=bytes(32))
    assert not read_code(zeros.code_at(NOON)).is_made_with(key)


@given(at=st.integers(0, 29), bit=st.integers(0, 7))
def test_a_code_of_which_one_bit_was_changed_is_of_no_key(at: int, bit: int) -> None:
    data = bytearray(base32_decode(AT_NOON[4:]))
    data[at] ^= 1 << bit
    assert not read_code("LN1:" + base32_encode(bytes(data))).is_made_with(KEY.key)


@pytest.mark.parametrize(
    ("later_s", "timely"),
    [
        (-16, Timely.AHEAD),
        (-15, Timely.NOW),
        (0, Timely.NOW),
        (14, Timely.NOW),
        (44, Timely.NOW),
        (45, Timely.OLD),
        (86_400, Timely.OLD),
    ],
)
def test_a_code_is_good_from_one_step_before_to_two_after(later_s: int, timely: Timely) -> None:
    code = read_code(AT_NOON)
    assert code.timely(NOON + timedelta(seconds=later_s)) is timely


@given(key=keys)
def test_a_key_is_read_however_it_is_typed(key: PhoneKey) -> None:
    text = key.text()
    spread = " ".join(text[place : place + 4] for place in range(0, len(text), 4))
    assert read_key(text) == read_key(spread.lower()) == key


@pytest.mark.parametrize(
    "text",
    ["", "LK1:", AT_NOON, TEXT[:-1], TEXT + "A", TEXT.replace("OB4", "OB5"), TEXT[:-1] + "1"],
)
def test_a_slip_in_a_key_is_found(text: str) -> None:
    with pytest.raises(BadPhoneCode):
        read_key(text)


@pytest.mark.parametrize("text", ["", AT_NOON[:-1], AT_NOON + "A", "LP1:" + AT_NOON[4:]])
def test_what_is_no_code_is_not_read(text: str) -> None:
    with pytest.raises(BadPhoneCode):
        read_code(text)


def test_neither_shows_what_is_secret() -> None:
    assert "key" not in repr(KEY)
    assert "tag" not in repr(read_code(AT_NOON))
    assert AT_NOON[4:] not in repr(scan(AT_NOON))


def test_a_till_knows_a_code_by_its_prefix_and_takes_a_key_for_nothing() -> None:
    assert scan(AT_NOON.lower() + "\r") == MemberPhoneCode(AT_NOON)
    half = Refused(reason=ScanReason.INCOMPLETE, length=30, length_expected=52)
    assert scan(AT_NOON[:30]) == half
    assert scan(AT_NOON + AT_NOON) == Refused(reason=ScanReason.TWO_SCANS, position=52)
    assert scan(TEXT) == Refused(reason=ScanReason.UNKNOWN_PREFIX, position=3)
