"""What the suite does once for all its tests is what the product does at every start."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, create_engine, literal, select

import resources
from posloyalty.domain.programme import load
from posloyalty.domain.programme.declaration import DECLARATIONS
from posloyalty.domain.programme.finding import Finding
from posloyalty.headoffice.store import upgrade as office_upgrade
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.storage import upgrade as book_upgrade
from posloyalty.storage.keys import wrapping
from tests.fakes.time import SeededChance
from tests.quicker import PIN_COSTS, RECOVERY_COSTS, MadeAgain, ReadOnce


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


@pytest.mark.parametrize(
    ("module", "scripts"),
    [(book_upgrade, (book_upgrade.SCRIPTS,)), (office_upgrade, ())],
    ids=["book", "head office"],
)
def test_tables_that_are_made_again_are_those_of_the_migrations(
    module: ModuleType, scripts: tuple[Path, ...]
) -> None:
    again = module._run
    assert isinstance(again, MadeAgain)
    by_migrations = everything_in(again.by_migrations, scripts)
    assert len(by_migrations) > 100
    assert everything_in(again, scripts) == by_migrations, "the first time"
    assert everything_in(again, scripts) == by_migrations, "and again"


def everything_in(make: Callable[..., None], scripts: tuple[Path, ...]) -> list[object]:
    """What stands in the tables that something makes in an empty database."""
    with create_engine("sqlite://", module=sqlcipher).connect() as connection:
        make(connection, *scripts)
        tables = connection.exec_driver_sql("SELECT name, sql FROM sqlite_schema").all()
        names = [name for name, sql in tables if "CREATE TABLE" in str(sql)]
        rows = [connection.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in names]
        return [*tables, *zip(names, rows, strict=True)]


def test_an_older_book_is_upgraded_by_the_migrations_and_a_failed_making_is_forgotten(
    tmp_path: Path,
) -> None:
    asked: list[object] = []

    def run(connection: Connection, scripts: Path) -> None:
        asked.append(scripts)
        connection.exec_driver_sql("CREATE TABLE half (id)")
        if len(asked) == 1:
            raise OSError("the disk is full")
        connection.exec_driver_sql("CREATE TABLE whole (id)")

    stand_in = ModuleType("upgrade")
    vars(stand_in).update(_run=run, SCRIPTS=tmp_path)
    again, engine = MadeAgain(stand_in), create_engine("sqlite://", module=sqlcipher)
    with engine.connect() as connection, pytest.raises(OSError, match="full"):
        again(connection, tmp_path)
    for times_asked in (2, 2):
        with create_engine("sqlite://", module=sqlcipher).connect() as connection:
            again(connection, tmp_path)
            tables = connection.exec_driver_sql("SELECT name FROM sqlite_schema").scalars().all()
        assert (tables, len(asked)) == (["half", "whole"], times_asked)
    with create_engine("sqlite://", module=sqlcipher).connect() as connection:
        connection.exec_driver_sql("CREATE TABLE older (id)")
        again(connection, tmp_path)
    with create_engine("sqlite://", module=sqlcipher).connect() as connection:
        again(connection, tmp_path / "other scripts")
    assert asked[2:] == [tmp_path, tmp_path / "other scripts"]


def test_the_product_stretches_it_three_times_through_64_mib() -> None:
    assert RECOVERY_COSTS == (3, 65_536)


def test_the_product_stretches_pins_four_times_through_32_mib() -> None:
    hashed = PinHasher(SeededChance(), **PIN_COSTS).hash("1234")
    assert hashed.startswith("$argon2id$v=19$m=32768,t=4,p=1$")
    assert PinHasher(SeededChance()).hash("1234").startswith("$argon2id$v=19$m=8,t=1,p=1$")


def test_a_programme_that_was_read_is_what_the_product_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[bytes] = []

    def counted(data: bytes) -> load.Loaded | list[Finding]:
        read.append(data)
        return own(data)

    own = load.load_file._own if isinstance(load.load_file, ReadOnce) else load.load_file
    once = ReadOnce(counted)
    monkeypatch.setattr(load, "load_file", once)
    data = resources.path("programmes/dawn-club.toml").read_bytes()
    bad = data.replace(b"id =", b"name_of =")
    wanted = own(data)
    assert isinstance(wanted, load.Loaded)
    assert [load.load(data), load.load(bytes(bytearray(data)))] == [wanted.programme] * 2
    assert load.load(bad) == load.load(bad) == own(bad)
    assert read == [data, bad, bad]
    # Whoever changes what a word means has it read again.
    other = replace(DECLARATIONS["gift_card"], read=lambda table: None)
    monkeypatch.setitem(DECLARATIONS, "gift_card", other)
    assert load.load(data) == wanted.programme
    assert read[3:] == [data]
