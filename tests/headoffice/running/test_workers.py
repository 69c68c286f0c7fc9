"""Several workers behind one address: one may fall at any moment, and together they stop."""

from __future__ import annotations

import json
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from posloyalty.cli.console import Exit
from posloyalty.cli.office_door import OfficePlace
from posloyalty.cli.office_serving import Address, work
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.running.board import Beside, Board, lay_out
from posloyalty.headoffice.running.opening import opened_office
from posloyalty.headoffice.running.workers import PAUSES_S, Workers, listening_at
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.system import SystemChance, SystemClock
from posloyalty.wording import LANGUAGES
from tests.fakes.time import SHANGHAI
from tests.headoffice.process import Served, beside, serving
from tests.headoffice.test_served import BATCH, DemoTill, until_the_ledger_stands
from tests.test_cli import run


@dataclass
class FakeProcess:
    """A process that ends when the test says so."""

    pid: int
    exitcode: int | None = None
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lives, self._ends = socket.socketpair()

    @property
    def sentinel(self) -> int:
        return self._lives.fileno()

    def is_alive(self) -> bool:
        return self.exitcode is None

    def end(self, code: int = -9) -> None:
        self.exitcode = code
        self._ends.close()

    def terminate(self) -> None:
        self.asked.append("terminate")
        self.end(-15)

    def join(self, _timeout_s: float | None = None) -> None:
        assert self.exitcode is not None

    def close(self) -> None:
        self._lives.close()


class Group:
    """Workers of fake processes, whose clock goes on by each beginning."""

    def __init__(self, count: int, then: Callable[[Group], None]) -> None:
        self.now_ms = 0
        self.began: list[tuple[int, FakeProcess, int]] = []
        self._then = then
        self.workers = Workers(count, self._begin, self._monotonic_ms)

    def _monotonic_ms(self) -> int:
        self.now_ms += 1  # so that a pause ends without anybody waiting for long
        return self.now_ms

    def _begin(self, place: int) -> Any:
        process = FakeProcess(len(self.began) + 1)
        self.began.append((place, process, self.now_ms))
        self._then(self)
        return cast(Any, process)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of a few ticks of the group's clock; in the same order."""
    shorter = tuple(pause_s / 100 for pause_s in PAUSES_S)
    monkeypatch.setattr("posloyalty.headoffice.running.workers.PAUSES_S", shorter)


@pytest.mark.usefixtures("quick")
def test_whoever_ends_is_replaced_in_its_place_and_the_others_stay() -> None:
    def then(group: Group) -> None:
        if len(group.began) == 3:
            group.began[1][1].end()
        if len(group.began) == 4:
            group.workers.stop()

    group = Group(3, then)
    group.workers.run()
    assert [place for place, _, _ in group.began] == [0, 1, 2, 1]
    assert [process.asked for _, process, _ in group.began] == [
        ["terminate"],
        [],
        ["terminate"],
        ["terminate"],
    ]


@pytest.mark.long(beside="test_whoever_ends_is_replaced_in_its_place_and_the_others_stay")
@pytest.mark.usefixtures("quick")
def test_who_falls_again_and_again_is_begun_ever_more_seldom() -> None:
    def then(group: Group) -> None:
        group.began[-1][1].end(1)
        if len(group.began) == 5:
            group.workers.stop()

    group = Group(1, then)
    group.workers.run()
    times = [at for _, _, at in group.began]
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert pauses == sorted(pauses)
    assert pauses[-1] >= 2 * pauses[0]


def test_a_worker_sees_that_another_one_kept_something_and_not_itself(tmp_path: Path) -> None:
    lay_out(tmp_path, 2)
    one, other = (Beside(folder=tmp_path, place=place, count=2) for place in (0, 1))
    with Board(one) as mine, Board(other) as theirs:
        before = mine.others(), theirs.others()
        mine.add()
        assert mine.others() == before[0]
        assert theirs.others() != before[1]


def test_the_name_that_a_killed_server_left_is_taken_over_and_a_living_ones_is_not() -> None:
    with tempfile.TemporaryDirectory(prefix="ho") as folder:
        path = Path(folder) / "s"
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(path))
        with listening_at("", 0, path):
            with pytest.raises(ServiceRefusal, match="ADDRESS_TAKEN"), listening_at("", 0, path):
                pass
            assert path.stat().st_mode & 0o777 == 0o666
            with socket.socket(socket.AF_UNIX) as asking:
                asking.connect(str(path))
        assert not path.exists()


