"""What the suite does once for all its tests is what the product does at every start."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from types import ModuleType

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import create_engine, literal, select

from posloyalty.storage.keys import wrapping
from tests.fakes.time import SeededChance
from tests.quicker import RECOVERY_COSTS


def found(driver: ModuleType, number: int) -> tuple[int, str]:
    """What a new engine answers, and whether it had to compile for that."""
    engine = create_engine("sqlite://", module=driver)
    with engine.connect() as connection:
        asked = connection.execute(select(literal(number).label("asked_by_test_quicker")))
        return asked.scalar_one(), asked.context.cache_hit.name


def test_a_statement_is_compiled_once_for_each_driver_and_asked_with_its_own_values() -> None:
    found(sqlcipher, 1)
    assert found(sqlcipher, 2) == (2, "CACHE_HIT")
    assert found(sqlite3, 3) == (3, "CACHE_MISS")
    assert found(sqlite3, 4) == (4, "CACHE_HIT")


@pytest.mark.parametrize("costs", [RECOVERY_COSTS, (1, 8)], ids=["the product's", "the suite's"])
def test_a_recovery_code_opens_by_the_costs_that_its_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, costs: tuple[int, int]
) -> None:
    monkeypatch.setattr(wrapping, "TIME_COST", costs[0])
    monkeypatch.setattr(wrapping, "MEMORY_KIB", costs[1])
    file, book, key, code = tmp_path / "recovery.json", b"B" * 16, b"K" * 32, b"c" * 16
    wrapping.wrap(file, key=key, secret=code, book_id=book, chance=SeededChance())
    kdf = json.loads(file.read_bytes())["kdf"]
    assert (kdf["time"], kdf["memory_kib"]) == costs
    assert wrapping.unwrap(file, secret=code) == (book, key)


def test_the_product_stretches_it_three_times_through_64_mib() -> None:
    assert RECOVERY_COSTS == (3, 65_536)
