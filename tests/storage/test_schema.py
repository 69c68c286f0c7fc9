"""The migrations make the tables that the code speaks of, and the hot queries use an index."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import posloyalty.storage.repositories as repositories
from posloyalty.domain.engine.consequences import NO_CONSEQUENCES
from posloyalty.services.book.book_faults import BookExists, BookTooNew, NoBook
from posloyalty.services.selling.tell_goods import tell_goods
from posloyalty.storage.columns import METADATA
from posloyalty.storage.engine import APART_CACHE_KIB, open_engine
from posloyalty.storage.open_book import make_book, open_book
from posloyalty.storage.place import BookPlace
from posloyalty.storage.statements import Statement
from posloyalty.storage.tables import APPEND_ONLY
from posloyalty.storage.upgrade import REVISIONS, SCRIPTS
from tests.fakes.book import FACTS, KEY, Rig, a_sale, add_member, made_book
from tests.fakes.doings import (
    a_closed_shift,
    a_payment,
    a_plan,
    a_refund,
    a_trusted_till,
    an_act,
)
from tests.services.counter import goods

# Whole tables are read here on purpose: lists that a person sees, a few hundred rows at most.
READ_WHOLE = {
    "people._ALL",
    "catalogue._PRODUCTS",
    "catalogue._INITIALS",
    "catalogue._ALL_CODES",
    "catalogue._CATEGORIES",
    "catalogue._TAX_CLASSES",
    "catalogue._QUICK_KEYS",
    # Read again only when the catalogue has changed.
    "price_lists._LISTS",
    "price_lists._PRICES",
    "held._ALL",
    "settings._ALL",
    "settings._PROGRAMMES",
    "tills._ALL",
    # Once, when a till joins a head office.
    "goods._SOLD",
    "tokens._KEYS",
    # For a card of an earlier release, which any till of the chain may have made.
    "card_keys._ALL",
    # For a number that is keyed in from the paper of a till that is no more, of a chain's tills.
    "card_keys._OF_STORES",
    # With each page of a chain's keys that a till hears.
    "card_keys._COUNT",
    # Counted from the narrowest index; asked once when the look-up cache opens.
    "members._COUNT",
    # All of them, once, when head office or its database is another one.
    "catalogue._LET_GO",
    # Written whole, once, when head office's database was put back from a copy.
    "profile_notes._ALL_AGAIN",
    # Backwards along the key, one row.
    "journal._LAST",
}


def statements() -> dict[str, Statement]:
    found = {}
    for module in pkgutil.iter_modules(repositories.__path__):
        loaded = importlib.import_module(f"{repositories.__name__}.{module.name}")
        for name, value in inspect.getmembers(loaded):
            if isinstance(value, Statement):
                found[f"{module.name}.{name}"] = value
    return found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A book that is only asked, never changed: one for all."""
    with made_book(tmp_path_factory.mktemp("asked")) as made:
        yield made


def raw(rig: Rig) -> Connection:
    engine = open_engine(rig.place.book, KEY, cache_kib=APART_CACHE_KIB, query_only=False)
    return engine.connect()


def test_the_migrations_make_exactly_the_tables_that_the_code_speaks_of(rig: Rig) -> None:
    with raw(rig) as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


def test_the_revisions_are_those_of_the_scripts() -> None:
    scripts = ScriptDirectory(str(SCRIPTS)).walk_revisions()
    assert tuple(reversed([script.revision for script in scripts])) == REVISIONS


def test_every_table_is_strict(rig: Rig) -> None:
    with raw(rig) as connection:
        rows = connection.exec_driver_sql("PRAGMA table_list").fetchall()
    loose = {row.name for row in rows if row.schema == "main" and not row.strict}
    assert loose - {"sqlite_schema", "alembic_version"} == set()


@pytest.mark.parametrize("name", sorted(statements()))
def test_every_query_of_the_repositories_uses_an_index(shared: Rig, name: str) -> None:
    statement = statements()[name]
    with raw(shared) as connection:
        marks = statement.sql.count("?")
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement.sql}", (None,) * marks
        ).fetchall()
    steps = [row.detail for row in plan]
    scans = [step for step in steps if step.startswith("SCAN") and not bounded(step)]
    if name in READ_WHOLE:
        assert scans or not steps, f"{name} needs no exception any more"
    else:
        assert scans == [], steps


