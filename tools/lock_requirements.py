"""Write the locks of `requirements/` from `pyproject.toml`: every version exact, every file hashed.

    .venv/bin/python tools/lock_requirements.py [--upgrade]

One lock serves Linux, Windows and macOS: packages that only one of them needs carry a marker.
Versions already locked stay unless `--upgrade` is given. `runtime.lock` is what the program needs,
`development.lock` all of that and the tools, `data.lock` a package whose data files the tests read
and whose own dependencies are left out. No index is named, so each place uses its own.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
RESOLVER = "uv>=0.13,<0.14"
DATA = "lifetimes==0.11.3\n"


def main(arguments: list[str]) -> None:
    """Resolve and write the three locks."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        scripts = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin")
        subprocess.run([scripts / "pip", "install", "-q", RESOLVER], check=True)
        data = Path(folder) / "data.in"
        data.write_text(DATA, encoding="ascii")
        compile_lock = [
            str(scripts / "uv"), "pip", "compile", "-q", "--universal", "--python-version", "3.11",
            "--generate-hashes", "--no-header", "--no-annotate", *arguments,
        ]  # fmt: skip
        project = str(ROOT / "pyproject.toml")
        development = str(FOLDER / "development.lock")
        run([*compile_lock, project, "--extra", "dev", "-o", development])
        # What both hold must agree, so the second is resolved under the first.
        runtime = str(FOLDER / "runtime.lock")
        run([*compile_lock, project, "-c", development, "-o", runtime])
        run([*compile_lock, "--no-deps", str(data), "-o", str(FOLDER / "data.lock")])


def run(command: list[str]) -> None:
    """Run one resolution; its own message is the best there is, so it is left to speak."""
    subprocess.run(command, check=True, cwd=ROOT)


if __name__ == "__main__":
    main(sys.argv[1:])
