"""Killing a ringing process at a random moment and counting what is left, for suite and proof.

Shape: `Killer` keeps the parent of the ringing processes; `kill_once(folder, seed)` lets one ring,
kills it (SIGKILL) and answers what it had told by then. `Tally` counts over many kills.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from posloyalty.services.book.book_faults import BookError
from posloyalty.services.till import Till
from posloyalty.system import SystemClock, SystemIds
from tests.fakes.time import SHANGHAI, SeededChance
from tests.faults.shop import make_shop, reopen

# From before the book is open to a few sales later, on a machine that does other things too.
MOMENT_MOST_MS = 1_000


@dataclass
class Told:
    """What a process told before it died; `printed` of originals, `payments` by their last step,
    `baskets` by the last that was told of them: "draft" (also recalled), "held" or "sold".
    """

    sold: list[tuple[bytes, str]] = field(default_factory=list)
    printed: set[bytes] = field(default_factory=set)
    payments: dict[bytes, str] = field(default_factory=dict)
    baskets: dict[bytes, str] = field(default_factory=dict)
    holds: int = 0
    recalls: int = 0

    def note(self, what: str, sale_id: bytes) -> None:
        """A basket is open ("draft", "recalled") or put aside ("held")."""
        self.holds += what == "held"
        self.recalls += what == "recalled"
        self.baskets[sale_id] = "held" if what == "held" else "draft"


@dataclass
class Tally:
    """The count over all kills so far; `baskets` are those that the last one left open or held,
    `holds` and `recalls` what was acknowledged.
    """

    kills: int = 0
    sold: int = 0
    lost: int = 0
    drafts_back: int = 0
    offered: int = 0
    payments: int = 0
    open_payments: int = 0
    holds: int = 0
    recalls: int = 0
    baskets: dict[bytes, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class Killer:
    """The parent of ringing processes."""

    def __init__(self, parent: subprocess.Popen[str]) -> None:
        self._parent = parent

    def kill_once(self, folder: Path, seed: int) -> Told:
        """Let one process ring in a book and kill it at the moment that the seed chooses."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(f"{folder} {seed}\n")
        self._parent.stdin.flush()
        pid = int(self._parent.stdout.readline().split()[1])
        draw = int.from_bytes(SeededChance(seed).token_bytes(4), "big")
        # Every tenth dies while it is still opening the book.
        ready = draw % 10 == 0
        timer = threading.Timer(draw % MOMENT_MOST_MS / 1000, os.kill, (pid, signal.SIGKILL))
        if ready:
            timer.start()
        told = Told()
        for line in self._parent.stdout:
            what, *words = line.split()
            if what == "dead":
                break
            if what == "ready" and not ready:
                timer.start()
            elif what in ("draft", "recalled", "held"):
                told.note(what, bytes.fromhex(words[0]))
            elif what == "sold":
                told.sold.append((bytes.fromhex(words[0]), words[1]))
                told.baskets[bytes.fromhex(words[0])] = what
            elif what == "asked":
                told.payments[bytes.fromhex(words[0])] = what
            elif what == "noted":
                told.payments[bytes.fromhex(words[0])] = words[1]
            elif what == "printed":
                told.printed.add(bytes.fromhex(words[0]))
        timer.join()
        return told


@contextmanager
def a_killer() -> Iterator[Killer]:
    """Start the parent, and end it."""
    parent = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.ring_until_killed"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Killer(parent)
    finally:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.close()
        parent.wait(timeout=60)
        parent.stdout.close()


def a_shop(folder: Path) -> Path:
    """A shop on disk for killing in."""
    till, _created = make_shop(
        folder,
        clock=SystemClock(SHANGHAI),
        ids=SystemIds(till=b"till", boot=b"made"),
    )
    till.close()
    return folder


def check(folder: Path, told: Told, tally: Tally) -> None:
    """Open the book after a kill and count; every fault is a sentence in the tally."""
    tally.kills += 1
    tally.sold += len(told.sold)
    try:
        till = reopen(
            folder,
            clock=SystemClock(SHANGHAI),
            ids=SystemIds(till=b"till", boot=tally.kills.to_bytes(4, "big")),
        )
    except BookError as fault:
        tally.faults.append(f"kill {tally.kills}: the book does not open: {fault}")
        return
    try:
        _count(till, told, tally)
    finally:
        till.close()


def _count(till: Till, told: Told, tally: Tally) -> None:
    def fault(text: str) -> None:
        tally.faults.append(f"kill {tally.kills}: {text}")

    proof = till.verify.verify()
    if not proof.holds:
        fault(f"the book does not follow from its journal: {proof.first}")
    for sale_id, number in told.sold:
        stored = till.history.sale(sale_id)
        if stored is None or stored.sale.number != number:
            tally.lost += 1
            fault(f"sale {number} was acknowledged and is not there")
    _count_baskets(till, told, tally, fault)
    _count_receipts(till, told, tally, fault)
    _count_payments(till, told, tally, fault)


# What may have been committed after the last that was told of a basket, without a word.
_NEXT = {"draft": {"draft", "held", "sold"}, "held": {"held", "draft"}, "sold": {"sold"}}


def _count_baskets(till: Till, told: Told, tally: Tally, fault: Callable[[str], None]) -> None:
    """Every basket is open, held or sold, one of these and once, and no step behind."""
    kept = till.drafts.load()
    held = [row.held.basket.sale_id for row in till.hold.all()]
    for sale_id, last in (tally.baskets | told.baskets).items():
        places = ["held"] * held.count(sale_id)
        places += ["draft"] * (kept is not None and kept[0].sale_id == sale_id)
        places += ["sold"] * (till.history.sale(sale_id) is not None)
        if len(places) != 1 or places[0] not in _NEXT[last]:
            fault(f"the basket {sale_id.hex()} was {last} and is {places}")
        tally.drafts_back += places == ["draft"]
    tally.baskets = dict.fromkeys(held, "held")
    if kept is not None:
        tally.baskets[kept[0].sale_id] = "draft"
    tally.holds += told.holds
    tally.recalls += told.recalls


def _count_receipts(till: Till, told: Told, tally: Tally, fault: object) -> None:
    """Each sold sale is known printed, still waits, or is offered because nobody knows."""
    assert callable(fault)
    offered = {row.sale_id for row in till.receipts.unconfirmed()}
    tally.offered += len(offered)
    for sale_id, number in told.sold:
        stored = till.history.sale(sale_id)
        if stored is None:
            continue
        state = stored.printed.value
        if sale_id in told.printed and state != "printed":
            fault(f"{number} was printed and is {state}")
        if state not in ("printed", "waiting") and sale_id not in offered:
            fault(f"{number} is {state} and is not offered")
    for row in till.receipts.unconfirmed():
        till.receipts.dismiss(row.sale_id)


def _count_payments(till: Till, told: Told, tally: Tally, fault: Callable[[str], None]) -> None:
    """What a terminal was asked is there, no step behind; what pays no sale is listed."""
    tally.payments += len(told.payments)
    listed = {payment.id for payment in till.payments.unsettled()}
    for payment_id, step in told.payments.items():
        with till.book.read() as reader:
            stored = reader.payments.by_id(payment_id)
        if stored is None or (step != "asked" and stored.step.value != step):
            fault(f"payment {payment_id.hex()} was {step} and is {stored}")
            continue
        booked = till.history.sale(stored.sale_id) is not None
        if (stored.open or (stored.taken and not booked)) != (payment_id in listed):
            fault(f"payment {payment_id.hex()} is {stored.step} and listed wrongly")
    tally.open_payments += len(listed)
