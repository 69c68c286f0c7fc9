"""The machine behind real wires: a TCP port, a pseudo terminal."""

from __future__ import annotations

import os
import select
import socket
import struct
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

from tests.fakes.escpos_machine import EscposMachine


@dataclass
class Wire:
    """What the test turns on the wire: hang up after some bytes, or answer late."""

    machine: EscposMachine
    cut_after: int | None = None
    late_s: float = 0.0
    stopped: Event = field(default_factory=Event)
    guests: int = 0
    address: str = ""

    def answer(self, data: bytes) -> bytes:
        told = self.machine.feed(data)
        if told and self.late_s:
            self.stopped.wait(self.late_s)
        return told

    @property
    def cut(self) -> bool:
        return self.cut_after is not None and self.machine.received >= self.cut_after


@contextmanager
def network_printer(machine: EscposMachine | None = None) -> Iterator[Wire]:
    """A printer that listens on a port of this machine; `wire.address` says which."""
    wire = Wire(machine or EscposMachine())
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.02)
        wire.address = f"127.0.0.1:{server.getsockname()[1]}"
        thread = Thread(target=_serve, args=(server, wire))
        thread.start()
        try:
            yield wire
        finally:
            wire.stopped.set()
            thread.join()


def _serve(server: socket.socket, wire: Wire) -> None:
    while not wire.stopped.is_set():
        try:
            guest, _ = server.accept()
        except TimeoutError:
            continue
        wire.guests += 1
        with guest:
            guest.settimeout(0.02)
            _talk(guest, wire)


def _talk(guest: socket.socket, wire: Wire) -> None:
    while not wire.stopped.is_set():
        try:
            data = guest.recv(1000)
            if not data:
                return
            told = wire.answer(data)
            if wire.cut:
                # Reset, as a printer does that loses power.
                linger = struct.pack("ii", 1, 0)
                guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return
            if told:
                guest.sendall(told)
        except TimeoutError:
            continue
        except OSError:
            return


@contextmanager
def serial_printer(machine: EscposMachine | None = None, *, deaf: bool = False) -> Iterator[Wire]:
    """A printer at the other end of a pseudo terminal; a deaf one never reads what is sent."""
    wire = Wire(machine or EscposMachine())
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    wire.address = os.ttyname(theirs)
    thread = Thread(target=_listen, args=(ours, wire))
    if not deaf:
        thread.start()
    try:
        yield wire
    finally:
        wire.stopped.set()
        if not deaf:
            thread.join()
        os.close(theirs)
        os.close(ours)


def _listen(handle: int, wire: Wire) -> None:
    while not wire.stopped.is_set():
        ready, _, _ = select.select([handle], [], [], 0.02)
        if ready:
            told = wire.answer(os.read(handle, 1000))
            if told:
                os.write(handle, told)
