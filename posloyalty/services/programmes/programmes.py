"""Installing programme files and finding the one in effect.

Shape: `install(bytes, ...)` keeps a file that reads without findings and journals the change;
`at(reader, instant)` gives the programme in effect, read once per version. A file is kept as its
exact bytes, because their hash is what sales pin.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Protocol

from msgspec import UNSET

from posloyalty.domain.engine.quote import ProgrammeRef
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.finding import Finding
from posloyalty.domain.programme.load import load
from posloyalty.domain.programme.names import Names
from posloyalty.domain.values.calendar import day_end, day_start
from posloyalty.services.ports import Book, Clock, Ids, Reader, StoredProgramme, UnitOfWork
from posloyalty.services.programmes.published import hash_at, kept_schedule
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.events import SettingsChange

VERSIONS_KEPT = 8


class Wording(Protocol):
    """What is asked of `posloyalty.wording.Words`; services get it handed in."""

    def __call__(self, code: str, /, **facts: object) -> str:
        """The message of a code with its facts filled in."""
        ...


class ProgrammeRefused(ServiceRefusal):
    """A programme file with findings; `programme_findings` are worded by area "programme"."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("PROGRAMME_INVALID", count=len(findings))
        self.programme_findings = findings


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledProgramme:
    """A programme that the till keeps, and whether sales go by it now."""

    names: Names
    version: int
    hash: bytes
    effective_from: datetime
    in_effect: bool


class Programmes:
    """The programmes of one till."""

    def __init__(self, *, book: Book, clock: Clock, ids: Ids) -> None:
        self._book = book
        self._clock = clock
        self._ids = ids
        self._read: dict[bytes, Programme] = {}
        self._lock = Lock()

    def install(
        self, data: bytes, *, actor: bytes | None = None, effective_from: datetime | None = None
    ) -> Programme:
        """Keep a programme file, in effect from now or from an instant.

        The same bytes again change nothing. Raises `ProgrammeRefused` with every finding; refuses
        PROGRAMME_OF_HEAD_OFFICE where head office publishes them.
        """
        programme = read_programme(data)
        with self._book.write() as unit:
            if kept_schedule(unit.settings).publications:
                raise ServiceRefusal("PROGRAMME_OF_HEAD_OFFICE")
            self.add(unit, programme, data, actor=actor, effective_from=effective_from)
            unit.commit()
        return programme

    def add(
        self,
        unit: UnitOfWork,
        programme: Programme,
        data: bytes,
        *,
        actor: bytes | None = None,
        effective_from: datetime | None = None,
    ) -> None:
        """The same within a caller's unit, such as the first run's."""
        if unit.programmes.by_hash(programme.hash) is not None:
            return
        stamp = unit.journal.stamp()
        unit.journal.append(
            SettingsChange(
                id=self._ids.new_id().hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                actor=UNSET if actor is None else actor.hex(),
                kind="programme",
                what=programme.id,
                fields=(f"version {programme.version}", programme.hash.hex()),
            )
        )
        unit.programmes.add(
            StoredProgramme(
                ref=ProgrammeRef(programme.id, programme.version, programme.hash),
                effective_from=effective_from or self._begins(programme),
                toml=data,
            )
        )

    def at(self, reader: Reader | UnitOfWork, at: datetime) -> Programme | None:
        """The programme in effect at an instant; None when the till has none.

        One whose last day has passed, or that is meant for other stores, is not in effect.
        """
        digest = hash_at(reader, at)
        programme = None if digest is None else self.pinned(reader, digest)
        if programme is None:
            return None
        scope = programme.scope
        last = None if scope.last is None else day_end(scope.last, programme.zone)
        if (last is not None and at >= last) or not scope.holds_in(reader.facts.store_code):
            return None
        return programme

    def declares(self, kinds: Iterable[type]) -> frozenset[type]:
        """Which of some kinds of declarations the programme in effect has; none without one."""
        with self._book.read() as reader:
            programme = self.at(reader, self._clock.now())
        if programme is None:
            return frozenset()
        return frozenset(kind for kind in kinds if programme.of(kind))

    def installed(self) -> tuple[InstalledProgramme, ...]:
        """Every programme of this till, the latest to take effect first."""
        with self._book.read() as reader:
            stored = reader.programmes.all()
            effective = self.at(reader, self._clock.now())
        found = ((one, self._programme(one)) for one in stored)
        return tuple(
            InstalledProgramme(
                names=programme.names,
                version=programme.version,
                hash=programme.hash,
                effective_from=one.effective_from,
                in_effect=effective is not None and effective.hash == programme.hash,
            )
            for one, programme in found
        )

    def _begins(self, programme: Programme) -> datetime:
        """Now, or the start of the day that the file names, whichever is later."""
        now, first = self._clock.now(), programme.scope.first
        return now if first is None else max(now, day_start(first, programme.zone))

    def pinned(self, reader: Reader | UnitOfWork, digest: bytes) -> Programme | None:
        """The programme whose file has a SHA-256, as a sale pinned it; None when it is not here."""
        with self._lock:
            known = self._read.get(digest)
        if known is not None:
            # A file is known by its hash alone, and none is ever taken out of a book.
            return known
        stored = reader.programmes.by_hash(digest)
        return None if stored is None else self._programme(stored)

    def _programme(self, stored: StoredProgramme) -> Programme:
        with self._lock:
            known = self._read.get(stored.ref.hash)
            if known is None:
                known = read_programme(stored.toml)
                while len(self._read) >= VERSIONS_KEPT:
                    del self._read[next(iter(self._read))]
                self._read[stored.ref.hash] = known
            return known


def finding_sentences(
    findings: Iterable[Finding], words: Wording, area: str = "programme"
) -> tuple[str, ...]:
    """Findings as sentences for whoever wrote the file: place first, then what to do.

    `area` is that of their codes; warnings of a draft are worded by "doubt".
    """
    sentences = []
    for one in findings:
        facts = dict(one.facts)
        code = str(facts["kind"]) if one.code == "SYNTAX" else one.code
        text = words(f"{area}.{code}", **facts)
        if one.line and facts.get("column", "0") != "0":
            column = facts["column"]
            text = words("programme.COLUMN", line=one.line, column=column, finding=text)
        elif one.line and one.path:
            text = words("programme.PLACE", line=one.line, path=one.path, finding=text)
        elif one.line:
            text = words("programme.LINE", line=one.line, finding=text)
        elif one.path:
            text = words("programme.PATH", path=one.path, finding=text)
        if one.file:
            text = words("programme.FILE", file=one.file, finding=text)
        sentences.append(text)
    return tuple(sentences)


def read_programme(data: bytes) -> Programme:
    """The programme in a file; raises `ProgrammeRefused` with every finding."""
    read = load(data)
    if isinstance(read, list):
        raise ProgrammeRefused(tuple(read))
    return read
