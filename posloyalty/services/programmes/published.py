"""The schedule of programmes that head office published, as the till's book keeps it."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct

from posloyalty.services.ports import (
    Reader,
    SettingReads,
    SettingWrites,
    StoredProgramme,
    UnitOfWork,
)
from posloyalty.sync.wire.publications import Envelope, Sealed, in_effect

SETTING: Final = "published_programmes"


class Kept(Struct, frozen=True, kw_only=True):
    """What was taken of which list, by which release, and what was not: (number, why). `life` is
    the one of head office that told it, empty in what an earlier release kept.
    """

    mark: str = ""
    app: str = ""
    life: str = ""
    publications: tuple[Sealed, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()

    def envelopes(self) -> tuple[Envelope, ...]:
        """What was taken; the seals were looked at when it was."""
        return tuple(
            msgspec.json.decode(one.envelope.encode("utf-8"), type=Envelope)
            for one in self.publications
        )


NOTHING: Final = Kept()


def kept_schedule(settings: SettingReads) -> Kept:
    """What the book keeps."""
    kept = settings.get(SETTING)
    return NOTHING if kept is None else msgspec.json.decode(kept, type=Kept)


def keep_schedule(settings: SettingWrites, schedule: Kept) -> None:
    """Keep it."""
    settings.put({SETTING: msgspec.json.encode(schedule).decode("utf-8")})


def stored_at(reader: Reader | UnitOfWork, at: datetime) -> StoredProgramme | None:
    """The programme that sales of an instant go by."""
    digest = hash_at(reader, at)
    return None if digest is None else reader.programmes.by_hash(digest)


def hash_at(reader: Reader | UnitOfWork, at: datetime) -> bytes | None:
    """Its hash alone: whoever read the file once knows it by that.

    From the first publication on head office says which, also that there is none; before it, and in
    a shop that stands alone, it is the one that was installed here.
    """
    kept = reader.settings.get(SETTING)
    envelopes = () if kept is None else _envelopes(kept)
    if not any(one.begins <= at for one in envelopes):
        return reader.programmes.effective_hash(at)
    chosen = in_effect(envelopes, at)
    return None if chosen is None else bytes.fromhex(chosen.hash)


@lru_cache(maxsize=4)
def _envelopes(kept: str) -> tuple[Envelope, ...]:
    """What is asked with every sale is read once."""
    return msgspec.json.decode(kept, type=Kept).envelopes()
