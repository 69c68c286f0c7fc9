"""Make `.venv` with exactly the locked packages, on a machine that may have nothing but Python.

    python3 tools/make_environment.py [--with-installer] [--with-browser]

Only the standard library is used. Three steps, each skipped when it has nothing to do, so that a
second run takes a few hundredths of a second:

1. System packages: what Qt needs and Debian does not bring. Each library is tried by loading it,
   which also tells the truth on a system that is not Debian. As root, or where sudo asks no
   password, apt-get installs what is missing; otherwise the command is printed and we stop with 1.
2. `.venv`, updated in place when it works and made new when it does not; never deleted otherwise.
3. The locks of `requirements/`, checked by hash, then this checkout itself, editable.

A digest of the locks in `.venv/made-from` says what stands; it is written last, so that a run cut
short is taken up again by the next. Nothing is ever asked.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "made-from"
LOCK = ROOT / "requirements" / "development.lock"
DATA_LOCK = ROOT / "requirements" / "data.lock"

# Library as the loader knows it, and the Debian 12 package that has it. The first set is what Qt
# needs to draw without a display; the second adds windows under X11, printers by
# CUPS and USB, sound and camera.
QT_OFFSCREEN = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libX11.so.6": "libx11-6",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
}
QT_WINDOWS = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-util.so.1": "libxcb-util1",
    "libcups.so.2": "libcups2",
    "libusb-1.0.so.0": "libusb-1.0-0",
    "libpulse.so.0": "libpulse0",
    "libXrandr.so.2": "libxrandr2",
    "libXext.so.6": "libxext6",
    "libdrm.so.2": "libdrm2",
}


# What the tests of the web console drive, by the names that systems give it.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Unable(Exception):
    """The environment cannot be made here; the text tells a person what to do."""


def main(arguments: list[str]) -> int:
    """Bring the machine and `.venv` to what the locks say; 0 when all stands."""
    try:
        install_system_packages(missing_system_packages(arguments))
        if not STAMP.is_file() or STAMP.read_text(encoding="ascii") != digest():
            make_venv()
            install_locked_packages()
            STAMP.write_text(digest(), encoding="ascii")
    except Unable as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    return 0


def missing_system_packages(options: list[str]) -> list[str]:
    """Name the Debian packages that are wanted and not there, in the order of the tables."""
    if not sys.platform.startswith("linux"):
        return []
    wanted = [
        package for library, package in (QT_OFFSCREEN | QT_WINDOWS).items() if not loads(library)
    ]
    if importlib.util.find_spec("ensurepip") is None:
        wanted.insert(0, "python3-venv")
    if "--with-installer" in options and shutil.which("objdump") is None:
        wanted.append("binutils")
    if "--with-browser" in options and not any(map(shutil.which, BROWSERS)):
        wanted.append("chromium")
    return wanted


def loads(library: str) -> bool:
    """Tell whether the dynamic loader finds `library`."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_system_packages(packages: list[str]) -> None:
    """Install `packages` where we may, else raise with the command that a person has to run."""
    if not packages:
        return
    apt = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if shutil.which("apt-get") is None:
        raise Unable(
            "Missing on this system, under the names that Debian gives them:\n"
            f"  {' '.join(packages)}\nInstall what holds them, then run make again."
        )
    prefix = way_to_root()
    if prefix is None:
        raise Unable(
            "System packages are missing, and this account may not install them. Run as root:\n\n"
            f"  apt-get update && {' '.join(apt)}\n\nthen run make again."
        )
    say(f"installing system packages: {' '.join(packages)}")
    # Package lists of a fresh machine are empty, and old ones name files that are gone; fetching
    # them takes longer than the packages themselves, so only after the first try has failed.
    if run_apt(prefix, apt, quiet=True) != 0:
        run_apt(prefix, ["apt-get", "update"], quiet=False)
        if run_apt(prefix, apt, quiet=False) != 0:
            raise Unable(f"apt-get could not install them. Once it works:\n\n  {' '.join(apt)}")


def way_to_root() -> list[str] | None:
    """Give the words that make a command run as root without a question, or None."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    if shutil.which("sudo") and works([*sudo, "true"]):
        return sudo
    return None


def run_apt(prefix: list[str], command: list[str], *, quiet: bool) -> int:
    """Run apt-get without questions and give its exit code; `quiet` drops what it prints."""
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(  # the exit code decides what is tried next
        [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", command[0], "-q", *command[1:]],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        check=False,
    ).returncode


def make_venv() -> None:
    """Make `.venv`, unless one with a working pip and a Python that is new enough is there."""
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    python = venv_python()
    if python.exists() and works([str(python), "-c", check]):
        return
    say(f"making {VENV.name} with Python {sys.version.split()[0]}")
    # A child, because this process may have started before ensurepip was installed.
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "Python could not make .venv.")


def install_locked_packages() -> None:
    """Install the locks by hash, then this checkout; each failure says which step it was."""
    pip = [str(venv_python()), "-m", "pip", "install", "--disable-pip-version-check", "-q"]
    say(f"installing the packages of {LOCK.name} (1.3 GB on disk, about a minute on a good line)")
    problem = "pip could not install the locked packages; is the package index reachable?"
    run([*pip, "--require-hashes", "-r", str(LOCK)], problem)
    # Only its data files are read; what it would pull in is five times its size and unused.
    run([*pip, "--require-hashes", "--no-deps", "-r", str(DATA_LOCK)], problem)
    run(
        [*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)],
        "pip could not install this checkout into .venv.",
    )


def run(command: list[str], problem: str) -> None:
    """Run `command` without input; raise Unable with `problem` when it fails."""
    if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode != 0:
        raise Unable(problem)


def works(command: list[str]) -> bool:
    """Tell whether `command` ends well; what it prints is not shown."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def venv_python() -> Path:
    """Give the interpreter of `.venv`."""
    return VENV / "bin" / "python"


def digest() -> str:
    """Digest everything that decides what stands in `.venv`."""
    total = hashlib.sha256(str(ROOT).encode())  # an editable install knows where it was made
    for path in (LOCK, DATA_LOCK, ROOT / "pyproject.toml"):
        total.update(path.read_bytes())
    return total.hexdigest()


def say(text: str) -> None:
    """Tell the person at the terminal what takes so long."""
    print(f"[environment] {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
