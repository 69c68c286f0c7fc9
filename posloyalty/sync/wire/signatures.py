"""Signed requests and answers: HTTP Message Signatures (RFC 9421) with Ed25519, one fixed form.

A request is signed over its method, its target, the digest of its body (RFC 9530), the head office
it is meant for, the till that sends it and the start of the program that does; the parameters are
the instant, a nonce and the key:

    Signature-Input: lj=("@method" "@request-target" "content-digest" "lj-office" "lj-till"
        "lj-boot");created=1795000000;nonce="...";keyid="...";alg="ed25519"

The address is left out on purpose: a proxy in front of head office may change it. An answer is
signed over its status, its digest, head office's time and incarnation, and the nonce of the request
that it answers, so that neither a proxy nor a captive portal can answer instead. Nobody but the two
ends reads these headers, so they are compared with the one form and not parsed freely.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

LABEL: Final = "lj"
VERSION: Final = "1"
DIGEST: Final = "content-digest"
INPUT: Final = "signature-input"
SIGNATURE: Final = "signature"
OFFICE: Final = "lj-office"
TILL: Final = "lj-till"
BOOT: Final = "lj-boot"
TIME: Final = "lj-server-time"
INCARNATION: Final = "lj-incarnation"
NONCE_BYTES: Final = 16
NO_OFFICE_YET: Final = "unknown"
"""What a till that joins names as head office: it does not know it yet."""

REQUEST_FIELDS: Final = (DIGEST, OFFICE, TILL, BOOT)
RESPONSE_FIELDS: Final = (DIGEST, TIME, INCARNATION)
_REQUEST_LIST: Final = (
    '("@method" "@request-target" "content-digest" "lj-office" "lj-till" "lj-boot")'
)
_RESPONSE_LIST: Final = '("@status" "content-digest" "lj-server-time" "lj-incarnation")'
_PARAMETERS: Final = re.compile(
    r';created=(\d{1,12});nonce="([A-Za-z0-9_-]{22})";keyid="([0-9a-f]{32})";alg="ed25519"'
)
_NONCE: Final = re.compile(r';nonce="([A-Za-z0-9_-]{22})";')
_VALUE_MAX: Final = 512


class BadSignature(Exception):
    """A message that is not signed in the one form, or whose body is another; `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What a signature says, once it is found to be well formed: verify `base` with the key.

    `created_s` is in whole seconds since 1970 UTC; `signature` has 64 bytes.
    """

    created_s: int
    nonce: str
    key_id: str
    base: bytes
    signature: bytes


def key_id(public_key: bytes) -> str:
    """What names a key: the first 16 bytes of its SHA-256, in hexadecimal."""
    return sha256(public_key).digest()[:16].hex()


def nonce_text(drawn: bytes) -> str:
    """A nonce as it is written: 16 drawn bytes in base64url, without padding."""
    if len(drawn) != NONCE_BYTES:
        raise ValueError(f"a nonce has {NONCE_BYTES} bytes")
    return urlsafe_b64encode(drawn).rstrip(b"=").decode("ascii")


def digest_of(body: bytes) -> str:
    """The value of Content-Digest."""
    return f"sha-256=:{b64encode(sha256(body).digest()).decode('ascii')}:"


def signature_text(signature: bytes) -> str:
    """The value of Signature."""
    return f"{LABEL}=:{b64encode(signature).decode('ascii')}:"


def request_input(*, created_s: int, nonce: str, key: str) -> str:
    """The value of Signature-Input of a request."""
    return f"{LABEL}={_REQUEST_LIST}{_parameters(created_s, nonce, key)}"


def response_input(*, created_s: int, nonce: str, key: str) -> str:
    """The value of Signature-Input of an answer; `nonce` is that of the request."""
    return f"{LABEL}={_RESPONSE_LIST}{_parameters(created_s, nonce, key)}"


def request_base(*, method: str, target: str, headers: Mapping[str, str]) -> bytes:
    """The bytes that a request's signature is over; header names in small letters."""
    lines = [f'"@method": {method}', f'"@request-target": {target}']
    return _base(lines, REQUEST_FIELDS, headers)


def response_base(*, status: int, headers: Mapping[str, str]) -> bytes:
    """The bytes that an answer's signature is over."""
    return _base([f'"@status": {status}'], RESPONSE_FIELDS, headers)


def read_request(*, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Signed:
    """What a request's signature says; raises `BadSignature` when it is not in the form."""
    base = request_base(method=method, target=target, headers=headers)
    return _read(_REQUEST_LIST, base, headers, body)


def read_response(*, status: int, headers: Mapping[str, str], body: bytes) -> Signed:
    """What an answer's signature says; raises `BadSignature` when it is not in the form."""
    base = response_base(status=status, headers=headers)
    return _read(_RESPONSE_LIST, base, headers, body)


def nonce_of(headers: Mapping[str, str]) -> str:
    """The nonce that a request names, for the answer to it; empty when there is none to be read."""
    found = _NONCE.search(headers.get(INPUT, "")[:_VALUE_MAX])
    return found[1] if found else ""


def created_of(headers: Mapping[str, str]) -> int:
    """When a signed request says that it was made, in whole seconds since 1970 UTC. Raises
    `BadSignature` where it does not say so in the form.
    """
    found = _PARAMETERS.search(headers.get(INPUT, "")[:_VALUE_MAX])
    if found is None:
        raise BadSignature("UNSIGNED")
    return int(found[1])


def _parameters(created_s: int, nonce: str, key: str) -> str:
    return f';created={created_s};nonce="{nonce}";keyid="{key}";alg="ed25519"'


def _base(lines: list[str], fields: tuple[str, ...], headers: Mapping[str, str]) -> bytes:
    for name in fields:
        value = headers.get(name)
        if value is None or len(value) > _VALUE_MAX:
            raise BadSignature("UNSIGNED")
        lines.append(f'"{name}": {value}')
    told = headers.get(INPUT, "")
    if not told.startswith(f"{LABEL}="):
        raise BadSignature("UNSIGNED")
    lines.append(f'"@signature-params": {told.removeprefix(f"{LABEL}=")}')
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _read(listed: str, base: bytes, headers: Mapping[str, str], body: bytes) -> Signed:
    if headers[DIGEST] != digest_of(body):
        raise BadSignature("OTHER_BODY")
    told = headers[INPUT].removeprefix(f"{LABEL}=")
    found = _PARAMETERS.fullmatch(told.removeprefix(listed)) if told.startswith(listed) else None
    if found is None:
        raise BadSignature("UNSIGNED")
    return Signed(
        created_s=int(found[1]),
        nonce=found[2],
        key_id=found[3],
        base=base,
        signature=_signature(headers.get(SIGNATURE, "")),
    )


def _signature(value: str) -> bytes:
    start = f"{LABEL}=:"
    if not (value.startswith(start) and value.endswith(":") and len(value) < _VALUE_MAX):
        raise BadSignature("UNSIGNED")
    try:
        return b64decode(value[len(start) : -1], validate=True)
    except (BadBase64, ValueError) as fault:
        raise BadSignature("UNSIGNED") from fault
