"""Starting the till: first paint beside a bare window, and a cold start up to the sale screen.

First paint runs from the spawn of a fresh process to the line that it prints behind its first
paint, ours and the bare window's in turn, both with everything in the system's cache. The sign-in
is from spawn to the names, and on to the open sale screen; cold after the system dropped its
caches, which needs root on Linux (elsewhere it is "not measured"). Its limit is on the clock;
beside it, in turn, runs a bare window that opens the same book and verifies the same hash, to tell
the machine and its day from the till. There the PIN is typed as soon as the names are there; a hand
takes a second, in which the till's services come, so that what is waited for then is measured too.
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

from tests.benchmarks.entry import Entry, at
from tests.benchmarks.large_shop import large_till
from tests.benchmarks.options import Options

ROOT: Final = Path(__file__).resolve().parents[2]
DROP_CACHES: Final = Path("/proc/sys/vm/drop_caches")
DEMO_MEMBERS: Final = 2_000
TIMES: Final = 15
WARM: Final = 2
COLD_TIMES: Final = 5
FIRST_PAINT_LIMIT: Final = 1.5
BARE_LIMIT: Final = 5
NAMES_LIMIT: Final = 1.5
COLD_LIMIT_MS: Final = 1_500
BARE_WINDOW: Final = ("-m", "tests.benchmarks.bare_window")
BARE_SIGN_IN: Final = ("-m", "tests.benchmarks.bare_sign_in")
SIGN_IN: Final = ("-m", "tests.benchmarks.sign_in_process")
MOMENTS: Final = ("painted", "names", "typed", "accepted", "open")
# Choosing a name, four digits and Enter, for somebody who does it every day.
HAND_MS: Final = 1_200
HAND_LIMIT_MS: Final = 500
PATIENCE_S: Final = 300


def measure(options: Options) -> Iterator[Entry]:
    """First paint, then the sign-in, warm and cold."""
    with large_till(options, members=DEMO_MEMBERS) as (_till, shop):
        folder = shop / "till"
    yield _first_paint(folder)
    yield from _sign_in(folder, cold=False)
    yield from _sign_in(folder, cold=True)
    yield _by_hand(folder)


def python(*arguments: str) -> str:
    """What a fresh Python without a display prints; raises when it fails."""
    ran = subprocess.run(
        (sys.executable, *arguments),
        cwd=ROOT,
        env=_environment(),
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    return ran.stdout


def _first_paint(folder: Path) -> Entry:
    till = ("-m", "ui", "--demo", "--data", str(folder), "--quit-after-first-paint")
    mine: list[float] = []
    other: list[float] = []
    for n in range(WARM + TIMES):
        for arguments, into in ((till, mine), (BARE_WINDOW, other)):
            took = _ms_to_first_line(arguments)
            if n >= WARM:
                into.append(took)
    return Entry(
        name="first paint, median",
        ours=_median(mine),
        reference=_median(other),
        limit=FIRST_PAINT_LIMIT,
        note=f"{TIMES} fresh processes in turn, warm caches, from spawn to behind the first paint",
    )


def _sign_in(folder: Path, *, cold: bool) -> Iterator[Entry]:
    name = f"sign-in with a PIN, {'cold' if cold else 'warm'}, median"
    names = f"names at the sign-in, {'cold' if cold else 'warm'}, median"
    beside = f"{name}, beside a bare window with that book and hash"
    if cold and not os.access(DROP_CACHES, os.W_OK):
        note = "not measured: nobody may drop the system's caches here"
        yield Entry(name=names, ours=None, limit=NAMES_LIMIT, note=note)
        yield Entry(name=name, ours=None, limit=COLD_LIMIT_MS, note=note)
        yield Entry(name=beside, ours=None, limit=BARE_LIMIT, note=note)
        return
    took: dict[str, list[float]] = {moment: [] for moment in MOMENTS}
    bare = []
    # The first start of all compiles what later ones find.
    python(*SIGN_IN, str(folder))
    for _ in range(COLD_TIMES):
        if cold:
            _drop_caches()
        bare.append(_ms_to_first_line((*BARE_SIGN_IN, str(folder))))
        if cold:
            _drop_caches()
        started = monotonic_ns()
        moments = json.loads(python(*SIGN_IN, str(folder)))
        for moment, figures in took.items():
            figures.append((moments[moment] - started) / 1e6)
    parts = ", ".join(f"{moment} {_median(figures):.0f} ms" for moment, figures in took.items())
    yield Entry(
        name=names,
        ours=_median(took["names"]),
        reference=_median(bare),
        limit=NAMES_LIMIT,
        note="beside a bare window that opens that book and verifies the hash too",
    )
    yield Entry(
        name=name,
        ours=_median(took["open"]),
        limit=COLD_LIMIT_MS,
        note=f"from spawn to the sale screen on the demo shop: {parts}",
    )
    yield Entry(
        name=beside,
        ours=_median(took["open"]),
        reference=_median(bare),
        limit=BARE_LIMIT,
        note=f"{COLD_TIMES} fresh processes of each kind in turn",
    )


def _by_hand(folder: Path) -> Entry:
    waits, whole = [], []
    for _ in range(COLD_TIMES):
        started = monotonic_ns()
        moments = json.loads(python(*SIGN_IN, str(folder), str(HAND_MS)))
        waits.append((moments["open"] - moments["typed"]) / 1e6)
        whole.append((moments["open"] - started) / 1e6)
    return Entry(
        name="sign-in with a PIN typed by hand, from its last digit to the sale, median",
        ours=_median(waits),
        limit=HAND_LIMIT_MS,
        note=f"typed {HAND_MS} ms after the names; {_median(whole):.0f} ms from spawn",
    )


def _ms_to_first_line(arguments: tuple[str, ...]) -> float:
    """From spawn to the first line that a fresh Python prints, which then ends by itself."""
    started = monotonic_ns()
    with subprocess.Popen(
        (sys.executable, *arguments), cwd=ROOT, env=_environment(), stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        took = (monotonic_ns() - started) / 1e6
    if process.returncode or not line:
        raise RuntimeError(f"{arguments} ended with {process.returncode} and printed nothing")
    return took


def _environment() -> dict[str, str]:
    """No display, compiled modules kept, and nothing that Qt says of windows without a display."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "*=false"}
    # Qt's own event loop tells each wait before it begins; that of GLib tells whole rounds.
    environment["QT_NO_GLIB"] = "1"
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _drop_caches() -> None:
    os.sync()
    DROP_CACHES.write_text("3\n")


def _median(figures: list[float]) -> float:
    return at(sorted(figures), 0.5)
