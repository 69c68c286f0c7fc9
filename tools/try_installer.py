"""Let the built app ring its journey offscreen, and judge it by what it leaves.

    python tools/try_installer.py dist/posloyalty-till/posloyalty-till

The app runs in an empty folder with an empty home and without this checkout or any Python on its
paths, so that nothing is found by chance. Wanted are exit code 0, screenshots, a receipt as PDF and
the till's book. The console beside it has to print the very schema of programme files that this
checkout prints: every kind is in it, and no import statement names a kind. The verdict and the
folder's size are printed; the exit code is 0 only for "works".
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

WAIT_S_MAX = 300
ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ("programme", "schema")
WANTED = {"screenshots": "*.png", "receipt": "*.pdf", "book": "*.book"}


def main(arguments: list[str]) -> int:
    """Run the app named and report; 0 when the journey was completed."""
    app = Path(arguments[0]).resolve()
    print(f"{app.parent}: {size_bytes(app.parent) // 1_000_000} MB")
    with tempfile.TemporaryDirectory() as folder:
        problems = try_journey(app, Path(folder)) + try_console(app, Path(folder))
    for problem in problems:
        print(f"does not work: {problem}", file=sys.stderr)
    if not problems:
        print("works: the built app completed the journey, its console knows every kind")
    return 1 if problems else 0


def try_journey(app: Path, folder: Path) -> list[str]:
    """Run the journey below `folder`; give what went wrong, nothing when all is there."""
    journey, data = folder / "journey", folder / "data"
    command = [str(app), "--demo", "--journey", str(journey), "--data", str(data)]
    try:
        finished = subprocess.run(
            command,
            cwd=folder,
            env=bare_environment(folder),
            stdin=subprocess.DEVNULL,
            timeout=WAIT_S_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [f"it was not done after {WAIT_S_MAX} s"]
    problems = [
        f"no {what} ({pattern}) was left" for what, pattern in WANTED.items()
        if not any(folder.rglob(pattern))
    ]  # fmt: skip
    if finished.returncode != 0:
        problems.insert(0, f"it ended with {finished.returncode}")
    return problems


def try_console(app: Path, folder: Path) -> list[str]:
    """Let the console beside the app print the schema; give what went wrong."""
    console = app.with_name(app.name.replace("posloyalty-till", "posloyalty"))
    told = []
    for command, place, environment in (
        ([str(console)], folder, bare_environment(folder)),
        ([sys.executable, "-m", "posloyalty"], ROOT, dict(os.environ)),
    ):
        finished = subprocess.run(
            [*command, *SCHEMA],
            cwd=place,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WAIT_S_MAX,
            check=False,
        )
        if finished.returncode != 0:
            return [f"{command[0]} ended with {finished.returncode}: {finished.stderr[-300:]!r}"]
        told.append(finished.stdout.splitlines())
    return [] if told[0] == told[1] else ["its console does not know the kinds of this checkout"]


def bare_environment(folder: Path) -> dict[str, str]:
    """Give an environment without any Python's settings, and a home that is empty."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "VIRTUAL_ENV", "XDG_", "LD_"))
    }
    return kept | {"HOME": str(folder / "home"), "QT_QPA_PLATFORM": "offscreen"}


def size_bytes(folder: Path) -> int:
    """Add up the files below `folder`, each counted once though links may point at it."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
