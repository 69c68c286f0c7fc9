"""A publication's envelope: what is signed, which one holds, and the bytes that are frozen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from posloyalty.services.book.signing import SigningKey, verify
from posloyalty.sync.wire.publications import (
    BadSeal,
    Envelope,
    Sealed,
    in_effect,
    mark_of,
    opened,
    statement,
    written,
)

KEY = SigningKey.generate(bytes(range(32)))
AT = datetime(2026, 12, 1, 6, tzinfo=UTC)
ENVELOPE = Envelope(
    office="ab" * 16,
    number=3,
    programme="cafe",
    version=2,
    hash="cd" * 32,
    size=1234,
    from_="2026-12-01T06:00:00.000+00:00",
    tz="Asia/Shanghai",
)
# Frozen: tills keep envelopes as they were signed.
BYTES = (
    b'{"office":"' + b"ab" * 16 + b'","number":3,"programme":"cafe","version":2,"hash":"'
    + b"cd" * 32 + b'","size":1234,"from":"2026-12-01T06:00:00.000+00:00","until":"",'
    b'"min_app":"","tz":"Asia/Shanghai","stops":""}'
)  # fmt: skip


def sealed(envelope: Envelope) -> Sealed:
    data = written(envelope)
    return Sealed(envelope=data.decode(), signature=KEY.sign(statement(data)).hex())


def read(seal: Sealed, *, office: str = "ab" * 16) -> Envelope:
    return opened(seal, office=office, verify=lambda said, by: verify(KEY.public, said, by))


def test_what_is_signed_is_what_is_read_byte_for_byte() -> None:
    assert written(ENVELOPE) == BYTES
    assert read(sealed(ENVELOPE)) == ENVELOPE
    assert statement(BYTES) == b"LJ-PUBLICATION-1\0" + BYTES


@pytest.mark.parametrize(
    ("seal", "code"),
    [
        (msgspec.structs.replace(sealed(ENVELOPE), envelope=BYTES.decode() + " "), "FORGED"),
        (msgspec.structs.replace(sealed(ENVELOPE), signature="00" * 64), "FORGED"),
        (sealed(msgspec.structs.replace(ENVELOPE, office="ee" * 16)), "OTHER_OFFICE"),
        (sealed(msgspec.structs.replace(ENVELOPE, from_="soon")), "UNREADABLE"),
        (sealed(msgspec.structs.replace(ENVELOPE, hash="zz")), "UNREADABLE"),
        (sealed(msgspec.structs.replace(ENVELOPE, until="never")), "UNREADABLE"),
    ],
)
def test_what_head_office_did_not_sign_for_this_till_is_not_read(seal: Sealed, code: str) -> None:
    with pytest.raises(BadSeal) as fault:
        read(seal)
    assert fault.value.code == code


HOUR = timedelta(hours=1)


def begins(number: int, after: timedelta, until: timedelta | None = None) -> Envelope:
    def text(span: timedelta) -> str:
        return (AT + span).isoformat(timespec="milliseconds")

    return msgspec.structs.replace(
        ENVELOPE, number=number, from_=text(after), until="" if until is None else text(until)
    )


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ([], None),
        ([begins(1, HOUR)], None),
        ([begins(1, -HOUR), begins(2, HOUR)], 1),
        ([begins(1, -HOUR), begins(2, 0 * HOUR)], 2),  # from its very instant on
        ([begins(2, -2 * HOUR), begins(1, -HOUR)], 1),  # the latest to begin
        ([begins(1, -HOUR), begins(2, -HOUR)], 2),  # then the latest published
        ([begins(1, -2 * HOUR), begins(2, -HOUR, 0 * HOUR)], 1),  # an end is the first instant not
        ([begins(1, -2 * HOUR, -HOUR)], None),
    ],
)
def test_which_one_holds(told: list[Envelope], number: int | None) -> None:
    found = in_effect(told, AT)
    assert (None if found is None else found.number) == number


def test_a_mark_names_a_list() -> None:
    one, other = sealed(begins(1, HOUR)), sealed(begins(2, HOUR))
    assert mark_of([]) == ""
    assert len({mark_of([one]), mark_of([other]), mark_of([one, other])}) == 3
    assert mark_of([one]) == mark_of([one])
