"""A request has an end, also where whoever answers is never silent for long, and where nobody says
where head office is: on real lines.
"""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from posloyalty.network import line as lines
from posloyalty.network.link import LATE, HttpOffice
from posloyalty.network.voice import NotHeadOffice, Voice
from posloyalty.services.book.signing import SigningKey
from posloyalty.sync.wire.papers import PaperAsk
from tests.fakes.time import SeededChance

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
WHOLE = ANSWER + b"content-length: 2\r\n\r\n{}"
PIECE_S = 0.1
PIECES = 100
BUDGET_S = 1
ASK = PaperAsk(half="00" * 8, epoch=1, seq=1)


class Trickling:
    """Somebody who answers a till's first requests piece by piece, each soon after the one before,
    and all others at once. After ten seconds of one answer they hang up.
    """

    def __init__(self, slow: int, at_once: bytes) -> None:
        self._slow = slow
        self._at_once = at_once
        self._no = Event()
        self.ends = False
        self.lines = 0

    def serve(self, listening: socket.socket) -> None:
        while True:
            with listening.accept()[0] as line:
                if self.ends:
                    return
                self.lines += 1
                try:
                    self._answer(line, slowly=self.lines <= self._slow)
                except OSError:  # the till hung up
                    continue

    def _answer(self, line: socket.socket, *, slowly: bool) -> None:
        while line.recv(65_536):
            if not slowly:
                line.sendall(WHOLE)
                continue
            line.sendall(self._at_once)
            for _ in range(PIECES):
                line.sendall(b"x")
                self._no.wait(PIECE_S)
            return


def linked(url: str) -> HttpOffice:
    """A till for whose customer a second is the time."""
    key = SigningKey.generate(b"k" * 32)
    return HttpOffice(
        url,
        Voice(key=key, till_id=bytes(16), boot=bytes(16)),
        office_key=key.public,
        chance=SeededChance(1),
        now_s=lambda: 1,
        budget_s=BUDGET_S,
    )


@contextmanager
def answered(slow: int, at_once: bytes) -> Iterator[tuple[Trickling, HttpOffice]]:
    with tempfile.TemporaryDirectory(prefix="ho") as folder, socket.socket(socket.AF_UNIX) as at:
        at.bind(f"{folder}/s")
        at.listen()
        other = Trickling(slow, at_once)
        thread = Thread(target=other.serve, args=(at,))
        thread.start()
        office = linked(f"unix:{folder}/s")
        try:
            yield other, office
        finally:
            office.close()
            other.ends = True
            with socket.socket(socket.AF_UNIX) as last:
                last.connect(str(Path(folder) / "s"))
            thread.join()


def refusal(office: HttpOffice) -> str:
    with pytest.raises(NotHeadOffice) as refused:
        office.paper(ASK)
    return str(refused.value)


@pytest.mark.parametrize(
    "at_once",
    [b"HTTP/1.1 200 OK\r\nx-slow: ", ANSWER + b"content-length: 9999\r\n\r\n"],
    ids=["of its head", "of its body"],
)
def test_an_answer_that_comes_a_byte_at_a_time_is_late_all_the_same(at_once: bytes) -> None:
    with answered(1, at_once) as (_, office):
        assert refusal(office) == LATE


def test_whoever_was_late_is_asked_anew_on_another_line_and_judged_by_that_answer() -> None:
    with answered(2, ANSWER + b"content-length: 9999\r\n\r\n") as (other, office):
        assert [refusal(office) for _ in range(4)] == [LATE, LATE, "NO_MESSAGE", "NO_MESSAGE"]
        assert other.lines == 3


def test_a_name_server_that_is_gone_keeps_nobody_waiting_and_is_asked_by_one_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, found, done = [], Event(), Event()

    def address(*wanted: object, **_: object) -> list[object]:
        asked.append(wanted[0])
        found.wait(20)
        done.set()
        raise socket.gaierror("nobody knows")

    monkeypatch.setattr(socket, "getaddrinfo", address)
    office = linked("http://head.office")
    assert [refusal(office) for _ in range(3)] == [LATE, LATE, LATE]
    assert len(asked) == 1
    found.set()
    assert done.wait(30)
    while office._beside.is_busy:
        Event().wait(0.01)
    assert refusal(office) == "ConnectError"
    assert asked == ["head.office", "head.office"]
    office.close()


@pytest.mark.enable_socket
def test_who_gets_an_address_too_late_sends_nothing_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, real = Event(), socket.getaddrinfo
    with socket.socket() as at:
        at.bind(("127.0.0.1", 0))
        at.listen()
        port = at.getsockname()[1]

        def address(host: str, *more: object, **named: object) -> object:
            found.wait(20)
            return real("127.0.0.1", port)

        monkeypatch.setattr(socket, "getaddrinfo", address)
        office = linked("http://head.office")
        assert [refusal(office) for _ in range(2)] == [LATE, LATE]
        found.set()
        with at.accept()[0] as line:
            assert line.recv(65_536) == b""
        office.close()


def test_a_line_that_is_there_only_when_the_time_is_over_is_let_go() -> None:
    class Stream:
        def __init__(self) -> None:
            self.ends = socket.socketpair()

        def get_extra_info(self, _name: str) -> socket.socket:
            return self.ends[0]

    line, stream, made = lines.Line(), Stream(), "connection.connect_tcp.complete"
    over = Event()
    line._shut = over.set  # type: ignore[method-assign]
    with line.within(0.01):
        assert over.wait(30)
        del line._shut
        line.follow(made, {"return_value": stream})
    assert (line.is_late, stream.ends[1].recv(1)) == (True, b"")
    with line.within(30):
        assert not line.is_late
    for end in stream.ends:
        end.close()
