"""Running the server: uvicorn, on an address or a Unix socket, until it is told to stop.

A stop (SIGTERM, Ctrl+C) lets requests that are being answered finish, for ten seconds.
"""

from __future__ import annotations

import gc
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import uvicorn

from posloyalty.headoffice.running.logs import log_to_standard_error
from posloyalty.headoffice.running.patience import Patience
from posloyalty.headoffice.running.watch import WAITERS_MAX, Watch

if TYPE_CHECKING:
    from fastapi import FastAPI

STOPPING_S: Final = 10
REQUESTS_AT_ONCE: Final = WAITERS_MAX + 512
"""More are answered 503 at once, and come back later; those who wait for news hardly cost."""
OBJECTS_BETWEEN: Final = 20_000
"""So many more objects are made than go between two looks for garbage."""
KEEP_ALIVE_S: Final = 20
FILES_BESIDE: Final = 256
"""Files that are open beside connections of tills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where the server listens. With `socket`, host and port do not count."""

    host: str
    port: int
    socket: Path | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None


def serve(app: FastAPI, where: Listening, at: socket.socket | None = None) -> None:
    """Serve until told to stop; `at` a socket that listens already, if there is one."""
    log_to_standard_error()
    _make_room()
    collect_seldom()
    config = uvicorn.Config(
        app,
        http=Patience,
        ws="none",
        host=where.host,
        port=where.port,
        uds=None if where.socket is None else str(where.socket),
        ssl_certfile=where.tls_certificate,
        ssl_keyfile=None if where.tls_key is None else str(where.tls_key),
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=REQUESTS_AT_ONCE,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOPPING_S,
        h11_max_incomplete_event_size=16 * 1024,
    )
    _LettingGo(config, app.state.watch).run(sockets=None if at is None else [at])


def collect_seldom() -> None:
    """Leave what was made so far to itself, and look for garbage less often: a push of 500 events
    makes tens of thousands of objects, none of which refer to one another in circles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN, 20, 20)


def _make_room() -> None:
    """Each till that waits is an open file; systems allow a program far fewer than they could."""
    try:
        import resource
    except ModuleNotFoundError:
        return  # Windows has no such bound
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = REQUESTS_AT_ONCE + FILES_BESIDE
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


class _LettingGo(uvicorn.Server):
    """A server that lets go those who wait for news when it is told to stop."""

    def __init__(self, config: uvicorn.Config, watch: Watch) -> None:
        super().__init__(config)
        self._watch = watch

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Nobody waits on; what is being answered is finished."""
        self._watch.close()
        await super().shutdown(sockets)
