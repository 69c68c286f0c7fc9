"""A till's certificate as it is read: whose it is, its key, and the days on which it may sign.

Certificates are X.509 with Ed25519 (RFC 8410) and sign themselves, until head office signs them.
The `cryptography` package's X.509 part is loaded when the first one is read: no sale needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_NAMED = "till "


class BadCertificate(ValueError):
    """Bytes that are no certificate of a till, or one that does not stand for its own key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """`key` is the Ed25519 public key of 32 bytes; it signs from `first` through `last`.

    The day before the certificate begins counts too: business days are the store's, instants UTC.
    """

    till_id: bytes
    key: bytes
    first: date
    last: date

    def signs_on(self, day: date) -> bool:
        """Whether a receipt of a business day may be signed with it."""
        return self.first <= day <= self.last


def read_certificate(der: bytes) -> Certificate:
    """Read and check one. Raises `BadCertificate`."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.x509.oid import NameOID

    try:
        found = x509.load_der_x509_certificate(der)
        key = found.public_key()
        found.verify_directly_issued_by(found)
        (name,) = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        text = str(name.value)
        till_id = bytes.fromhex(text.removeprefix(_NAMED))
    except (ValueError, TypeError, InvalidSignature) as fault:
        raise BadCertificate(str(fault)) from None
    if not isinstance(key, Ed25519PublicKey) or not text.startswith(_NAMED):
        raise BadCertificate("it is not that of a till")
    return Certificate(
        till_id=till_id,
        key=key.public_bytes_raw(),
        first=found.not_valid_before_utc.date() - timedelta(days=1),
        last=found.not_valid_after_utc.date(),
    )
