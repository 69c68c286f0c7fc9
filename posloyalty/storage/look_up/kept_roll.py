"""The roll as the till uses it: asked from any lane, loaded by the one that hears.

Shape: `KeptRoll` has one open file that members are found by, and beside it, while another one is
loaded, that file under a name of its own; `put_in_place` swaps them in one rename. A file that
cannot be read is removed, and head office is asked for it again.

Sheets go into the file on a thread of their own, a handful at a time, while the next ones are
asked for and travel: SQLite and the line work at once. Whatever comes next waits for that, and
raises what came of it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlcipher3 import dbapi2 as sqlcipher

from posloyalty.domain.members.member import IdentifierKind
from posloyalty.services.ports.roll import RollFault, RollHeld
from posloyalty.storage.look_up.files import remove
from posloyalty.storage.look_up.member_index import LookUpDamaged
from posloyalty.storage.look_up.roll_file import WORDS_FORM, RollFile
from posloyalty.storage.look_up.roll_making import RollMaking
from posloyalty.sync.wire.packing import BadPacking
from posloyalty.sync.wire.profiles import Item
from posloyalty.sync.wire.roll import RollGiven

Result = TypeVar("Result")


class KeptRoll:
    """Implements `services.ports.roll.RollStore`. `changed` is told when another roll is in place,
    or somebody was struck off.
    """

    def __init__(self, *, path: Path, key: bytes, home_store: str) -> None:
        self._path = path
        self._key = key
        self._home_store = home_store
        self._file: RollFile | None = None
        self._looked = False
        self._making: _Loading | None = None
        self._lock = threading.RLock()
        self.changed: Callable[[], None] = lambda: None

    @property
    def held(self) -> RollHeld | None:
        """The one that is in place."""
        return self.ask(lambda file: file.held, None)

    @property
    def count(self) -> int:
        """How many members are on it."""
        return self.ask(lambda file: file.count, 0)

    def ask(self, question: Callable[[RollFile], Result], without: Result) -> Result:
        """Ask the file; what is given without one, or with one that broke."""
        with self._lock:
            file = self._opened()
            if file is None:
                return without
            try:
                return question(file)
            except (sqlcipher.DatabaseError, msgspec.MsgspecError, BadPacking):
                self._let_go()
                remove(self._path)
                return without

    def shared_with(self, path: Path) -> int:
        """How many members of another file of this till stand on the roll too; nobody waits for
        the counting.
        """
        if self.held is None:
            return 0
        try:
            file = RollFile(self._path, self._key)
        except LookUpDamaged:
            return 0
        try:
            return file.shared_with(path, self._key)
        except sqlcipher.DatabaseError:
            return 0
        finally:
            file.close()

    def by_identifier(self, kind: IdentifierKind, value: str) -> tuple[bytes, ...]:
        """Ids of the members found by exactly this value."""
        return self.ask(lambda file: file.by_identifier(kind, value), ())

    def item(self, member_id: bytes) -> Item | None:
        """All that head office told of a member."""
        return self.ask(lambda file: file.item(member_id), None)

    @property
    def words_form(self) -> str:
        """The form of arranged words that this release takes."""
        return WORDS_FORM

    def begin(self, given: RollGiven, *, store: str) -> int:
        """Load a roll; gives how many of its sheets are there already."""
        self._stop_loading()
        with _faults():
            self._making = _Loading(
                RollMaking(self._fresh, self._key, given, store=store, home=self._home_store)
            )
        return self._making.have

    def add(self, sheets: Sequence[bytes]) -> int:
        """The next sheets; gives how many are there once they are put in."""
        with _faults():
            return self._loading().add(sheets)

    def arrange(self) -> bool:
        """One more index; whether there was one left to make."""
        with _faults():
            return self._loading().arrange()

    def put_in_place(self) -> RollHeld:
        """From now on members are found by the roll that was loaded."""
        with _faults():
            self._loading().finish()
            self._making = None
            with self._lock:
                self._let_go()
                remove(self._path)
                os.replace(self._fresh, self._path)
                self._looked = False
                file = self._opened()
        if file is None:
            raise RollFault(str(self._path))
        self.changed()
        return file.held

    def discard(self) -> None:
        """Let go of what was loaded so far."""
        self._stop_loading()
        remove(self._fresh)

    def strike(self, member_ids: Sequence[bytes]) -> None:
        """These are no more."""
        if self.ask(lambda file: file.strike(member_ids), 0):
            self.changed()

    def close(self) -> None:
        """Close the files; they may be deleted then."""
        with self._lock:
            self._let_go()
            self._looked = False
        self._stop_loading()

    @property
    def _fresh(self) -> Path:
        return self._path.with_name(self._path.name + ".new")

    def _stop_loading(self) -> None:
        if self._making is not None:
            self._making.close()
            self._making = None

    def _loading(self) -> _Loading:
        if self._making is None:
            raise RollFault("nothing is being loaded")
        return self._making

    def _opened(self) -> RollFile | None:
        if self._file is None and not self._looked:
            self._looked = True
            if self._path.exists():
                try:
                    self._file = RollFile(self._path, self._key)
                except LookUpDamaged:
                    remove(self._path)
        return self._file

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class _Loading:
    """A roll that is being loaded, and the thread that puts sheets into it."""

    def __init__(self, making: RollMaking) -> None:
        self._making = making
        self._thread: threading.Thread | None = None
        self._fault: Exception | None = None
        self.have = making.have

    def add(self, sheets: Sequence[bytes]) -> int:
        """Let the next sheets be put in; gives how many are there then."""
        self.settle()
        self._thread = threading.Thread(target=self._put, args=(sheets,), name="roll")
        self._thread.start()
        self.have += len(sheets)
        return self.have

    def settle(self) -> None:
        """Wait until everything is put in; raises what came of it."""
        self._wait()
        if self._fault is not None:
            fault, self._fault = self._fault, None
            raise fault

    def arrange(self) -> bool:
        """One more index; whether there was one left to make."""
        self.settle()
        return self._making.arrange()

    def finish(self) -> None:
        """The file is whole and closed."""
        self.settle()
        self._making.finish()

    def close(self) -> None:
        """Close the file with what was put in, to go on with it later."""
        self._wait()
        self._making.close()

    def _wait(self) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _put(self, sheets: Sequence[bytes]) -> None:
        try:
            self._making.add(sheets)
        except Exception as fault:  # noqa: BLE001 - whoever comes next hears of it
            self._fault = fault


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (sqlcipher.Error, OSError, msgspec.MsgspecError, BadPacking, ValueError) as fault:
        raise RollFault(str(fault)) from fault
