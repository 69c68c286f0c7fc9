"""The line of the benchmarks: what it says that a piece takes, and that everything arrives."""

from __future__ import annotations

import socket
import socketserver
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.fakes.slow_line import Way, slow_line

MEGABIT = 1_000_000


@pytest.mark.parametrize(
    ("pieces", "ends_at"),
    [
        # 1,460 bytes and 40 of headers are 12,000 bits.
        (((1_460, 0.0),), 0.012),
        (((1_460, 0.0), (1_460, 0.0)), 0.024),
        (((1_460, 0.0), (1_460, 5.0)), 5.012),
        (((1_461, 0.0),), (1_461 + 80) * 8 / MEGABIT),
    ],
    ids=["one packet", "the second waits for the first", "a rest earns nothing", "two headers"],
)
def test_a_piece_leaves_when_what_was_before_it_has_left(
    pieces: tuple[tuple[int, float], ...], ends_at: float
) -> None:
    way = Way(MEGABIT)
    left = [way.leaves_at(size, now) for size, now in pieces]
    assert left[-1] == pytest.approx(ends_at)


@pytest.mark.enable_socket
def test_what_is_sent_arrives_whole_and_in_its_order_both_ways() -> None:
    class Twice(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            said = self.rfile.read(50_000)
            self.wfile.write(said + said)

    sent = bytes(n % 251 for n in range(50_000))
    with TemporaryDirectory(prefix="line") as folder:
        at = Path(folder) / "s"
        with socketserver.UnixStreamServer(str(at), Twice) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            with slow_line(at, bits_s=100 * MEGABIT, delay_s=0.001) as line:
                with socket.create_connection(("127.0.0.1", line.port)) as till:
                    till.sendall(sent)
                    heard = b"".join(iter(lambda: till.recv(65_536), b""))
                assert heard == sent + sent
                assert (line.up, line.down, line.turns) == (50_000, 100_000, 2)
            server.shutdown()
