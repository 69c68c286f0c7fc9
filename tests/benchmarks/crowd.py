"""Two thousand tills at one head office: each waits for news and sells every twenty seconds.

The server is the one that people start, with two workers on PostgreSQL; the tills are one process
of their own (`crowd_tills`), each with a key, a journal and two connections over TCP as a real one
has: one on which it waits, one on which it says hello, sends a sale, and asks what is new. Every
twentieth sale is of another till's regular; no till has said that it knows a member, so none has
news. Joining, which happens once in a till's life, is done before.

A request fails when it is answered otherwise than it should be, or not signed by head office. Who
is told to come later does, as a till does; their time runs on. What is told of each kind of request
is from its sending to its answer; of a wait only what came later than it was asked for, or after
the news was there.

Then the server is stopped and started again, and every till says hello within one second, as after
an outage that ends for all of them at once: what a till would spread over half a minute.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

import httpx

from posloyalty.headoffice.running.opening import opened_office
from posloyalty.system import SystemChance, SystemClock
from tests.benchmarks.entry import Entry, at
from tests.benchmarks.ingest import postgresql
from tests.benchmarks.line import processor_s
from tests.benchmarks.options import Options
from tests.headoffice.a_till import ATill

TILLS: Final = 2_000
TILLS_A_STORE: Final = 10
WORKERS: Final = 2
SELLS_EVERY_S: Final = 20.0
SECONDS: Final = 60
LIMIT_MS: Final = 1_000.0
BACK_MS: Final = 10_000.0
"""Nobody waits for a till's first hello after an outage but what it sold meanwhile."""
START_S: Final = 120.0


def measure(options: Options) -> Iterator[Entry]:
    """One crowd."""
    folder = options.folder / "crowd"
    with postgresql() as url:
        known = options.folder / "crowd.json"
        known.write_text(json.dumps(_joined(folder, url, TILLS)))
        with _serving(folder, url) as address:
            told = _ran(known, address, SECONDS)
            before_s = processor_s()
        server_s = processor_s() - before_s
        had = options.folder / "had.json"
        had.write_text(json.dumps(told["had"]))
        with _serving(folder, url) as address:
            back = _ran(known, address, 0, str(had))
        with opened_office(folder, url, clock=SystemClock(UTC), chance=SystemChance()) as office:
            kept = sum(one.kept for one in office.administration.tills())
    yield from _entries(told, kept, server_s)
    yield from _back(back)


def _ran(known: Path, address: str, seconds: int, *more: str) -> dict[str, Any]:
    """What the tills' process told."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.crowd_tills", str(known), address,
         str(SELLS_EVERY_S), str(seconds), *more],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def _entries(told: dict[str, Any], kept: int, server_s: float) -> Iterator[Entry]:
    name = f"{TILLS:,} tills, each selling every {SELLS_EVERY_S:.0f} s for {SECONDS} s"
    faults = told["faults"]
    lost = told["acknowledged"] - kept
    took = {kind: sorted(figures) for kind, figures in told["took"].items()}
    requests = sum(len(figures) for figures in took.values())
    yield Entry(
        name=f"{name}, requests that failed and sales that are not there",
        ours=len(faults) + max(0, lost),
        limit=0,
        unit="of them",
        note=f"{requests:,} requests, {kept:,} sales kept, {told['sent_away']:,} times sent away"
        f" for a while, {told['waiting']:,} tills waited at once; the server took"
        f" {server_s:.0f} s of the processors' time with its start and its lanes,"
        f" {1_000 * server_s / max(1, told['answered']):.1f} ms for each of"
        f" {told['answered']:,} answers, the tills' process {told['busy']:.0%} of one"
        + "".join(f"; {fault}" for fault in faults[:3]),
    )
    for kind, figures in took.items():
        yield Entry(
            name=f"{name}, {kind}, p99",
            ours=at(figures, 0.99),
            limit=LIMIT_MS,
            note=f"{len(figures):,} of them, median {at(figures, 0.5):.0f} ms,"
            f" longest {figures[-1]:.0f} ms",
        )


def _back(told: dict[str, Any]) -> Iterator[Entry]:
    """What came of all of them at once."""
    took, faults = sorted(told["took"]["hello"]), told["faults"]
    name = f"all {TILLS:,} tills say hello within a second of a restart of head office"
    yield Entry(
        name=f"{name}, those that were not answered",
        ours=TILLS - len(took) + len(faults),
        limit=0,
        unit="of them",
        note="".join(f"{fault}; " for fault in faults[:3]),
    )
    yield Entry(
        name=f"{name}, p99",
        ours=at(took, 0.99),
        limit=BACK_MS,
        note=f"from when it wants to until it is answered; {told['sent_away']:,} times one was sent"
        f" away for a while, median {at(took, 0.5):.0f} ms, longest {took[-1]:.0f} ms",
    )


def _joined(folder: Path, url: str, count: int) -> list[dict[str, Any]]:
    """So many tills that head office knows, and what each has to know."""
    clock = SystemClock(UTC)
    tills = []
    with opened_office(folder, url, clock=clock, chance=SystemChance()) as office:
        for store in range(-(-count // TILLS_A_STORE)):
            office.administration.add_store(f"S{store}", f"S{store}")
        for number in range(count):
            till = ATill(clock, number=1 + number)  # type: ignore[arg-type]
            store, place = divmod(number, TILLS_A_STORE)
            code = office.administration.new_code(f"S{store}")
            heard = till.join(office, code, till_code=f"T{place}")
            assert heard.status == 201, heard
            tills.append(
                {
                    "number": till.number,
                    "certificate": till.certificate.hex(),
                    "office": till.office,
                    "office_key": till.office_key.hex(),
                }
            )
    return tills


@contextmanager
def _serving(folder: Path, url: str) -> Iterator[str]:
    """The address of a server with its workers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "posloyalty", "headoffice", "--data", str(folder),
             "--database", url, "--workers", str(WORKERS), "--port", str(port)],
            stdout=log,
            stderr=log,
        )  # fmt: skip
        try:
            _until_it_answers(f"http://127.0.0.1:{port}/health")
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(60)


def _until_it_answers(address: str) -> None:
    until = monotonic() + START_S
    while True:
        try:
            if httpx.get(address, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            assert monotonic() < until, "the server never answered"
        sleep(0.2)
