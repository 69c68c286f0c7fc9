"""A till's journal as lines of JSON, which `tools/verify_journal.py` proves without this product.

Shape: a line that names the till and holds its certificate, one an event with its place and hash,
one where the till went on in another epoch, and one with its own signature over the end. Bodies are
the bytes that were written, as text where they are some.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec


def journal_line(*, till_id: bytes, certificate: bytes) -> bytes:
    """The first line."""
    return _line(k="journal", till=till_id.hex(), certificate=certificate.hex())


def event_line(
    *, epoch: int, seq: int, written: int, event_id: bytes, hashed: bytes, body: bytes
) -> bytes:
    """An event; `written` is the epoch that it was written in, which may be an earlier one."""
    said: dict[str, Any] = {
        "k": "event",
        "epoch": epoch,
        "seq": seq,
        "written": written,
        "id": event_id.hex(),
        "hash": hashed.hex(),
    }
    try:
        return _line(**said, body=body.decode("utf-8"))
    except UnicodeDecodeError:
        return _line(**said, raw=body.hex())


def epoch_line(*, epoch: int, seq: int, hashed: bytes) -> bytes:
    """The till goes on behind a place in another epoch."""
    return _line(k="epoch", epoch=epoch, seq=seq, hash=hashed.hex())


def end_line(*, epoch: int, seq: int, hashed: bytes, signature: bytes) -> bytes:
    """Where it ends."""
    return _line(k="end", epoch=epoch, seq=seq, hash=hashed.hex(), signature=signature.hex())


def _line(**said: Any) -> bytes:
    return msgspec.json.encode(said) + b"\n"


class BadLines(ValueError):
    """A file that is no till's journal, or one that was cut off or changed on the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinedEvent:
    """An event as a line has it; `epoch` is the one that it was written in."""

    seq: int
    epoch: int
    event_id: bytes
    hash: bytes
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LinedEnd:
    """Where the journal ends, as its till signed it."""

    seq: int
    hash: bytes
    signature: bytes


def read_lines(lines: Iterable[bytes], *, till_id: bytes) -> Iterator[LinedEvent | LinedEnd]:
    """The events of a till's journal, then its end. Nothing is verified; raises `BadLines` for
    another till's, and for what is none.
    """
    first = True
    for line in lines:
        try:
            said = _READER.decode(line)
            if first and (said.k != "journal" or bytes.fromhex(said.till) != till_id):
                raise BadLines("it is not this till's journal")
            first = False
            if said.k == "event":
                body = said.body.encode("utf-8") if said.raw == "" else bytes.fromhex(said.raw)
                yield LinedEvent(
                    seq=said.seq,
                    epoch=said.written,
                    event_id=bytes.fromhex(said.id),
                    hash=bytes.fromhex(said.hash),
                    body=body,
                )
            elif said.k == "end":
                yield LinedEnd(
                    seq=said.seq,
                    hash=bytes.fromhex(said.hash),
                    signature=bytes.fromhex(said.signature),
                )
                return
        except (msgspec.MsgspecError, ValueError, UnicodeDecodeError) as fault:
            raise BadLines(str(fault)) from None
    raise BadLines("it has no end")


class _Said(msgspec.Struct, frozen=True):
    k: str
    till: str = ""
    seq: int = 0
    written: int = 0
    id: str = ""
    hash: str = ""
    body: str = ""
    raw: str = ""
    signature: str = ""


_READER: Final = msgspec.json.Decoder(_Said)
