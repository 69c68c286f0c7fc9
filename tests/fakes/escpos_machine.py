"""An ESC/POS printer without paper: reads the bytes as hardware does, answers, and keeps the dots.

It splits the stream into commands (a raster's payload is never taken for one), answers real-time
questions at once and everything else in its turn, and stands still while it has no paper, an open
cover or a fault: what arrives then waits, as in a real printer's buffer.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from PIL import Image

# Command heads and their whole length, where it does not depend on what follows.
_LENGTHS = {b"\x1b@": 2, b"\x1bJ": 3, b"\x1bd": 3, b"\x1dV": 3, b"\x1dr": 3, b"\x1bp": 5}
_REAL_TIME = b"\x10\x04"
_AT_ONCE = b"\x10\x14\x01"
_RASTER = b"\x1dv0"


@dataclass
class EscposMachine:
    """The machine's state, which a test turns, and what came out of it."""

    paper_out: bool = False
    paper_low: bool = False
    cover_open: bool = False
    fault: bool = False
    silent: bool = False
    garbage: bool = False
    answers_in_order: bool = True
    runs_out_after_rows: int | None = None
    rows: list[bytes] = field(default_factory=list)
    cuts: int = 0
    kicks: int = 0
    resets: int = 0
    received: int = 0
    _stream: bytes = b""
    _waiting: deque[bytes] = field(default_factory=deque)

    def feed(self, data: bytes) -> bytes:
        """Take bytes from the wire; what it answers."""
        self.received += len(data)
        self._stream += data
        answers = b""
        while (command := self._next()) is not None:
            if command.startswith(_REAL_TIME):
                answers += self._told(command[2])
            elif command.startswith(_AT_ONCE):
                self.kicks += 1  # a printer in an error alone does not obey it
            else:
                self._waiting.append(command)
        return answers + self._work()

    def load_paper(self) -> bytes:
        """New paper, lid closed: goes on with what waited; what it answers then."""
        self.paper_out = self.cover_open = False
        self.runs_out_after_rows = None
        return self._work()

    def paper(self, width: int) -> Image.Image:
        """What was printed so far, black on white."""
        image = Image.new("1", (width, len(self.rows)), 1)
        for y, row in enumerate(self.rows):
            bits = Image.frombytes("1", (len(row) * 8, 1), bytes(b ^ 0xFF for b in row))
            image.paste(bits, (0, y))
        return image

    @property
    def offline(self) -> bool:
        return self.paper_out or self.cover_open or self.fault

    def _next(self) -> bytes | None:
        """The next whole command of the stream, cut off it."""
        stream = self._stream = self._stream.lstrip(b"\0")
        if stream[:2] == _REAL_TIME:
            length = 3
        elif stream[:3] == _AT_ONCE:
            length = 5
        elif stream[:3] == _RASTER and len(stream) >= 8:
            length = 8 + int.from_bytes(stream[4:6], "little") * int.from_bytes(
                stream[6:8], "little"
            )
        elif stream[:2] in _LENGTHS:
            length = _LENGTHS[stream[:2]]
        elif len(stream) < 8 and (stream[:1] in (b"\x10", b"\x1b", b"\x1d") or not stream):
            return None
        else:
            raise AssertionError(f"no command begins {stream[:8].hex()}")
        if len(stream) < length:
            return None
        self._stream = stream[length:]
        return stream[:length]

    def _work(self) -> bytes:
        answers = b""
        while self._waiting and not self.offline:
            answers += self._do(self._waiting.popleft())
        return answers

    def _do(self, command: bytes) -> bytes:
        if command.startswith(_RASTER):
            width = int.from_bytes(command[4:6], "little")
            for start in range(8, len(command), width):
                self._advance(command[start : start + width])
        elif command[:2] == b"\x1bJ":
            for _ in range(command[2]):
                self._advance(b"")
        elif command[:2] == b"\x1dV":
            self.cuts += 1
        elif command[:2] == b"\x1bp":
            self.kicks += 1
        elif command[:2] == b"\x1b@":
            self.resets += 1
        elif command[:2] == b"\x1dr" and self.answers_in_order and not self.silent:
            return b"\x00"
        return b""

    def _advance(self, row: bytes) -> None:
        self.rows.append(row)
        if self.runs_out_after_rows is not None and len(self.rows) >= self.runs_out_after_rows:
            self.paper_out = True

    def _told(self, question: int) -> bytes:
        if self.silent:
            return b""
        if self.garbage:
            return b"\xff\x81\xe3"
        answer = 0x12
        if question == 1 and self.offline:
            answer |= 0x08
        if question == 2:
            answer |= self.cover_open << 2 | self.paper_out << 5 | self.fault << 6
        if question == 4:
            answer |= 0x60 * self.paper_out | 0x0C * self.paper_low
        return bytes((answer,))
