"""A till's journal as lines of JSON, which `tools/verify_journal.py` proves without this product.

Shape: a line that names the till and holds its certificate, one an event with its place and hash,
one where the till went on in another epoch, and one with its own signature over the end. Bodies are
the bytes that were written, as text where they are some.
"""

from __future__ import annotations

from typing import Any

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
