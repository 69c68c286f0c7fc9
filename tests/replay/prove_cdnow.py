"""The whole CDNOW file through the console, killed on the way: every member's totals compared."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import resources
from tests.replay.independent import cdnow_file, members, purchases

CLAIM = "all 23,570 CDNOW customers' totals equal the independent reckoning, after kills too"
KILLED_AFTER_S = (15, 40)
AS_OF = "1998-06-30"
FAULTS_MAX = 10


def prove(_part: int) -> tuple[dict[str, int], list[str]]:
    """Ring the file up, kill it twice, go on, and compare."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        found = folder / "members.csv"
        command = [sys.executable, "-m", "posloyalty", "replay", str(cdnow_file())]
        command += ["--programme", str(resources.path("programmes/cdnow.toml"))]
        command += ["--book", str(folder / "book"), "--json", "--as-of", AS_OF]
        command += ["--members", str(found)]
        kills = sum(_killed(command, after_s) for after_s in KILLED_AFTER_S)
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
        if finished.returncode:
            return {}, finished.stderr.splitlines()[-FAULTS_MAX:]
        told = json.loads(finished.stdout)
        figures = {"sales": told["rows"], "members": told["members"], "kills": kills}
        return figures, _differences(found)


def _killed(command: list[str], after_s: int) -> int:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            running.wait(timeout=after_s)
        except subprocess.TimeoutExpired:
            running.kill()
            return 1
    return 0


def _differences(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        found = {row.pop("member"): tuple(row.values()) for row in csv.DictReader(file)}
    expected = {
        row.member: (str(row.earned), str(row.expired), str(row.balance), row.tier)
        for row in members(purchases(cdnow_file())).itertuples()
    }
    return [
        f"{member}: expected {expected.get(member)}, found {found.get(member)}"
        for member in sorted({*expected, *found})
        if expected.get(member) != found.get(member)
    ][:FAULTS_MAX]
