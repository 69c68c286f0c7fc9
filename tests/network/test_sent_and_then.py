"""While a stretch travels the next one is packed: on a real line, without a thread."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from posloyalty.network.link import HttpOffice
from posloyalty.network.voice import NotHeadOffice, Voice
from posloyalty.services.book.signing import SigningKey
from posloyalty.sync.wire.batch import Outgoing
from posloyalty.sync.wire.packing import unpacked
from tests.fakes.time import SeededChance

STRETCH = Outgoing(b"first", (), ())
PATIENCE_S = 30.0


class Listener:
    """Somebody at the other end who reads one request whole, and only then may answer."""

    def __init__(self) -> None:
        self.head = b""
        self.body = b""
        self.is_read = Event()
        self.may_answer = Event()

    def serve(self, listening: socket.socket) -> None:
        line = listening.accept()[0]
        with line:
            while b"\r\n\r\n" not in self.head:
                self.head += line.recv(65_536)
            self.head, self.body = self.head.split(b"\r\n\r\n", 1)
            (said,) = [
                one.split(b": ")[1]
                for one in self.head.split(b"\r\n")
                if one.lower().startswith(b"content-length")
            ]
            while len(self.body) < int(said):
                self.body += line.recv(65_536)
            self.is_read.set()
            assert self.may_answer.wait(PATIENCE_S)
            line.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 0\r\n\r\n")


@contextmanager
def listening() -> Iterator[tuple[Listener, HttpOffice]]:
    with tempfile.TemporaryDirectory(prefix="ho") as folder, socket.socket(socket.AF_UNIX) as at:
        at.bind(str(Path(folder) / "s"))
        at.listen()
        found = Listener()
        thread = Thread(target=found.serve, args=(at,))
        thread.start()
        key = SigningKey.generate(b"k" * 32)
        office = HttpOffice(
            f"unix:{folder}/s",
            Voice(key=key, till_id=bytes(16), boot=bytes(16)),
            office_key=key.public,
            chance=SeededChance(1),
            now_s=lambda: 1,
        )
        yield found, office
        office.close()
        thread.join()


def test_head_office_has_all_of_a_stretch_before_its_till_does_something_else() -> None:
    done: list[bool] = []
    with listening() as (other, office):

        def meanwhile() -> None:
            done.append(other.is_read.wait(PATIENCE_S))  # never, if the rest came afterwards
            other.may_answer.set()

        with pytest.raises(NotHeadOffice, match="NO_MESSAGE"):
            office.push(STRETCH, meanwhile=meanwhile)
    assert done == [True]
    assert unpacked(other.body, most_bytes=99) == STRETCH.lines()
    assert b"transfer-encoding" not in other.head.lower()
