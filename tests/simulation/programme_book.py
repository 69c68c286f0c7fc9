"""What a till without a disk keeps of a head office that it joined and of programmes, and its way
to the list of them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from types import SimpleNamespace
from typing import cast

import msgspec
from sqlalchemy import Connection

from posloyalty.headoffice.programmes.publications import file_for, list_for
from posloyalty.headoffice.tills.visits import Reply, Visit
from posloyalty.services.office.join_head_office import keep_facts
from posloyalty.services.ports import StoredProgramme
from posloyalty.services.ports.head_office import OfficeFacts, OutOfReach
from posloyalty.sync.wire.publications import FileAsk, FileGiven, ProgrammesAsk, ProgrammesGiven
from tests.simulation.restored import RestorableTill
from tests.simulation.small_profiles import SmallProfiles


class SmallBook(SmallProfiles):
    """As much of a book as `HearProgrammes`, `Programmes` and `Lending` ask for."""

    def __init__(
        self, till: RestorableTill, now: Callable[[], datetime], facts: OfficeFacts
    ) -> None:
        super().__init__(till, lambda: till.kept, now)
        self.programmes = _Files(till)
        keep_facts(self, facts)


class _Files:
    """The programme files of a book; they go with it where it is put back."""

    def __init__(self, till: RestorableTill) -> None:
        self._till = till

    def by_hash(self, programme_hash: bytes) -> StoredProgramme | None:
        """The file of a hash."""
        return self._till.kept.files.get(programme_hash)

    def effective_hash(self, at: datetime) -> bytes | None:
        """Nobody installed anything here."""

    def add(self, programme: StoredProgramme) -> None:
        """Keep a file."""
        self._till.kept.files[programme.ref.hash] = programme


class ProgrammeLine:
    """The line of one till: what goes wrong on it the world says."""

    def __init__(
        self,
        till_id: bytes,
        write: Callable[[], AbstractContextManager[Connection]],
        now: Callable[[], datetime],
        passes: Callable[[], bool],
    ) -> None:
        self._till_id = till_id
        self._write = write
        self._now = now
        self._passes = passes

    def programmes(self, ask: ProgrammesAsk) -> ProgrammesGiven:
        """Ask for the list."""
        return msgspec.json.decode(self._asked(list_for, ask), type=ProgrammesGiven)

    def programme_file(self, ask: FileAsk) -> FileGiven:
        """Ask for a file."""
        return msgspec.json.decode(self._asked(file_for, ask), type=FileGiven)

    def _asked(self, act: Callable[[Visit], Reply], ask: ProgrammesAsk | FileAsk) -> bytes:
        if not self._passes():
            raise OutOfReach("nobody there")
        with self._write() as connection:
            visit = SimpleNamespace(
                request=SimpleNamespace(body=msgspec.json.encode(ask)),
                connection=connection,
                now=self._now(),
                now_s=int(self._now().timestamp()),
                till=SimpleNamespace(till_id=self._till_id),
            )
            said = act(cast(Visit, visit)).body
        if not self._passes():
            raise OutOfReach("no answer")
        return said
