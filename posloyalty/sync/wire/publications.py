"""Programmes as head office publishes them: sealed envelopes, and files known by their hash.

A publication says of one programme file, by the SHA-256 of its bytes, from when until when sales go
by it. Its envelope is JSON and travels as the bytes that head office signed, so that what
a till keeps can be proved again later. A till asks with the mark of the list that it has and says
in the same breath what it goes by; a file is asked for by its hash, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from posloyalty.domain.values.calendar import parse_instant

PROGRAMMES: Final = "/v1/programme"
PROGRAMME_FILE: Final = "/v1/programme/file"
FILE_BYTES_MAX: Final = 900_000
"""As JSON, a file stays below what a till takes in one answer."""
PUBLICATIONS_MAX: Final = 16
MARK_CHARACTERS: Final = 16
_PREFIX: Final = b"LJ-PUBLICATION-1\0"

_Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
_Mark = Annotated[str, Meta(pattern="^([0-9a-f]{16})?$")]
_Word = Annotated[str, Meta(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Envelope(Struct, frozen=True, kw_only=True):
    """What head office signs. Instants as in the journal; `until` is empty without an end.

    `number` grows with each publication, `size` is the file's in bytes, `min_app` the oldest
    release that may go by it, `tz` the zone that the programme lives in, `stops` the rule that a
    stop took out.
    """

    office: str
    number: int
    programme: str
    version: int
    hash: _Hash
    size: int
    from_: str = msgspec.field(name="from")
    until: str = ""
    min_app: str = ""
    tz: str = ""
    stops: str = ""

    @property
    def begins(self) -> datetime:
        """From when sales go by it."""
        return parse_instant(self.from_)

    def holds_at(self, at: datetime) -> bool:
        """Whether sales of an instant go by it, unless a later one holds as well."""
        return self.begins <= at and (not self.until or at < parse_instant(self.until))


class Sealed(Struct, frozen=True, kw_only=True):
    """An envelope as it was signed (JSON), and the signature in hexadecimal."""

    envelope: Annotated[str, Meta(max_length=2_000)]
    signature: Annotated[str, Meta(pattern="^[0-9a-f]{128}$")]


class ProgrammesAsk(Struct, frozen=True, kw_only=True):
    """What a till goes by: the mark of its list, and the programme in effect by its hash.

    `refused` are (number of a publication, why it was not taken).
    """

    mark: _Mark = ""
    programme: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""
    refused: Annotated[tuple[tuple[int, _Word], ...], Meta(max_length=PUBLICATIONS_MAX)] = ()


class ProgrammesGiven(Struct, frozen=True, kw_only=True):
    """The list and its mark; without publications when the till has this very list.

    `card_keys` is up to where head office has the keys of members' cards (`card_keys`): it comes
    with what every till asks for in any case, so that keys cost nothing while none is new.
    """

    mark: _Mark
    card_keys: str = ""
    publications: Annotated[tuple[Sealed, ...], Meta(max_length=PUBLICATIONS_MAX)] = ()


class FileAsk(Struct, frozen=True, kw_only=True):
    """A file by its SHA-256."""

    hash: _Hash


class FileGiven(Struct, frozen=True, kw_only=True):
    """The file, which is UTF-8."""

    toml: str


class BadSeal(Exception):
    """An envelope that head office did not sign, or that cannot be read; `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def written(envelope: Envelope) -> bytes:
    """The bytes that are signed and travel."""
    return msgspec.json.encode(envelope)


def statement(envelope: bytes) -> bytes:
    """What the signature is over."""
    return _PREFIX + envelope


def opened(sealed: Sealed, *, office: str, verify: Callable[[bytes, bytes], bool]) -> Envelope:
    """The envelope, once its signature held; raises `BadSeal`.

    `verify` is told (statement, signature).
    """
    data = sealed.envelope.encode("utf-8")
    if not verify(statement(data), bytes.fromhex(sealed.signature)):
        raise BadSeal("FORGED")
    try:
        envelope = msgspec.json.decode(data, type=Envelope)
        parse_instant(envelope.from_)
        if envelope.until:
            parse_instant(envelope.until)
    except (msgspec.MsgspecError, ValueError) as fault:
        raise BadSeal("UNREADABLE") from fault
    if envelope.office != office:
        raise BadSeal("OTHER_OFFICE")
    return envelope


def in_effect(envelopes: Iterable[Envelope], at: datetime) -> Envelope | None:
    """The one that sales of an instant go by: the latest to begin, then the latest published."""
    holding = (one for one in envelopes if one.holds_at(at))
    return max(holding, key=lambda one: (one.begins, one.number), default=None)


def last_begun(envelopes: Iterable[Envelope], at: datetime) -> tuple[datetime, int] | None:
    """When the latest to begin by an instant does, and its number; None where none has begun.

    Whether it has ended is no matter: each list of head office's has it, so of two lists of one
    life the one in which it is earlier is the older list.
    """
    begun = ((one.begins, one.number) for one in envelopes if one.begins <= at)
    return max(begun, default=None)


def mark_of(publications: Sequence[Sealed]) -> str:
    """What names a list; empty for an empty one."""
    if not publications:
        return ""
    told = b"".join(bytes.fromhex(one.signature) for one in publications)
    return sha256(told).hexdigest()[:MARK_CHARACTERS]
