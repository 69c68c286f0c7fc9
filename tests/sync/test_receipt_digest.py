"""The receipt's code is frozen: its bytes, its length, and what it proves."""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.services.book.signing import SigningKey
from posloyalty.services.book.signing import verify as ed25519_verify
from posloyalty.sync.receipt_digest import (
    FIRST_DAY,
    PAYLOAD_BYTES,
    BadDigest,
    ReceiptDigest,
    decode,
    encode,
    matches,
    verify,
)

KEY = SigningKey.generate(bytes(32))
BODY = b'{"t":"sale"}'
DIGEST = ReceiptDigest(
    till=bytes(range(8)),
    epoch=1,
    seq=214,
    day=date(2026, 11, 22),
    payable_minor=13_676,
    earned=169,
    body=sha256(BODY).digest()[:16],
    member=True,
)
# Made once with the key of a seed of zeros; Ed25519 is deterministic.
FROZEN_TEXT = (
    "LR1:AEAQAAICAMCAKBQHAAAQAAAA2YE5KAAAAAADK3AAAAAKSOA72JRH4K3BNUTYI3OR3S73F5C3GC3NPNPKBIJY"
    "SVK7K6ZWLHXZA6GNTJSWBWD522R7ZIVT2P2IOXDJB5TEGVHNAVYA32WLF3XFE4JKOUMTKWYV32KG5TFKYXYHRHGQ4"
)

digests = st.builds(
    ReceiptDigest,
    till=st.binary(min_size=8, max_size=8),
    epoch=st.integers(0, 0xFFFF),
    seq=st.integers(0, 0xFFFF_FFFF),
    day=st.dates(min_value=FIRST_DAY, max_value=date(2199, 6, 6)),
    payable_minor=st.integers(0, (1 << 48) - 1),
    earned=st.integers(0, 0xFFFF_FFFF),
    body=st.binary(min_size=16, max_size=16),
    member=st.booleans(),
    training=st.booleans(),
)


def good(message: bytes, signature: bytes) -> bool:
    return ed25519_verify(KEY.public, message, signature)


def test_the_text_is_the_one_that_was_frozen() -> None:
    text = encode(DIGEST, KEY.sign)
    assert len(text) == 177
    assert text == FROZEN_TEXT


@given(digests)
def test_every_digest_comes_back_and_verifies(digest: ReceiptDigest) -> None:
    text = encode(digest, KEY.sign)
    assert decode(text)[0] == digest
    assert verify(text, good) == digest


@given(digests, st.data())
def test_a_changed_character_never_verifies(digest: ReceiptDigest, data: st.DataObject) -> None:
    text = encode(digest, KEY.sign)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567:1"))
    changed = text[:place] + other + text[place + 1 :]
    assert changed == text or verify(changed, good) is None


def test_a_signature_of_a_member_card_is_not_one_of_a_receipt() -> None:
    _digest, message, _signature = decode(encode(DIGEST, KEY.sign))
    stolen = KEY.sign(b"LP1:" + message[4:])
    assert not good(message, stolen)


def test_the_code_proves_the_event_and_no_other() -> None:
    assert matches(DIGEST, BODY)
    assert not matches(DIGEST, BODY + b" ")


@pytest.mark.parametrize(
    "change",
    [
        {"till": bytes(7)},
        {"body": bytes(15)},
        {"epoch": 0x1_0000},
        {"seq": -1},
        {"day": date(2019, 12, 31)},
        {"payable_minor": 1 << 48},
        {"payable_minor": -1},
        {"earned": 1 << 32},
    ],
)
def test_a_figure_that_does_not_fit_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadDigest):
        replace(DIGEST, **change)


@pytest.mark.parametrize("flags", [4, 8, 0x80])
def test_a_flag_that_means_nothing_yet_is_refused(flags: int) -> None:
    from posloyalty.domain.values.identifiers import base32_encode

    _digest, message, signature = decode(encode(DIGEST, KEY.sign))
    payload = bytearray(message[4:])
    assert len(payload) == PAYLOAD_BYTES
    payload[1] = flags
    with pytest.raises(BadDigest):
        decode("LR1:" + base32_encode(bytes(payload) + signature))


@pytest.mark.parametrize("text", ["", "LR1:", "LR1:" + "A" * 172, "LP1:" + "A" * 173, "lr1:"])
def test_other_texts_are_no_receipt_codes(text: str) -> None:
    with pytest.raises(BadDigest):
        decode(text)
    assert verify(text, good) is None
