"""Member tokens: frozen texts, forged, expired, revoked and truncated ones, and changes of key."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.members.card_token import (
    CLOCK_TOLERANCE,
    KEYS_TRIED_MAX,
    KeyTerms,
    MalformedToken,
    MemberToken,
    RevocationList,
    Revocations,
    TokenReason,
    TokenRefused,
    Verified,
    decode,
    encode,
    key_mark,
    verify,
)
from posloyalty.domain.values.identifiers import base32_decode, base32_encode
from posloyalty.services.book import signing
from posloyalty.services.book.signing import SigningKey
from tests.fakes.key_ring import KeyRing, TokenKey

FIXTURE = Path(__file__).parent / "fixtures" / "member_tokens.json"
KEY = SigningKey.generate(bytes(range(32)))
NOTHING_REVOKED = Revocations()
RING = KeyRing((TokenKey(key_id=1, public_key=KEY.public),))
ISSUED = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
EXPIRES = ISSUED + timedelta(days=730)
TOKEN = MemberToken(
    key_id=1,
    member_id=bytes(range(16)),
    issued_s=1795327200,
    expires_s=1795327200 + 730 * 86400,
)
TEXT = encode(TOKEN, KEY.sign)

tokens = st.builds(
    lambda key_id, member_id, times, flags: MemberToken(
        key_id=key_id, member_id=member_id, issued_s=min(times), expires_s=max(times), flags=flags
    ),
    st.integers(0, 255),
    st.binary(min_size=16, max_size=16),
    st.sets(st.integers(0, 0xFFFF_FFFF), min_size=2, max_size=2),
    st.integers(0, 255),
)


def judge(
    text: str,
    *,
    keys: KeyRing = RING,
    revoked: RevocationList = NOTHING_REVOKED,
    now: datetime = ISSUED + timedelta(days=1),
    check: Callable[[bytes, bytes, bytes], bool] = signing.verify,
) -> Verified | TokenRefused:
    return verify(text, keys=keys, revoked=revoked, now=now, verify_signature=check)


def frozen() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(FIXTURE.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("case", frozen(), ids=lambda case: case["name"])
def test_printed_cards_stay_readable(case: dict[str, Any]) -> None:
    key = SigningKey.generate(bytes.fromhex(case["seed"]))
    assert key.public.hex() == case["public_key"]
    token = MemberToken(
        key_id=case["key_id"],
        member_id=bytes.fromhex(case["member_id"]),
        issued_s=case["issued_s"],
        expires_s=case["expires_s"],
        flags=case["flags"],
    )
    assert encode(token, key.sign) == case["text"]
    assert decode(case["text"])[0] == token
    assert base32_decode(case["text"][4:]).hex() == case["bytes"]
    ring = KeyRing((TokenKey(key_id=case["key_id"], public_key=key.public),))
    assert judge(case["text"], keys=ring, now=token.issued_at) == Verified(token)


def test_a_token_is_91_bytes_and_150_characters() -> None:
    assert len(TEXT) == 150
    assert len(base32_decode(TEXT.removeprefix("LP1:"))) == 91
    assert TEXT.isascii()
    assert TOKEN.flags == 0
    assert TEXT == TEXT.upper()
    assert (TOKEN.issued_at, TOKEN.expires_at) == (ISSUED, EXPIRES)


@given(token=tokens)
def test_every_token_reads_back(token: MemberToken) -> None:
    text = encode(token, KEY.sign)
    read, message, signature = decode(text)
    assert read == token
    assert signing.verify(KEY.public, message, signature)


def test_a_good_card_is_verified() -> None:
    assert judge(TEXT) == Verified(TOKEN)


@given(place=st.integers(0, 90), bit=st.integers(0, 7))
def test_no_flipped_bit_is_accepted(place: int, bit: int) -> None:
    data = bytearray(base32_decode(TEXT[4:]))
    data[place] ^= 1 << bit
    verdict = judge("LP1:" + base32_encode(bytes(data)))
    assert isinstance(verdict, TokenRefused)
    assert verdict.reason in (TokenReason.MALFORMED, TokenReason.UNKNOWN_KEY, TokenReason.FORGED)
    assert verdict.token is None


@given(text=st.one_of(st.text(), st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").map("LP1:".__add__)))
def test_any_text_is_judged_without_raising(text: str) -> None:
    assert judge(text) == TokenRefused(reason=TokenReason.MALFORMED)


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT[:-1],
        TEXT + "A",
        TEXT.lower(),
        "LP2:" + TEXT[4:],
        "LP1:" + "A" * 146,
        TEXT[:-1] + "F",
        TEXT[:50] + "1" + TEXT[51:],
    ],
    ids=["empty", "cut", "longer", "lower", "prefix", "version 0", "trailing bits", "alphabet"],
)
def test_what_is_no_token_is_malformed(text: str) -> None:
    with pytest.raises(MalformedToken):
        decode(text)
    assert judge(text) == TokenRefused(reason=TokenReason.MALFORMED)


@pytest.mark.parametrize("version", [0, 2, 255])
def test_a_token_of_another_version_is_not_read_as_this_one(version: int) -> None:
    body = bytes((version,)) + base32_decode(TEXT[4:])[1:27]
    text = "LP1:" + base32_encode(body + KEY.sign(b"LP1:" + body))
    assert judge(text) == TokenRefused(reason=TokenReason.MALFORMED)


def test_a_card_signed_by_someone_else_is_forged() -> None:
    stranger = SigningKey.generate(bytes(32))
    assert judge(encode(TOKEN, stranger.sign)) == TokenRefused(reason=TokenReason.FORGED)


def test_a_card_of_a_key_that_nobody_told_us_of_is_refused() -> None:
    verdict = judge(encode(replace(TOKEN, key_id=9), KEY.sign))
    assert verdict == TokenRefused(reason=TokenReason.UNKNOWN_KEY)


def test_a_signature_over_the_bare_bytes_is_no_token_signature() -> None:
    data = base32_decode(TEXT[4:])[:27]
    assert judge("LP1:" + base32_encode(data + KEY.sign(data))) == TokenRefused(
        reason=TokenReason.FORGED
    )


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (EXPIRES - timedelta(seconds=1), None),
        (EXPIRES, TokenReason.EXPIRED),
        (ISSUED, None),
        (ISSUED - CLOCK_TOLERANCE, None),
        (ISSUED - CLOCK_TOLERANCE - timedelta(seconds=1), TokenReason.NOT_YET_VALID),
        (ISSUED - timedelta(days=1), TokenReason.NOT_YET_VALID),  # a clock set back a day
    ],
)
def test_a_card_is_good_from_issue_until_expiry(now: datetime, reason: TokenReason | None) -> None:
    verdict = judge(TEXT, now=now)
    if reason is None:
        assert verdict == Verified(TOKEN)
    else:
        limit = EXPIRES if reason is TokenReason.EXPIRED else ISSUED
        assert verdict == TokenRefused(reason=reason, token=TOKEN, at=limit)


def test_a_retired_key_verifies_until_its_date_and_the_new_key_beside_it() -> None:
    new = SigningKey.generate(sha256(b"new").digest())
    retires = ISSUED + timedelta(days=30)
    old = TokenKey(key_id=1, public_key=KEY.public, terms=KeyTerms(retires_at=retires))
    ring = KeyRing((old, TokenKey(key_id=2, public_key=new.public)))
    young = encode(replace(TOKEN, key_id=2), new.sign)
    before, after = retires - timedelta(seconds=1), retires
    assert judge(TEXT, keys=ring, now=before) == Verified(TOKEN)
    assert judge(young, keys=ring, now=before) == Verified(replace(TOKEN, key_id=2))
    assert judge(young, keys=ring, now=after) == Verified(replace(TOKEN, key_id=2))
    assert judge(TEXT, keys=ring, now=after) == TokenRefused(
        reason=TokenReason.RETIRED_KEY, token=TOKEN, at=retires
    )


def test_tills_that_numbered_their_keys_alone_can_share_an_id() -> None:
    other = SigningKey.generate(sha256(b"other till").digest())
    ring = KeyRing((*RING.keys, TokenKey(key_id=1, public_key=other.public)))
    assert judge(TEXT, keys=ring) == Verified(TOKEN)
    assert judge(encode(TOKEN, other.sign), keys=ring) == Verified(TOKEN)


def test_a_token_says_by_its_keys_mark_which_keys_to_try() -> None:
    keys = [SigningKey.generate(sha256(b"%d" % n).digest()).public for n in range(2_000)]
    ring = KeyRing(tuple(TokenKey(key_id=1, public_key=key) for key in keys))
    signer = SigningKey.generate(sha256(b"1234").digest())
    token = replace(TOKEN, key_id=key_mark(signer.public))
    tried: list[bytes] = []

    def counted(key: bytes, message: bytes, by: bytes) -> bool:
        tried.append(key)
        return signing.verify(key, message, by)

    text = encode(token, signer.sign)
    assert judge(text, keys=ring, check=counted) == Verified(token)
    assert len(tried) <= 16


def test_of_any_number_of_keys_two_thousand_and_forty_eight_are_tried_for_one_token() -> None:
    ring = KeyRing(tuple(TokenKey(key_id=1, public_key=b"%032d" % n) for n in range(3_000)))
    tried: list[bytes] = []

    def refused(key: bytes, _message: bytes, _by: bytes) -> bool:
        tried.append(key)
        return False

    assert judge(TEXT, keys=ring, check=refused) == TokenRefused(reason=TokenReason.FORGED)
    assert len(tried) == KEYS_TRIED_MAX == 2_048


def test_of_a_till_that_was_lost_tokens_hold_that_were_issued_before() -> None:
    lost = ISSUED + timedelta(days=1)
    terms = KeyTerms(lost_at=lost, doubted=True)
    ring = KeyRing((TokenKey(key_id=1, public_key=KEY.public, terms=terms),))
    assert judge(TEXT, keys=ring) == Verified(TOKEN, doubted=True)
    later = replace(TOKEN, issued_s=int(lost.timestamp()))
    assert judge(encode(later, KEY.sign), keys=ring, now=lost) == TokenRefused(
        reason=TokenReason.LOST_TILL, token=later, at=lost
    )


def test_a_key_that_nobody_vouches_for_signs_nothing() -> None:
    class Unvouched(KeyRing):
        def terms(self, public_key: bytes) -> None:
            return None

    assert judge(TEXT, keys=Unvouched(RING.keys)) == TokenRefused(reason=TokenReason.UNKNOWN_KEY)


def test_a_withdrawn_member_and_a_lost_card_are_refused() -> None:
    revoked = TokenRefused(reason=TokenReason.REVOKED, token=TOKEN)
    assert judge(TEXT, revoked=Revocations(members={TOKEN.member_id})) == revoked
    replaced_at = ISSUED + timedelta(hours=1, milliseconds=400)
    lost = Revocations(issued_before={TOKEN.member_id: replaced_at})
    assert judge(TEXT, revoked=lost) == revoked
    assert judge(TEXT, revoked=lost, now=EXPIRES) == revoked
    new_card = replace(TOKEN, issued_s=TOKEN.issued_s + 3600)
    assert judge(encode(new_card, KEY.sign), revoked=lost) == Verified(new_card)
    assert judge(TEXT, revoked=Revocations(members={bytes(16)})) == Verified(TOKEN)


def test_a_forged_card_is_not_looked_up_among_the_revoked() -> None:
    class Watching:
        asked = 0

        def covers(self, token: MemberToken) -> bool:
            self.asked += 1
            return False

    watching = Watching()
    judge(encode(TOKEN, SigningKey.generate(bytes(32)).sign), revoked=watching)
    assert watching.asked == 0
    judge(TEXT, revoked=watching)
    assert watching.asked == 1


@pytest.mark.parametrize(
    "change",
    [
        {"member_id": b"short"},
        {"key_id": 256},
        {"flags": -1},
        {"issued_s": TOKEN.expires_s},
        {"expires_s": 2**32},
        {"issued_s": -1},
    ],
)
def test_a_token_that_cannot_be_written_cannot_be_made(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"bytes|byte each|issued before"):
        replace(TOKEN, **change)


def test_a_signature_of_another_length_is_refused_when_writing() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        encode(TOKEN, lambda message: b"short")
