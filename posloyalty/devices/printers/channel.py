"""A channel: bytes to and from a printer over some wire, each call bounded in time."""

from __future__ import annotations

from typing import Protocol


class ChannelBroken(Exception):
    """The wire is not there, or broke: nobody listens, unplugged, reset, no right to open it."""


class Channel(Protocol):
    """An open wire to one printer. `answers` is False where it leads one way only."""

    @property
    def answers(self) -> bool:
        """Whether anything can come back at all."""
        ...

    def write(self, data: bytes, *, timeout_ms: int) -> int:
        """Send some bytes and say how many went, 0 when none did in time; raises ChannelBroken."""
        ...

    def read(self, *, timeout_ms: int) -> bytes:
        """The next bytes, or none when nothing came in time; raises `ChannelBroken`."""
        ...

    def close(self) -> None:
        """Let go of the wire; never raises."""
        ...


class Connector(Protocol):
    """How a printer is reached. `bytes_per_s` is how fast the wire carries at least."""

    @property
    def bytes_per_s(self) -> int:
        """The slowest speed to expect, for the time that a job may take."""
        ...

    def open(self) -> Channel:
        """Open the wire, bounded in time; raises `ChannelBroken`."""
        ...
