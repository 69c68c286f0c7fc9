"""`python -m tests.benchmarks [NAME ...]`: measure, print the entries as JSON, exit 0.

Without names all areas run. A miss is shown, not hidden, and changes no exit code; a benchmark that
breaks ends the run, for a figure that nobody measured must not look like one.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.benchmarks.entry import Entry, printed
from tests.benchmarks.options import Options

# The screen before the members: measuring an idle till leaves the large shop's files cold.
AREAS = (
    "offers",
    "sale",
    "refund",
    "screen",
    "touch",
    "gui",
    "members",
    "receipt",
    "shift",
    "programme",
    "replay",
    "wire",
    "ingest",
    "campaign",
    "often",
    "chain",
    "roll",
    "articles",
    "line",
    "crowd",
    "beside_sync",
    "tryout",
    "start",
)


def main(arguments: list[str]) -> int:
    """Run the named areas and print their entries."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("areas", nargs="*", metavar="|".join(AREAS))
    parser.add_argument("--members", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=3_000, help="purchases to replay; 0 for all")
    parser.add_argument("--cache", type=Path, default=Path(".bench"))
    wanted = parser.parse_args(arguments)
    unknown = sorted(set(wanted.areas) - set(AREAS))
    if unknown:
        parser.error(f"no such area: {', '.join(unknown)}")
    entries: list[Entry] = []
    with TemporaryDirectory(prefix="posloyalty-bench-") as folder:
        options = Options(
            folder=Path(folder),
            cache=wanted.cache.resolve(),
            members=wanted.members,
            rows=wanted.rows,
        )
        for area in wanted.areas or AREAS:
            started = monotonic()
            print(f"{area} ...", file=sys.stderr, flush=True)
            for entry in importlib.import_module(f"tests.benchmarks.{area}").measure(options):
                print(f"  {entry.line()}", file=sys.stderr, flush=True)
                entries.append(entry)
            print(f"{area} took {monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    print(printed(entries))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
