"""The signature's base is RFC 9421's, written out by hand here."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

import pytest

from posloyalty.sync.wire import signatures
from posloyalty.sync.wire.signatures import BadSignature

BODY = b'{"a":1}'
NONCE = "AAECAwQFBgcICQoLDA0ODw"
KEY = "0" * 31 + "1"
HEADERS = {
    "content-digest": f"sha-256=:{b64encode(sha256(BODY).digest()).decode()}:",
    "lj-office": "aa",
    "lj-till": "bb",
    "lj-boot": "cc",
    "lj-server-time": "1795000000",
    "lj-incarnation": "dd",
    "signature": "lj=:AQID:",
}
ASKED = {
    **HEADERS,
    "signature-input": signatures.request_input(created_s=17, nonce=NONCE, key=KEY),
}
TOLD = {
    **HEADERS,
    "signature-input": signatures.response_input(created_s=17, nonce=NONCE, key=KEY),
}


def test_a_request_is_signed_over_these_lines() -> None:
    says = signatures.read_request(method="POST", target="/v1/x?y=1", headers=ASKED, body=BODY)
    assert says.base.decode() == (
        '"@method": POST\n'
        '"@request-target": /v1/x?y=1\n'
        f'"content-digest": {HEADERS["content-digest"]}\n'
        '"lj-office": aa\n'
        '"lj-till": bb\n'
        '"lj-boot": cc\n'
        '"@signature-params": ("@method" "@request-target" "content-digest" "lj-office" "lj-till"'
        f' "lj-boot");created=17;nonce="{NONCE}";keyid="{KEY}";alg="ed25519"'
    )
    assert (says.created_s, says.nonce, says.key_id, says.signature) == (17, NONCE, KEY, b"\1\2\3")


def test_an_answer_is_signed_over_these_lines() -> None:
    says = signatures.read_response(status=409, headers=TOLD, body=BODY)
    assert says.base.decode() == (
        '"@status": 409\n'
        f'"content-digest": {HEADERS["content-digest"]}\n'
        '"lj-server-time": 1795000000\n'
        '"lj-incarnation": dd\n'
        '"@signature-params": ("@status" "content-digest" "lj-server-time" "lj-incarnation")'
        f';created=17;nonce="{NONCE}";keyid="{KEY}";alg="ed25519"'
    )


def test_a_nonce_is_its_bytes_in_base64url() -> None:
    assert signatures.nonce_text(bytes(range(16))) == NONCE
    assert signatures.nonce_of(ASKED) == NONCE
    assert signatures.nonce_of({}) == ""


ODD = [
    ("signature-input", ASKED["signature-input"].replace("ed25519", "hmac-sha256"), "UNSIGNED"),
    ("signature-input", ASKED["signature-input"].replace('"@method" ', ""), "UNSIGNED"),
    ("signature-input", ASKED["signature-input"].replace("lj=", "xy="), "UNSIGNED"),
    ("signature-input", ASKED["signature-input"] + ';tag="x"', "UNSIGNED"),
    ("signature-input", "", "UNSIGNED"),
    ("signature", "lj=:A:", "UNSIGNED"),
    ("signature", "lj=AQID", "UNSIGNED"),
    ("lj-till", "x" * 600, "UNSIGNED"),
    ("content-digest", "sha-256=:AAAA:", "OTHER_BODY"),
]


@pytest.mark.parametrize(("name", "value", "code"), ODD)
def test_another_form_is_no_signature(name: str, value: str, code: str) -> None:
    with pytest.raises(BadSignature, match=code):
        signatures.read_request(
            method="POST", target="/", headers={**ASKED, name: value}, body=BODY
        )


@pytest.mark.parametrize("name", sorted(set(ASKED) - {"lj-server-time", "lj-incarnation"}))
def test_a_header_that_is_missing_is_no_signature(name: str) -> None:
    headers = {key: value for key, value in ASKED.items() if key != name}
    with pytest.raises(BadSignature, match="UNSIGNED"):
        signatures.read_request(method="POST", target="/", headers=headers, body=BODY)
