"""The till's self-signed certificate: X.509 with Ed25519 (RFC 8410), made once in the wizard.

The journal's genesis is chained to it, so that a shop that sold alone can enrol later and upload
its journal unchanged. It names the till by its id, not the shop.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

LASTS = timedelta(days=100 * 365)


def self_signed(*, seed: bytes, till_id: bytes, serial: bytes, at: datetime) -> bytes:
    """The DER bytes of a certificate over the seed's own public key; `serial` has 16 bytes."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"till {till_id.hex()}")])
    start = at.astimezone(UTC).replace(microsecond=0)
    # A serial number is positive and shorter than 20 bytes (RFC 5280, 4.1.2.2).
    number = int.from_bytes(serial, "big") | 1
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(number)
        .not_valid_before(start)
        .not_valid_after(start + LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(private, None)
    )
    return certificate.public_bytes(Encoding.DER)
