"""The proofs: what each claims, in how many parts, and how a part is run."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.killing import Tally, a_killer, a_shop, check
from tests.faults.one_till import Figures, make_days
from tests.faults.whole_days import days_machine, days_settings
from tests.prove import chain, deals, full_disks, parity
from tests.replay import prove_cdnow
from tests.simulation.catching import failure
from tests.simulation.kinds import KINDS
from tests.sync.fleet import Fleet, agreed
from tests.sync.restores import RestoredFleet

ROOT: Final = Path(__file__).parents[2]
KILLS_A_PART: Final = 20
KILL_PARTS: Final = 10
# The suite's own cases are seeds 0 to 19; the proof uses others.
FIRST_SEED: Final = 1_000
PROPERTIES: Final = (
    "domain", "sync", "storage", "services", "ui", "benchmarks",
    "scenario", "insight", "simulation", "headoffice",
    "documents", "faults", "fleet", "journeys", "network",
    "headoffice/articles", "headoffice/cards", "headoffice/cases", "headoffice/console",
    "headoffice/driven", "headoffice/judging", "headoffice/ledger", "headoffice/members",
    "headoffice/programmes", "headoffice/running", "headoffice/store", "headoffice/tills",
    "",
)  # fmt: skip
"""By their places here it is noted what was proved before, so others come last. A folder is proved
without the folders in it that stand here by themselves; the last is what lies in none.
"""

FLEETS_A_PART: Final = 500
FLEET_PARTS: Final = 20
FLEET_STEPS: Final = 120

SIMULATED_A_PART: Final = 30
SIMULATION_PARTS: Final = 10
SIMULATE_PARTS: Final = 667
SIMULATED_STEPS: Final = 5_000

BOOKS_A_PART: Final = 50
DAY_PARTS: Final = 20
DAY_STEPS: Final = 40

Outcome = tuple[dict[str, int], list[str]]


@dataclass(frozen=True)
class Proof:
    """`claim` in words; `run(part)` gives figures and faults; `named`: only when asked for."""

    claim: str
    parts: int
    run: Callable[[int], Outcome]
    named: bool = False


def kills(part: int) -> Outcome:
    """Twenty kills in one book."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as made, a_killer() as killer:
        folder = a_shop(Path(made) / "book")
        for number in range(KILLS_A_PART):
            seed = FIRST_SEED + part * KILLS_A_PART + number
            check(folder, killer.kill_once(folder, seed), tally)
    figures = {
        "kills": tally.kills,
        "acknowledged sales": tally.sold,
        "lost": tally.lost,
        "open baskets back": tally.drafts_back,
        "baskets put aside": tally.holds,
        "baskets taken up again": tally.recalls,
        "receipts in doubt offered": tally.offered,
    }
    return figures, tally.faults


def days(part: int) -> Outcome:
    """Fifty books over whole days, every third act with a crash on its way."""
    figures, faults = Figures(), []
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        machine = days_machine(make_days(folder / "made"), folder / "days", figures)
        wanted = days_settings(runs=BOOKS_A_PART, steps=DAY_STEPS, database=None)
        try:
            run_state_machine_as_test(seed(FIRST_SEED + part)(machine), settings=wanted)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is the proof's finding
            where = traceback.extract_tb(fault.__traceback__)[-1]
            told = f"part {part}: {fault!r} in {where.name}, line {where.lineno}: {where.line}"
            faults = [told, *getattr(fault, "__notes__", ())]
    return figures.of(), faults


def collected_by(part: int) -> list[str]:
    """What pytest is told to collect for a part of the properties."""
    folder = PROPERTIES[part]
    others = [other for other in PROPERTIES if other.startswith(f"{folder}/")]
    if not folder:
        others = sorted(one.parent.name for one in ROOT.glob("tests/*/__init__.py"))
    place = f"tests/{folder}".rstrip("/")
    return [place, *(f"--ignore=tests/{other}" for other in others)]


def properties(part: int) -> Outcome:
    """Every test of one folder, with thousands of examples a property and all cases."""
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "--prove", "-q", *collected_by(part)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    passed = re.search(r"(\d+) passed", finished.stdout)
    faults = [] if finished.returncode == 0 else finished.stdout.splitlines()[-15:]
    return {"tests": int(passed[1]) if passed else 0}, faults


def fleets(part: int) -> Outcome:
    """Five hundred worlds of three tills, a head office and a bad network; half of them lend, half
    put tills back from copies.
    """
    totals: dict[str, int] = {"worlds": 0}
    faults = []
    for number in range(FLEETS_A_PART):
        seed = FIRST_SEED + part * FLEETS_A_PART + number
        kind = RestoredFleet if number % 4 > 1 else Fleet
        fleet = kind(seed, lending=number % 2 == 1)
        try:
            fleet.run(FLEET_STEPS)
            agreed(fleet)
        except AssertionError as fault:
            faults.append(f"seed {seed}: {fault}")
        totals["worlds"] += 1
        for what, count in fleet.counts.items():
            totals[what] = totals.get(what, 0) + count
    return totals, faults


def simulation(part: int) -> Outcome:
    """Thirty seeds of the simulation, a world of each kind of each."""
    totals: dict[str, int] = {"worlds": 0}
    faults = []
    for number in range(SIMULATED_A_PART):
        seed = FIRST_SEED + part * SIMULATED_A_PART + number
        for kind in KINDS:
            found = failure(seed, kind=kind, steps=SIMULATED_STEPS)
            totals["worlds"] += 1
            totals["steps"] = totals.get("steps", 0) + SIMULATED_STEPS
            faults += [] if found is None else [str(found)]
    return totals, faults


PROOFS: Final[dict[str, Proof]] = {
    "kills": Proof(
        claim="kill -9 at any moment loses no acknowledged sale, and no basket on hold",
        parts=KILL_PARTS,
        run=kills,
    ),
    "days": Proof(
        claim="whole days with a crash at any statement hold against a notebook beside the till",
        parts=DAY_PARTS,
        run=days,
    ),
    "properties": Proof(
        claim="the properties hold on thousands of examples, every screen in every dressing, and "
        "head office on both databases",
        parts=len(PROPERTIES),
        run=properties,
    ),
    "fleets": Proof(
        claim="tills and head office come to the same whatever the network does and whichever copy "
        "of its book a till goes back to, and what is spent "
        "from leases is never spent twice",
        parts=FLEET_PARTS,
        run=fleets,
    ),
    "simulation": Proof(
        claim="worlds of tills under faults of clocks, networks, programs and books come right "
        "when the faults end",
        parts=SIMULATION_PARTS,
        run=simulation,
    ),
    "simulate": Proof(
        claim="the same for twenty thousand seeds",
        parts=SIMULATE_PARTS,
        run=lambda part: simulation(SIMULATION_PARTS + part),
        named=True,
    ),
    "deals": Proof(claim=deals.CLAIM, parts=deals.PARTS, run=deals.prove),
    "parity": Proof(claim=parity.CLAIM, parts=parity.PARTS, run=parity.prove),
    "chain": Proof(claim=chain.CLAIM, parts=chain.PARTS, run=chain.prove),
    "disks": Proof(claim=full_disks.CLAIM, parts=full_disks.PARTS, run=full_disks.prove),
    "cdnow": Proof(claim=prove_cdnow.CLAIM, parts=1, run=prove_cdnow.prove),
}