def bounded(step: str) -> bool:
    """A scan along an index that holds only open rows."""
    partial = (
        "print_job_open",
        "print_job_unknown",
        "lot_open",
        "outbox_waiting",
        "payment_step_asked",
        # Few rows by their nature: epochs, what is under way or special, what is lent.
        "journal_anchor",
        "outbox_special",
        "profile_waiting",
        "lease_open",
    )
    # The draft's table has one row, and the ids that a statement was given are fifty at most.
    given = step.startswith("SCAN given VIRTUAL TABLE")
    return any(index in step for index in partial) or step == "SCAN draft" or given


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_what_was_written_once_can_be_neither_changed_nor_removed(
    rig: Rig, table: str, verb: str
) -> None:
    member_id = add_member(rig)
    event_id = rig.ids.new_id()
    plan = a_plan(rig, event_id)
    plan.issue(kind="voucher", of="welcome", owner=member_id)
    with rig.book.write() as unit:
        booked = a_sale(unit, rig, member_id=member_id, earned=10)
        unit.sales.book(booked)
        unit.refunds.book(a_refund(unit, rig, booked.sale), NO_CONSEQUENCES)
        unit.acts.book(an_act(unit, rig, event_id, plan.consequences()))
        unit.payments.book(a_payment(unit, rig, booked.sale.id))
        unit.tills.book(a_trusted_till(unit, rig))
        tell_goods(unit, rig.ids, [goods(1)])
        a_closed_shift(unit, rig)
        unit.commit()
    column = METADATA.tables[table].columns.keys()[0]
    act = f"UPDATE {table} SET {column} = {column}" if verb == "UPDATE" else f"DELETE FROM {table}"
    with raw(rig) as connection:
        filled = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
        if not filled:
            assert table in ("consent", "lot_use")
            return
        with pytest.raises(Exception, match="append-only"):
            connection.exec_driver_sql(act)


def test_the_writer_is_durable_and_the_readers_cannot_write(rig: Rig) -> None:
    with rig.book.write() as unit:
        ask = unit.connection.exec_driver_sql
        assert ask("PRAGMA journal_mode").scalar() == "wal"
        assert ask("PRAGMA synchronous").scalar() == 2
        assert ask("PRAGMA foreign_keys").scalar() == 1
        assert ask("PRAGMA secure_delete").scalar() == 1
        assert ask("PRAGMA mmap_size").scalar() in (0, None)
    with rig.book.read() as reader, pytest.raises(Exception, match="readonly"):
        reader.connection.exec_driver_sql("INSERT INTO setting VALUES ('a', 'b')")


def test_a_book_on_disk_shows_nothing_of_what_it_holds(rig: Rig) -> None:
    add_member(rig, name="Unmistakable Person")
    rig.book.close()
    data = rig.place.book.read_bytes()
    assert b"Unmistakable" not in data
    assert b"SQLite format" not in data


def test_a_second_book_is_not_made_over_the_first(rig: Rig) -> None:
    with pytest.raises(BookExists):
        make_book(rig.place, KEY, FACTS, at=rig.clock.now())


def test_a_folder_without_a_book_says_so(tmp_path: Path, rig: Rig) -> None:
    with pytest.raises(NoBook):
        open_book(
            BookPlace(tmp_path / "empty"), KEY, clock=rig.clock, make_ids=lambda _till: rig.ids
        )


def test_a_book_of_a_later_release_is_refused_and_left_alone(rig: Rig) -> None:
    with raw(rig) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    rig.book.close()
    before = rig.place.book.read_bytes()
    with pytest.raises(BookTooNew) as refused:
        open_book(rig.place, KEY, clock=rig.clock, make_ids=lambda _till: rig.ids)
    assert refused.value.facts == {"found": "9999", "known": REVISIONS[-1]}
    assert rig.place.book.read_bytes() == before
    assert not rig.place.backups.exists()
