"""The witness: a note outside the book of how far its journal had come (SYNC 11).

Shape of `till.witness`: {"epoch", "seq", "hash"}. It is written after every twenty events and when
the book is closed. A book whose journal ends before it, or has another event in its place, was put
back from a copy or had its tail cut off: no chain can show that, a note beside it can. It is not
synced to the disk, because a lost note costs nothing and a sale must not wait for it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from posloyalty.storage.repositories.journal import JournalReads
from posloyalty.sync.journal import Head

EVERY_EVENTS: Final = 20


@dataclass(frozen=True, slots=True)
class Witness:
    """A place that the journal had reached, and the hash that stood there."""

    epoch: int
    seq: int
    hash: bytes


def write_witness(path: Path, head: Head) -> None:
    """Note where the journal stands; the file is replaced whole."""
    content = {"epoch": head.epoch, "seq": head.seq, "hash": head.hash.hex()}
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(json.dumps(content), encoding="ascii")
    unfinished.replace(path)


def read_witness(path: Path) -> Witness | None:
    """The note; None when there is none or a power cut left it unreadable."""
    try:
        content = json.loads(path.read_bytes())
        return Witness(int(content["epoch"]), int(content["seq"]), bytes.fromhex(content["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def contradicts(witness: Witness | None, journal: JournalReads) -> bool:
    """Whether the journal is not the one that the witness saw."""
    if witness is None:
        return False
    found = next(journal.events(after_seq=witness.seq - 1, limit=1), None)
    return found is None or found.seq != witness.seq or found.hash != witness.hash
