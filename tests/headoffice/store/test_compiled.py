"""SQLite compiles a statement of the intake once a connection, not once a batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import event

from posloyalty.headoffice.running.opening import opened_office
from tests.benchmarks.ingest import BATCH, request, sell
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_till import ATill

READS = 20
"""SQLite's number of reading a column: each statement that is compiled is asked whether it may."""
MET = 6
"""Batches in which everything came up that one asks, in lists of all their lengths."""
COUNTED = 3


def test_a_batch_compiles_nothing_that_the_ones_before_it_asked(tmp_path: Path) -> None:
    clock, compiled, known = SetClock(), [0], set[int]()

    def count(driver: Any, _record: object, _proxy: object) -> None:
        if id(driver) not in known:
            known.add(id(driver))
            driver.set_authorizer(noted)

    def noted(what: int, *_more: object) -> int:
        compiled[0] += what == READS
        return 0

    with opened_office(tmp_path, "", clock=clock, chance=SeededChance(5)) as office:
        event.listen(office.database._engine, "checkout", count)
        office.administration.add_store("S1", "Main Street")
        till = ATill(clock)
        till.join(office, office.administration.new_code("S1"))
        sell(till, (MET + COUNTED) * BATCH)
        by_batch = []
        for number in range(MET + COUNTED):
            before = compiled[0]
            assert till.send(office, request(till, number)).status == 200
            by_batch.append(compiled[0] - before)
    assert by_batch[0] > 0
    assert by_batch[MET:] == [0] * COUNTED
