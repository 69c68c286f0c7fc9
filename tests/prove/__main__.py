"""Run the long proofs: `python -m tests.prove [--again] [NAME ...]`.

A proof is a row of parts; finished parts are noted in `build/prove.json`, so a run that was stopped
goes on where it was. What a part counted is added up and printed as a table at the end. The exit
code is 1 when anything failed; a failed part is run again the next time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from tests.prove.proofs import PROOFS, Proof

STATE = Path(__file__).parents[2] / "build" / "prove.json"
Figures = dict[str, int]


def main(arguments: list[str]) -> int:
    """Run what is left of the named proofs, or of all; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("--again", action="store_true", help="forget what was proved before")
    parser.add_argument(
        "name", nargs="*", choices=[*PROOFS, []], help="which proofs; all but the longest if none"
    )
    given = parser.parse_args(arguments)
    state: dict[str, dict[str, Figures]] = {} if given.again else read_state()
    wanted = given.name or [name for name, proof in PROOFS.items() if not proof.named]
    failed = False
    for name in wanted:
        failed |= run(PROOFS[name], name, state)
    for name in wanted:
        print(summary(name, PROOFS[name], state.get(name, {})))
    return 1 if failed else 0


def run(proof: Proof, name: str, state: dict[str, dict[str, Figures]]) -> bool:
    """Run the parts that are left; returns whether one failed."""
    done = state.setdefault(name, {})
    failed = False
    for part in range(proof.parts):
        if str(part) in done:
            continue
        began = time.monotonic()
        figures, faults = proof.run(part)
        figures["seconds"] = round(time.monotonic() - began)
        print(f"{name} {part + 1}/{proof.parts}: {told(figures)}", flush=True)
        for fault in faults:
            print(f"  FAULT {fault}", flush=True)
        if faults:
            failed = True
            continue
        done[str(part)] = figures
        write_state(state)
    return failed


def summary(name: str, proof: Proof, done: dict[str, Figures]) -> str:
    """One line: how much is proved and what was counted."""
    totals: Figures = {}
    for figures in done.values():
        for what, count in figures.items():
            totals[what] = totals.get(what, 0) + count
    return f"{name}: {len(done)} of {proof.parts} parts, {told(totals)}: {proof.claim}"


def told(figures: Figures) -> str:
    """Figures as words."""
    return ", ".join(f"{count} {what}" for what, count in figures.items()) or "nothing yet"


def read_state() -> dict[str, dict[str, Figures]]:
    """What was proved before."""
    if not STATE.exists():
        return {}
    read: dict[str, dict[str, Figures]] = json.loads(STATE.read_text("utf-8"))
    return read


def write_state(state: dict[str, dict[str, Figures]]) -> None:
    """Note what is proved; the file is replaced whole."""
    STATE.parent.mkdir(exist_ok=True)
    unfinished = STATE.with_suffix(".part")
    unfinished.write_text(json.dumps(state, indent=1), "utf-8")
    unfinished.replace(STATE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
