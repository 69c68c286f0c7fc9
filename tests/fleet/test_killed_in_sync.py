"""`kill -9` of a till between a batch that arrived and the answer that did not."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from posloyalty.bootstrap import open_till
from posloyalty.headoffice.store.database import FILE_NAME
from posloyalty.sync.wire.messages import PUSH
from posloyalty.system import SystemChance, SystemClock, SystemIds
from tests.fakes.fault_proxy import Faults
from tests.fakes.time import SHANGHAI
from tests.fleet.checking import check
from tests.fleet.fleet import Fleet, Till
from tests.fleet.shop import cheap_hasher

pytestmark = pytest.mark.enable_socket
PATIENCE_S = 120.0


def kept(fleet: Fleet) -> int:
    """Up to where head office has the only till's journal."""
    with sqlite3.connect(f"file:{fleet.data / FILE_NAME}?mode=ro", uri=True) as connection:
        (seq,) = connection.execute("SELECT seq FROM journal_place").fetchone()
    connection.close()
    return int(seq)


def known(till: Till) -> int:
    """Up to where the till's book says that head office has it."""
    found = open_till(
        till.folder,
        clock=SystemClock(SHANGHAI),
        ids=SystemIds(till=b"looks", boot=b"looks"),
        chance=SystemChance(),
        keyring=None,
        hasher=cheap_hasher,
    )
    try:
        with found.book.read() as reader:
            first = reader.outbox.first_waiting()
            return reader.journal.head().seq if first is None else first - 1
    finally:
        found.close()


def test_what_arrived_without_its_answer_is_sent_again_and_counts_once(tmp_path: Path) -> None:
    with Fleet(tmp_path, seed=2, tills_count=1, rounds=1, workers=1) as fleet:
        fleet.fill()
        (till,) = fleet.tills
        fleet.start(till, off_ms=0)
        before = kept(fleet)
        fleet.until(lambda: kept(fleet) > before, PATIENCE_S, "its line stands")
        till.line.faults = Faults(swallow_from=PUSH.encode())
        before, sold = kept(fleet), len(till.read().sold)
        fleet.until(lambda: kept(fleet) > before, PATIENCE_S, "a batch arrives unanswered")
        fleet.until(lambda: len(till.read().sold) > sold + 3, PATIENCE_S, "it sells on")
        fleet.kill(till)
        arrived = kept(fleet)
        assert known(till) < arrived
        till.line.faults = Faults()
        fleet.settle()
        figures, faults = check(fleet)
        assert kept(fleet) > arrived
    assert faults == []
    assert figures["acknowledged sales"] > sold + 3
