"""`posloyalty headoffice` as a server: one process, or several workers behind one address."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from posloyalty.cli.office_door import OfficePlace, opened_at
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.system import SystemClock

if TYPE_CHECKING:
    import socket as sockets

    from posloyalty.headoffice.running.board import Beside
    from posloyalty.headoffice.running.serving import Listening

WORKERS_MAX: Final = 32
_MEASURES: Final = "PROMETHEUS_MULTIPROC_DIR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the server is reached, as the command line says it."""

    host: str
    port: int
    socket: Path | None
    tls_certificate: Path | None
    tls_key: Path | None

    def prove_tls(self) -> None:
        """Refuses TLS_UNUSABLE for files that are not there, or no certificate with its key."""
        if self.tls_certificate is None and self.tls_key is None:
            return
        import ssl

        try:
            if self.tls_certificate is None:
                raise FileNotFoundError
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
                self.tls_certificate, self.tls_key, password=""
            )
        except OSError:  # what OpenSSL finds is one, too
            raise ServiceRefusal(
                "TLS_UNUSABLE",
                certificate=self.tls_certificate or "–",
                key=self.tls_key or self.tls_certificate or "–",
            ) from None

    def listening(self) -> "Listening":
        """The same for the server."""
        from posloyalty.headoffice.running.serving import Listening

        return Listening(
            host=self.host,
            port=self.port,
            socket=self.socket,
            tls_certificate=self.tls_certificate,
            tls_key=self.tls_key,
        )


def serve_at(place: OfficePlace, where: Address, workers: int, tell: Callable[[str], None]) -> None:
    """Serve until told to stop; `tell` hears the office's id once the tables are there.

    Refuses WORKERS_NEED_POSTGRESQL, TLS_UNUSABLE, ADDRESS_TAKEN and ADDRESS_UNUSABLE.
    """
    from posloyalty.headoffice.running.workers import listening_at

    where.prove_tls()
    if workers > 1 and not place.database:
        raise ServiceRefusal("WORKERS_NEED_POSTGRESQL")
    # Before anything else: nobody is told that a server is there which cannot be reached.
    with listening_at(where.host, where.port, where.socket) as listens:
        with opened_at(place, begins=True) as found:
            tell(found.office.id)
            if workers == 1:
                from posloyalty.headoffice.running.serving import serve

                serve(found.application(), where.listening(), listens)
                return
        _serve_with(place, where, listens, workers)


def _serve_with(place: OfficePlace, where: Address, listens: "sockets.socket", count: int) -> None:
    from posloyalty.headoffice.running.board import Beside, lay_out
    from posloyalty.headoffice.running.logs import log_to_standard_error
    from posloyalty.headoffice.running.workers import Workers

    log_to_standard_error()
    # A new process each, not a copy of this one: threads and connections are not for sharing.
    made = get_context("spawn")
    with TemporaryDirectory(prefix="posloyalty-workers-") as folder:
        shared = Path(folder)
        lay_out(shared, count)

        def begin(number: int) -> BaseProcess:
            beside = Beside(folder=shared, place=number, count=count)
            worker = made.Process(
                target=work, args=(place, where, listens, beside), name=f"worker-{number}"
            )
            worker.start()
            return worker

        Workers(count, begin, SystemClock(UTC).monotonic_ms).run()


def work(place: OfficePlace, where: Address, listens: "sockets.socket", beside: "Beside") -> None:
    """One worker, in a process of its own. What keeps it from starting is a line of the log like
    any other, and its parent begins another one.
    """
    # Before the library of the measures is loaded, which looks for it once.
    os.environ[_MEASURES] = str(beside.measures)
    from posloyalty.headoffice.running.logs import log_to_standard_error, tell_fault
    from posloyalty.headoffice.running.serving import serve
    from posloyalty.headoffice.running.workers import end_with_parent

    end_with_parent()
    log_to_standard_error()
    try:
        with opened_at(place) as found:
            serve(found.application(beside), where.listening(), listens)
    except ServiceRefusal as fault:
        tell_fault("worker_refused", fault, reason=fault.reason)
        raise SystemExit(1) from None