@pytest.mark.enable_socket
@pytest.mark.parametrize("workers", [1, 2])
def test_an_address_that_somebody_else_has_is_said_before_anything_is_made(
    tmp_path: Path, workers: int
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        address = ("--port", str(port), "--workers", str(workers), "--database", "postgresql:///x")
        said = run("headoffice", "--data", tmp_path / "office", *address, language="en")
    assert said.code == Exit.REFUSED
    assert said.err.startswith(f"Another program listens at 127.0.0.1:{port} already.")
    assert not (tmp_path / "office").exists()


@pytest.mark.enable_socket
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_that_this_computer_has_not_is_refused_in_words(
    tmp_path: Path, language: str
) -> None:
    said = run("headoffice", "--data", tmp_path, "--host", "203.0.113.7", language=language)
    assert said.code == Exit.REFUSED
    assert "203.0.113.7:8470" in said.err
    assert "--unix-socket" in said.err


def test_several_workers_on_sqlite_are_refused(tmp_path: Path) -> None:
    said = run("headoffice", "--data", tmp_path, "--workers", "2", language="en")
    assert said.code == Exit.REFUSED
    assert "PostgreSQL" in said.err


@pytest.mark.enable_socket
def test_a_worker_that_finds_no_database_says_so_in_a_line_of_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lay_out(tmp_path, 1)
    alone = Beside(folder=tmp_path, place=0, count=1)
    nowhere = OfficePlace(data=tmp_path, database=f"postgresql:///x?host={tmp_path}")
    where = Address(host="", port=0, socket=None, tls_certificate=None, tls_key=None)
    with socket.socket(socket.AF_UNIX) as listens:
        worker = get_context("spawn").Process(target=work, args=(nowhere, where, listens, alone))
        worker.start()
        worker.join()
    assert worker.exitcode == 1
    (line,) = [json.loads(one) for one in capfd.readouterr().err.splitlines()]
    assert (line["what"], line["reason"]) == ("worker_refused", "OFFICE_UNREACHABLE")


@pytest.fixture
def two(tmp_path: Path, postgresql_empty: str) -> Iterator[tuple[Served, str]]:
    """Two workers on PostgreSQL, and a joining code."""
    with beside(tmp_path / "office", postgresql_empty) as administration:
        administration.add_store("S1", "Main Street")
        code = administration.new_code("S1")
    with (
        tempfile.TemporaryDirectory(prefix="ho") as folder,
        serving(tmp_path / "office", postgresql_empty, Path(folder) / "s", workers=2) as served,
    ):
        until(lambda: served.log().count('"started"') == 2)
        yield served, code


@pytest.mark.long(
    beside="tests/fleet/test_killed_in_sync.py::test_what_arrived_without_its_answer_is_sent_again_and_counts_once"
)
def test_workers_that_are_killed_in_the_middle_of_batches_lose_nothing(
    two: tuple[Served, str], tmp_path: Path
) -> None:
    served, code = two
    demo = DemoTill(tmp_path)
    with served.client() as client:
        demo.join(client, code)
    acked = pushed_on(demo, served, 0, batches=3)
    with served.client() as client:  # whoever answers tells what both counted
        assert f"posloyalty_events_taken_total {float(acked)}" in client.get("/metrics").text
    for place, after_s in ((0, 0.0), (1, 0.02)):
        killer = threading.Timer(after_s, os.kill, (served.workers()[place], signal.SIGKILL))
        killer.start()
        acked = pushed_on(demo, served, acked, batches=len(demo.journal) // BATCH // 3)
        killer.join()
    acked = pushed_on(demo, served, acked, batches=len(demo.journal))
    assert acked == len(demo.journal)
    assert served.process.poll() is None
    with served.client() as client:
        assert demo.kept(client) == len(demo.journal)
        until_the_ledger_stands(client)
        sent = [(one.event_id, one.body, one.hash) for one in demo.journal]
        assert demo.back(client) == sent
    assert served.stop() == 0
    assert not any(alive(pid) for pid in served.workers().values())
    clock = SystemClock(SHANGHAI)
    with opened_office(served.data, served.url, clock=clock, chance=SystemChance()) as office:
        proof = verify_office(office.database, office.office, lambda _done, _whole: None)
    assert (proof.differences, proof.waiting, proof.unbooked) == ((), 0, 0)
    assert proof.events == len(demo.journal)


def test_workers_end_with_their_parent(two: tuple[Served, str]) -> None:
    served, _ = two
    pids = tuple(served.workers().values())
    assert [alive(pid) for pid in pids] == [True, True]
    served.kill()
    until(lambda: not any(alive(pid) for pid in pids))


def pushed_on(demo: DemoTill, served: Served, acked: int, *, batches: int) -> int:
    """How far a till comes with so many batches, each sent again until it is answered: it asks
    first how far the last one came.
    """
    for _ in range(batches):
        done = False
        while not done and acked < len(demo.journal):
            with suppress(httpx.TransportError), served.client() as client:
                acked = demo.kept(client)
                acked = demo.push(client, acked) if acked < len(demo.journal) else acked
                done = True
    return acked


def until(holds: Callable[[], bool]) -> None:
    for _ in range(1_200):
        if holds():
            return
        threading.Event().wait(0.1)
    raise AssertionError("it never came to be so")


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
