"""Starting the till: first paint beside a bare window, and a cold start up to the sale screen.

First paint is the whole life of a fresh process, from spawn to its end right behind the first
paint, ours and the bare window's in turn, both with everything in the system's cache. Cold is from
spawn to the open sale screen after the system dropped its caches, which needs root on Linux;
elsewhere it is "not measured". A cold bare window is in the note, to tell the disk from the till.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic_ns
from typing import Final

from tests.benchmarks.entry import Entry, at, in_turn, timed
from tests.benchmarks.large_shop import large_till
from tests.benchmarks.options import Options

ROOT: Final = Path(__file__).resolve().parents[2]
DROP_CACHES: Final = Path("/proc/sys/vm/drop_caches")
DEMO_MEMBERS: Final = 2_000
TIMES: Final = 15
WARM: Final = 2
COLD_TIMES: Final = 5
FIRST_PAINT_LIMIT: Final = 1.5
COLD_LIMIT_MS: Final = 1_500
PATIENCE_S: Final = 300


def measure(options: Options) -> Iterator[Entry]:
    """First paint, then the sign-in, warm and cold."""
    with large_till(options, members=DEMO_MEMBERS) as (_till, shop):
        folder = shop / "till"
    yield _first_paint(folder)
    yield _sign_in(folder, cold=False)
    yield _sign_in(folder, cold=True)


def python(*arguments: str) -> str:
    """What a fresh Python without a display prints; raises when it fails."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    ran = subprocess.run(
        (sys.executable, *arguments),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    return ran.stdout


def _first_paint(folder: Path) -> Entry:
    till = ("-m", "ui", "--demo", "--data", str(folder), "--quit-after-first-paint")
    mine, other = in_turn(lambda _: python(*till), lambda _: _bare_window(), times=TIMES, warm=WARM)
    return Entry(
        name="first paint, median",
        ours=at(mine, 0.5),
        reference=at(other, 0.5),
        limit=FIRST_PAINT_LIMIT,
        note="fresh processes, warm caches, from spawn to the end behind the first paint",
    )


def _sign_in(folder: Path, *, cold: bool) -> Entry:
    name = f"sign-in with a PIN, {'cold' if cold else 'warm'}, median"
    if cold and not os.access(DROP_CACHES, os.W_OK):
        note = "not measured: nobody may drop the system's caches here"
        return Entry(name=name, ours=None, limit=COLD_LIMIT_MS, note=note)
    took: dict[str, list[float]] = {"painted": [], "names": [], "open": []}
    bare = []
    for n in range(COLD_TIMES):
        if cold:
            _drop_caches()
            bare.append(timed(lambda _: _bare_window(), n))
            _drop_caches()
        started = monotonic_ns()
        moments = json.loads(python("-m", "tests.benchmarks.sign_in_process", str(folder)))
        for moment, figures in took.items():
            figures.append((moments[moment] - started) / 1e6)
    parts = ", ".join(f"{moment} {_median(figures):.0f} ms" for moment, figures in took.items())
    beside = f"; a bare window as cold {_median(bare):.0f} ms" if cold else ""
    return Entry(
        name=name,
        ours=_median(took["open"]),
        limit=COLD_LIMIT_MS,
        note=f"from spawn to the sale screen on the demo shop: {parts}{beside}",
    )


def _bare_window() -> str:
    return python("-m", "tests.benchmarks.bare_window")


def _drop_caches() -> None:
    os.sync()
    DROP_CACHES.write_text("3\n")


def _median(figures: list[float]) -> float:
    return at(sorted(figures), 0.5)
