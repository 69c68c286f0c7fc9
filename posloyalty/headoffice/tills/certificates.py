"""Certificates (X.509, RFC 8410): the till's own is read, head office's over its key is issued.

An issued one holds for 90 days and is renewed from day 60 on, and up to 30 days late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

HOLDS: Final = timedelta(days=90)
RENEWED_FROM: Final = timedelta(days=60)
RENEWED_LATE: Final = timedelta(days=30)
_TILL: Final = "till "


class BadCertificate(Exception):
    """Bytes that are no self-signed Ed25519 certificate of a till."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TillCertificate:
    """What a till's own certificate says."""

    till_id: bytes
    public_key: bytes


def read_own(der: bytes) -> TillCertificate:
    """Read a till's self-signed certificate; raises `BadCertificate`."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        key = certificate.public_key()
        if not isinstance(key, Ed25519PublicKey) or certificate.issuer != certificate.subject:
            raise BadCertificate
        key.verify(certificate.signature, certificate.tbs_certificate_bytes)
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        named = str(names[0].value) if len(names) == 1 else ""
        till_id = bytes.fromhex(named.removeprefix(_TILL)) if named.startswith(_TILL) else b""
    except (ValueError, InvalidSignature, x509.ExtensionNotFound) as fault:
        raise BadCertificate from fault
    if len(till_id) != 16:
        raise BadCertificate
    return TillCertificate(till_id=till_id, public_key=key.public_bytes_raw())


def issued(
    *, seed: bytes, office_id: str, till_id: bytes, public_key: bytes, at: datetime
) -> bytes:
    """Head office's certificate over a till's key, DER."""
    start = at.replace(microsecond=0)
    serial = sha256(till_id + start.isoformat().encode("ascii")).digest()[:16]
    return (
        x509.CertificateBuilder()
        .subject_name(_name(_TILL + till_id.hex()))
        .issuer_name(_name(f"head office {office_id}"))
        .public_key(Ed25519PublicKey.from_public_bytes(public_key))
        .serial_number(int.from_bytes(serial, "big") >> 1 | 1)
        .not_valid_before(start)
        .not_valid_after(start + HOLDS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(Ed25519PrivateKey.from_private_bytes(seed), None)
        .public_bytes(Encoding.DER)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
