"""An answer is believed only when head office signed it, over this very request."""

from __future__ import annotations

import pytest

from posloyalty.network.voice import NotHeadOffice, heard
from posloyalty.services.book.signing import SigningKey
from posloyalty.sync.wire import signatures

OFFICE = SigningKey.generate(b"o" * 32)
NONCE = signatures.nonce_text(bytes(16))
BODY = b'{"acked":1}'


def answer(key: SigningKey = OFFICE, *, nonce: str = NONCE, status: int = 200) -> dict[str, str]:
    headers = {
        signatures.DIGEST: signatures.digest_of(BODY),
        signatures.TIME: "1795000000",
        signatures.INCARNATION: "ab",
        signatures.INPUT: signatures.response_input(
            created_s=1, nonce=nonce, key=signatures.key_id(OFFICE.public)
        ),
    }
    base = signatures.response_base(status=status, headers=headers)
    return headers | {signatures.SIGNATURE: signatures.signature_text(key.sign(base))}


def hear(headers: dict[str, str], *, status: int = 200, body: bytes = BODY) -> None:
    heard(office_key=OFFICE.public, nonce=NONCE, status=status, headers=headers, body=body)


def test_head_offices_answer_is_believed() -> None:
    told = answer()
    hear(told)
    assert told[signatures.INPUT].startswith("lj=")


STRANGERS = [
    ({"content-type": "text/html"}, 200, b"<html>Please sign in to the Wi-Fi</html>"),
    (answer(SigningKey.generate(b"x" * 32)), 200, BODY),
    (answer(nonce=signatures.nonce_text(b"x" * 16)), 200, BODY),
    (answer(), 409, BODY),
    (answer(), 200, b'{"acked":2}'),
    (answer() | {signatures.INCARNATION: "cd"}, 200, BODY),
]


@pytest.mark.parametrize(
    ("headers", "status", "body"),
    STRANGERS,
    ids=["portal", "another key", "another request", "status", "body", "incarnation"],
)
def test_whoever_else_answers_is_not_head_office(
    headers: dict[str, str], status: int, body: bytes
) -> None:
    with pytest.raises(NotHeadOffice):
        hear(headers, status=status, body=body)
