"""Over real sockets: whoever keeps the server waiting is let go, and nobody else is."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from posloyalty.headoffice.running.patience import HEAD_S, TAKES_S, Patience
from posloyalty.headoffice.running.serving import KEEP_ALIVE_S

pytestmark = pytest.mark.enable_socket
ASK = b"GET / HTTP/1.1\r\nhost: headoffice.test\r\n"
MUCH = b"x" * 32_000_000


class Hurried(Patience):
    """As head office, in a small part of its time: a head is due within what a busy machine takes
    to let the one who asks say it.
    """

    head_s = 1.0
    takes_s = 0.3
    gone = Event()
    """A line was let go of."""

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.gone.set()


async def slow_or_much(scope: Scope, _receive: Receive, send: Send) -> None:
    """Answers after twice the time that a head has, and /much with more than a line holds."""
    body = MUCH if scope["path"] == "/much" else b"here"
    await asyncio.sleep(2 * Hurried.head_s)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    config = uvicorn.Config(
        slow_or_much,
        http=Hurried, ws="none", lifespan="off", port=0, log_config=None,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()
    finally:
        server.should_exit = True
        thread.join()


def test_the_times_leave_room_for_an_honest_line() -> None:
    assert HEAD_S > KEEP_ALIVE_S
    assert TAKES_S >= 60


@pytest.mark.parametrize("begun", [b"", ASK, ASK + b"x-more: "])
def test_a_connection_that_never_asks_is_closed(begun: bytes) -> None:
    with served() as address, socket.create_connection(address, timeout=30) as line:
        line.sendall(begun)
        assert ended(line)


def test_a_head_that_comes_drop_by_drop_is_not_waited_for() -> None:
    with served() as address, socket.create_connection(address, timeout=30) as line:
        line.sendall(ASK)
        drops = 0
        with suppress(ConnectionError):
            while drops < 1_000:
                line.sendall(b"x-more: 1\r\n")
                drops += 1
                sleep(0.05)
        assert drops < 1_000


def test_whoever_is_being_answered_is_not_hurried_and_may_ask_again() -> None:
    with served() as address, socket.create_connection(address, timeout=30) as line:
        for _ in range(2):
            line.sendall(ASK + b"\r\n")
            answer = b""
            while not answer.endswith(b"\r\n0\r\n\r\n"):
                piece = line.recv(4096)
                assert piece, answer
                answer += piece
            assert b"here" in answer


def test_an_answer_is_not_cut_off_while_any_of_it_is_taken() -> None:
    line = Line()
    asked = Patience(uvicorn.Config(slow_or_much, log_config=None), ServerState(), {}, line.loop)
    asked.connection_made(line)
    line.left = 70_000
    asked.pause_writing()
    line.pass_time(TAKES_S - 1)
    line.left = 60_000
    line.pass_time(TAKES_S)
    assert not line.is_aborted
    line.pass_time(TAKES_S)
    assert line.is_aborted


def test_the_next_request_is_due_once_the_rest_of_the_last_answer_was_taken() -> None:
    line = Line()
    asked = Patience(uvicorn.Config(slow_or_much, log_config=None), ServerState(), {}, line.loop)
    asked.connection_made(line)
    line.left = 50_000
    asked.pause_writing()
    line.left = 10_000
    asked.resume_writing()
    line.pass_time(HEAD_S + 1)
    assert not line.is_aborted
    line.left = 0
    line.pass_time(TAKES_S)
    assert line.is_aborted


class Timer:
    """What is due at an instant, unless it is cancelled."""

    def __init__(self, at_s: float, act: Callable[[], None], timers: list[Timer]) -> None:
        self.at_s = at_s
        self.act = act
        self.timers = timers

    def cancel(self) -> None:
        if self in self.timers:
            self.timers.remove(self)


class Line(asyncio.Transport):
    """A line of which so many bytes are `left` to be taken, and the loop with its clock."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 0
        self.is_aborted = False
        self.now_s = 0.0
        self.timers: list[Timer] = []

    @property
    def loop(self) -> Any:
        """Itself: of a loop only the clock is asked."""
        return self

    def call_later(self, delay: float, act: Callable[[], None]) -> Timer:
        timer = Timer(self.now_s + delay, act, self.timers)
        self.timers.append(timer)
        return timer

    def pass_time(self, seconds: float) -> None:
        self.now_s += seconds
        for timer in [one for one in self.timers if one.at_s <= self.now_s]:
            timer.act()

    def get_write_buffer_size(self) -> int:
        return self.left

    def abort(self) -> None:
        self.is_aborted = True


def test_who_takes_nothing_of_an_answer_is_let_go() -> None:
    Hurried.gone.clear()
    with served() as address, socket.create_connection(address, timeout=30) as line:
        line.sendall(ASK.replace(b"GET /", b"GET /much") + b"\r\n")
        assert Hurried.gone.wait(60)
        taken = 0
        with suppress(ConnectionResetError):
            while piece := line.recv(1 << 20):
                taken += len(piece)
        assert taken < len(MUCH)


def ended(line: socket.socket) -> bool:
    """Whether the other side closes within the line's own time."""
    try:
        return line.recv(1) == b""
    except ConnectionResetError:
        return True
