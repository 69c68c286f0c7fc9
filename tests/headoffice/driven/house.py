"""What the tests of this folder stand on: `House`, a head office as a process of its own.

`begin()` sets up its stores and serves; `serve()` serves again where it was killed. `till(number)`
is a till that joined and runs, `again(number)` the same book at another start of its program. What
is done by hand at head office is done through `office()`, beside the server.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from sqlalchemy import select

from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.tables import JOURNAL_EVENT
from posloyalty.sync.risk_policy import RiskPolicy
from tests.fakes.fault_proxy import FaultProxy, Faults
from tests.headoffice.a_program import Program, running, started
from tests.headoffice.forked import Forked
from tests.headoffice.policies import adopt_policy
from tests.headoffice.process import Begin, Served, beside, office_beside, serving

STORES: Final = ("S1", "S2")
WITNESS: Final = "till.witness"
BOOK: Final = ("till.book", "till.book-wal", "till.book-shm")


@dataclass
class House:
    """A served head office. `place` is where it listens, `line` what tills reach it through."""

    folder: Path
    url: str
    place: Path
    more: str = ""
    workers: int = 1
    line: FaultProxy = field(init=False)
    served: Served = field(init=False)
    codes: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.data = self.folder / "office"
        self._server = ExitStack()

    def begin(self) -> None:
        """Its stores, a code for a till of each, and the server. Nothing is lent ahead, so that
        what a till may spend is what it asks for.
        """
        with beside(self.data, self.url) as administration:
            adopt_policy(administration, replace(RiskPolicy(), lease_minor=0))
            for number, store in enumerate(STORES, start=1):
                administration.add_store(store, store)
                self.codes[number] = administration.new_code(store)
        self.serve()

    def serve(self, *, begin: Begin = Forked) -> Served:
        """A server of the same data, where there is none or one that was killed."""
        self.close()
        self._server = ExitStack()
        self.served = self._server.enter_context(
            serving(self.data, self.url, self.place, workers=self.workers, begin=begin)
        )
        return self.served

    def close(self) -> None:
        """No server any more."""
        self._server.close()

    def office(self) -> AbstractContextManager[OpenOffice]:
        """The same head office in this process."""
        return office_beside(self.data, self.url)

    def till(self, number: int, *, more: str = "") -> AbstractContextManager[Program]:
        """A till that joined store `number` and runs."""
        return running(
            self.at(number), number, url=self.line.url, code=self.codes[number], more=more
        )

    def again(self, number: int, *, at: Path | None = None) -> AbstractContextManager[Program]:
        """Another start of that till's program, on its book or on the one that lies `at`."""
        return started(at or self.at(number), number)

    def at(self, number: int) -> Path:
        """Where a till's book lies."""
        return self.folder / f"till{number}"

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """Nobody reaches head office meanwhile."""
        self.line.faults = Faults(down=True)
        self.line.hang_up()
        yield
        self.line.faults = Faults()

    def kept(self, till_id: bytes) -> dict[tuple[bytes, int], bytes]:
        """What head office has of a till's journal: by id and sequence, each event's hash."""
        wanted = select(JOURNAL_EVENT).where(JOURNAL_EVENT.c.till_id == till_id)
        with self.office() as office, office.database.read() as connection:
            found = connection.execute(wanted).all()
        return {(one.event_id, one.seq): one.hash for one in found}

    def proves(self) -> None:
        """The ledger stands for everything that is kept, from the journals' bytes."""
        self.until_folded()
        with self.office() as office:
            proof = verify_office(office.database, office.office, lambda _done, _whole: None)
        assert (proof.differences, proof.waiting, proof.unbooked) == ((), 0, 0), proof

    def until_folded(self) -> None:
        """The server's own lane folds everything, soon."""
        with self.served.client() as client:
            for _ in range(1_200):
                if "posloyalty_ledger_waiting 0.0" in client.get("/metrics").text:
                    return
                threading.Event().wait(0.05)
        raise AssertionError("the ledger never caught up")


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    for _ in range(1_200):
        if holds():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it never came to be so")


def copied(book: Path, to: Path) -> Path:
    """A closed till's folder, as somebody copies it away."""
    shutil.copytree(book, to)
    return to


def put_back(copy: Path, book: Path, *, witness: bool) -> None:
    """The book is the copy again; the note beside it too, or it stays where it was."""
    for name in BOOK:
        (book / name).unlink(missing_ok=True)
    shutil.copy(copy / BOOK[0], book / BOOK[0])
    if witness:
        shutil.copy(copy / WITNESS, book / WITNESS)
