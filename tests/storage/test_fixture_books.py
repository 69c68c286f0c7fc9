"""Books made by every released version open, upgrade and verify, also after a power cut."""

from __future__ import annotations

import json
import os
import shutil
import signal
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from posloyalty import bootstrap
from posloyalty.services.people.sign_in import SignedIn
from posloyalty.storage.engine import APART_CACHE_KIB, open_engine
from posloyalty.storage.place import BookPlace
from posloyalty.storage.upgrade import REVISIONS, upgrade
from posloyalty.sync import events
from tests.fakes.time import SHANGHAI, CountedIds, SeededChance, SetClock
from tests.faults.shop import MEMBER_PHONE, PIN, cheap_hasher, reopen
from tests.storage.test_upgrade import NEXT, STEPS, next_release

BOOKS = sorted((Path(__file__).parent / "fixtures").glob("book_*"))
# After the last sale of every fixture, so that its clock never seems set back.
LATER = datetime(2027, 1, 10, 12, 0, tzinfo=SHANGHAI)


@pytest.fixture(params=BOOKS, ids=lambda book: str(book.name))
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copytree(request.param, tmp_path / "book"))


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    return next_release(tmp_path)


def expected(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    return read


def test_there_is_a_book_of_the_first_version() -> None:
    assert "book_0_1_0" in [book.name for book in BOOKS]


def test_a_released_versions_book_opens_and_holds_what_it_held(folder: Path) -> None:
    wanted = expected(folder)
    till = reopen(folder, clock=SetClock(LATER))
    till.settle()
    proof = till.verify.verify()
    assert proof.holds, proof.first
    # One event more: this start.
    assert proof.events == wanted["events"] + 1
    assert {row.number: row.payable_minor for row in till.history.page(limit=100)} == wanted[
        "sales"
    ]
    kept = till.drafts.load()
    assert kept is not None
    assert kept[0].sale_id.hex() == wanted["draft"]
    member_id = till.members.by_phone(MEMBER_PHONE)
    assert member_id is not None
    panel = till.members.panel(member_id)
    assert panel.member.profile.name == wanted["member"]["name"]
    assert {w.wallet: w.balance for w in panel.wallets} == wanted["member"]["balances"]
    operator = till.people.all()[0]
    assert till.sign_in.sign_in(operator.id, PIN) == SignedIn(operator)
    till.close()


def test_its_journal_is_byte_for_byte_what_it_was(folder: Path) -> None:
    wanted = expected(folder)
    till = reopen(folder, clock=SetClock(LATER))
    with till.book.read() as reader:
        stored = list(reader.journal.events(limit=wanted["events"]))
    assert stored[-1].hash.hex() == wanted["head"]
    assert not any(isinstance(events.decode(event.body), events.Opaque) for event in stored)
    till.close()


def test_its_print_queue_is_what_it_was(folder: Path) -> None:
    place, key = BookPlace(folder), bytes.fromhex((folder / "till.key").read_text())
    jobs = "SELECT id, seq, copy, state, attempts, detail FROM print_job ORDER BY id"

    def queued() -> list[tuple[object, ...]]:
        engine = open_engine(place.book, key, cache_kib=APART_CACHE_KIB, query_only=True)
        with engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(jobs)]

    before = queued()
    assert before
    upgrade(place, key, at=LATER)
    assert queued() == before


def test_its_recovery_code_still_opens_it(folder: Path) -> None:
    (folder / "till.key").unlink()
    till = bootstrap.open_with_code(
        folder,
        expected(folder)["recovery_code"],
        "8642",
        clock=SetClock(LATER),
        ids=CountedIds(41),
        chance=SeededChance(41),
        keyring=None,
        hasher=cheap_hasher,
    )
    assert till.verify.verify().holds
    till.close()


@pytest.mark.parametrize("step", [0, 3, STEPS - 1])
def test_a_power_cut_in_the_middle_of_an_upgrade_leaves_it_whole(
    folder: Path, scripts: Path, step: int
) -> None:
    place, key = BookPlace(folder), bytes.fromhex((folder / "till.key").read_text())
    child = os.fork()
    if child == 0:
        os.environ["CUT_AT"] = str(step)
        upgrade(place, key, at=LATER, scripts=scripts, revisions=NEXT)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    till = reopen(folder, clock=SetClock(LATER))
    assert till.verify.verify().holds
    assert {row.number: row.payable_minor for row in till.history.page(limit=100)} == expected(
        folder
    )["sales"]
    till.close()
    assert upgrade(place, key, at=LATER, scripts=scripts, revisions=NEXT) == REVISIONS[-1]
