"""A till's program without its screens: the lanes that send, hear and reserve, on real threads.

`running(folder, number, url, code)` opens a book of `a_chain`, joins, and lets it send and hear as
`ui/send_pump.py` and `ui/hear_pump.py` do; `started(folder, number)` is another start of a till
that had joined. `told` are the statuses that its cashier was shown one after the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from secrets import token_bytes
from time import monotonic
from typing import Final

from posloyalty.bootstrap import open_till
from posloyalty.domain.shop.basket import Basket
from posloyalty.services.lending.reserve_for_sale import Reservation
from posloyalty.services.office.send_journal import SendingStatus
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.sale_wishes import Spending
from posloyalty.services.till import Till
from posloyalty.system import SystemChance, SystemClock, SystemIds
from tests.headoffice.a_chain import Counter, made_book
from tests.services.a_shop import quick_hasher

TURN_S: Final = 0.5
PATIENCE_S: Final = 60.0


@dataclass
class Program:
    """A till that runs."""

    till: Till
    counter: Counter
    faults: list[BaseException] = field(default_factory=list)
    told: list[SendingStatus] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stopped = threading.Event()
        self._news = threading.Event()
        self._retries = threading.Event()
        self._threads = [
            threading.Thread(target=self._watched, args=(lane,), daemon=True)
            for lane in (self._send, self._hear)
        ]

    def reserve(self, basket: Basket) -> Reservation:
        """Ask head office for what a sale wants to spend."""
        return self.till.reserving.reserve(Spending(basket=basket))

    def start(self) -> None:
        for one in self._threads:
            one.start()

    def stop(self) -> None:
        """As the window's closing does, once; a thread that does not end is a fault."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        self._news.set()
        self.till.listening.stop()
        for one in self._threads:
            one.join(PATIENCE_S)
            assert not one.is_alive()
        self.till.sending.close()
        self.till.listening.close()
        self.till.reserving.close()

    def sell(self) -> None:
        """A sale, of which whoever sends hears at once, as the counter tells it. Where news came
        between the quote and the payment, the cashier looks at the new total and is paid that.
        """
        try:
            self.counter.sell()
        except ServiceRefusal as refused:
            if refused.reason != "QUOTE_STALE":
                raise
            self.counter.sell()
        self.sold()

    def sold(self) -> None:
        """There is something to send."""
        self._news.set()

    def retry(self) -> None:
        """Somebody asks to try again now; the lane that sends does."""
        self._retries.set()
        self._news.set()

    def until(self, holds: Callable[[], bool]) -> float:
        """Wait until something holds; returns for how many seconds it did not."""
        began = monotonic()
        while not holds():
            assert not self.faults, self.faults
            assert monotonic() - began < PATIENCE_S, self.till.sending.status()
            self._stopped.wait(0.01)
        return monotonic() - began

    def _watched(self, lane: Callable[[], None]) -> None:
        try:
            lane()
        except BaseException as fault:  # noqa: BLE001 - told by whoever waits
            self.faults.append(fault)

    def _send(self) -> None:
        while not self._stopped.is_set():
            if self._retries.is_set():
                self._retries.clear()
                self.till.sending.retry()
            wait_s = self.till.sending.step() / 1000
            status = self.till.sending.status()
            if not self.told or self.told[-1] != status:
                self.told.append(status)
            self._news.wait(min(wait_s, TURN_S))
            self._news.clear()

    def _hear(self) -> None:
        while not self._stopped.is_set():
            if not self.till.sending.status().listens:
                self._stopped.wait(0.01)
                continue
            listened = self.till.listening.listen()
            self.till.sending.told(listened.news)
            self._news.set()
            self._stopped.wait(listened.rest_ms / 1000)


@contextmanager
def opened_till(folder: Path, number: int, more: str = "") -> Iterator[Program]:
    """A till of the chain, on the machine's clock, that does nothing yet; `more` is in its
    programme.
    """
    manager = made_book(folder, number, more)
    till = open_till(
        folder,
        clock=SystemClock(UTC),
        ids=SystemIds(till=bytes([number]), boot=token_bytes(16)),
        chance=SystemChance(),
        keyring=None,
        hasher=quick_hasher,
    )
    try:
        till.settle()
        yield Program(till, Counter(till, manager))
    finally:
        till.close()


@contextmanager
def running(
    folder: Path, number: int, *, url: str, code: str, more: str = "", till_code: str = ""
) -> Iterator[Program]:
    """The same, after it joined, maybe under another till code, and began to send and hear."""
    with opened_till(folder, number, more) as program:
        program.till.joining.join(url, code, till_code=till_code)
        with _at_work(program):
            yield program


@contextmanager
def started(folder: Path, number: int, more: str = "") -> Iterator[Program]:
    """The same till at another start of its program: it joined before."""
    with opened_till(folder, number, more) as program, _at_work(program):
        yield program


@contextmanager
def _at_work(program: Program) -> Iterator[None]:
    program.start()
    try:
        yield
    finally:
        program.stop()
    assert not program.faults, program.faults
