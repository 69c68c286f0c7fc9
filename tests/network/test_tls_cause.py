"""A certificate that is not believed says why, by a real TLS server on this machine."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from posloyalty.network.link import HttpOffice
from posloyalty.network.voice import NotHeadOffice, Voice
from posloyalty.services.book.signing import SigningKey
from posloyalty.sync.wire.messages import HelloAsk, Standing
from tests.fakes.time import SeededChance

pytestmark = pytest.mark.enable_socket
DAY = timedelta(days=1)


def certified(folder: Path, begins: timedelta, ends: timedelta) -> tuple[Path, Path]:
    """A certificate of this machine, and its key, that holds between two instants from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "headoffice.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private


@contextmanager
def listening(certificate: Path, private: Path) -> Iterator[str]:
    """Somebody who shakes hands, and says nothing more."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                taken, _ = server.accept()
                with (
                    taken,
                    suppress(OSError),
                    context.wrap_socket(taken, server_side=True) as on,
                ):
                    on.recv(1)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.getsockname()[1]}"
        finally:
            thread.join(10)


CASES = [
    (DAY, 30 * DAY, True, "TLS_NOT_YET"),
    (-30 * DAY, -DAY, True, "TLS_OVER"),
    (-DAY, 30 * DAY, False, "TLS_UNKNOWN"),
    (-DAY, 30 * DAY, True, ""),
]


@pytest.mark.parametrize(("begins", "ends", "known", "cause"), CASES)
def test_fault_21_a_certificate_that_a_wrong_clock_does_not_believe_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    begins: timedelta,
    ends: timedelta,
    known: bool,
    cause: str,
) -> None:
    certificate, private = certified(tmp_path, begins, ends)
    if known:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    ask = HelloAsk(place=Standing(epoch=1, seq=0, head="0" * 64))
    with listening(certificate, private) as url:
        link = HttpOffice(
            url,
            Voice(key=SigningKey.generate(bytes(32)), till_id=bytes(16), boot=bytes(16)),
            office_key=b"k",
            chance=SeededChance(1),
            now_s=lambda: 0,
        )
        with pytest.raises(NotHeadOffice) as lost:
            link.hello(ask)
        link.close()
    assert lost.value.cause == cause
