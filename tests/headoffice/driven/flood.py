"""More than a server takes, as bytes on its socket, and how much memory that was to it.

`flood(place, head, most)` sends a request's head and then bytes until it is told to stop or nobody
takes them any more. `Memory(pid)` is what a process had at most since it was last looked at.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from select import select
from typing import Final

MEBIBYTE: Final = 1024 * 1024
_PIECE: Final = bytes(64 * 1024)
_TIRED_S: Final = 60


@dataclass(frozen=True)
class Flooded:
    """What came of it: the answer's status (0: none), and how many bytes the server let come."""

    status: int
    sent: int


def head(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    """A request's head."""
    lines = [f"{method} {path} HTTP/1.1", "host: localhost"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def connected(place: Path) -> socket.socket:
    """A connection to a server."""
    made = socket.socket(socket.AF_UNIX)
    made.settimeout(_TIRED_S)
    made.connect(str(place))
    return made


def flood(place: Path, first: bytes, most: int, *, chunked: bool = False) -> Flooded:
    """Send so many bytes behind a head, until nobody takes them. What is answered is read as it
    comes, and nothing is done about it.
    """
    piece = b"%x\r\n%b\r\n" % (len(_PIECE), _PIECE) if chunked else _PIECE
    sent, told = 0, b""
    with connected(place) as line:
        try:
            line.sendall(first)
            while sent < most:
                line.sendall(piece)
                sent += len(_PIECE)
                if select([line], [], [], 0)[0]:
                    told += line.recv(65_536)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return Flooded(_status(told), sent)


def sent(place: Path, first: bytes, body: bytes) -> int:
    """The status of what is answered to a whole request."""
    with connected(place) as line:
        line.sendall(first + body)
        return _status(line.recv(65_536))


def _status(told: bytes) -> int:
    status = re.match(rb"HTTP/1.1 (\d+)", told)
    return int(status[1]) if status else 0


class Memory:
    """How much of a machine's memory a process had."""

    def __init__(self, pid: int) -> None:
        self._of = Path(f"/proc/{pid}")
        self.before = self._peak()

    def grew(self) -> int:
        """By how many bytes at most, since this was made."""
        return self._peak() - self.before

    def _peak(self) -> int:
        told = re.search(r"VmHWM:\s+(\d+) kB", (self._of / "status").read_text("utf-8"))
        assert told
        (self._of / "clear_refs").write_text("5", "ascii")
        return int(told[1]) * 1024
