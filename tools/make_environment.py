"""Make `.venv` with exactly the locked packages, on a machine that may have nothing but Python.

    python3 tools/make_environment.py [--with-installer] [--with-browser]

Only the standard library is used. Three steps, each skipped when it has nothing to do, so that a
second run takes a few hundredths of a second:

1. System packages: what Qt needs and Debian does not bring. Each library is tried by loading it,
   which also tells the truth on a system that is not Debian. As root, or where sudo asks no
   password, apt-get installs what is missing; otherwise the command is printed and we stop with 1.
2. `.venv`, updated in place when it works and made new when it does not; never deleted otherwise.
   Of the Pythons of one version that are found it is made with the quickest, unless one is named
   by `PYTHON`: how an interpreter was built makes more difference than anything in our code.
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


# Objects, attributes, texts, bytes and dictionaries, as a batch of events or a quote makes them; it
# prints the best of many short rounds, in nanoseconds of the processor.
MEASURE = """
import time
class Thing:
    __slots__ = ("number", "name")
    def __init__(self, number, name):
        self.number = number
        self.name = name
def work():
    sums = {}
    for number in range(2000):
        thing = Thing(number, str(number))
        sums[thing.name] = sums.get(thing.name, 0) + thing.number
        thing = (thing.number, bytes.fromhex("0123456789abcdef"), thing.name)
def took():
    began = time.process_time_ns()
    work()
    return time.process_time_ns() - began
print(min(took() for _ in range(30)))
"""
CLEARLY_PERCENT = 90
"""Another Python is taken where it needs so much of the time, or less."""


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
    if "--with-installer" in options:
        if shutil.which("objdump") is None:
            wanted.append("binutils")
        wanted += missing_python_library()
    if "--with-browser" in options and not any(map(shutil.which, BROWSERS)):
        wanted.append("chromium")
    return wanted


def missing_python_library() -> list[str]:
    """Name the package of Python as a library, which Debian's own does not need and an app does."""
    configured = VENV / "pyvenv.cfg"
    if configured.is_file():
        said = [line.partition(" = ") for line in configured.read_text("utf-8").splitlines()]
        home = Path(next((value for name, _, value in said if name == "home"), ""))
    else:
        home = Path(quickest_python()).resolve().parent
    library = f"libpython{version()}"
    lacks = home == Path("/usr/bin") and not loads(f"{library}.so.1.0")
    return [library] if lacks else []


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
    chosen = quickest_python()
    say(f"making {VENV.name} with {chosen}, Python {version()}")
    make = ["-m", "venv", "--clear", str(VENV)]
    if chosen != sys.executable and works([chosen, *make]):
        return
    # A child, because this process may have started before ensurepip was installed.
    run([sys.executable, *make], "Python could not make .venv.")


def quickest_python() -> str:
    """Give the Python for `.venv`: this one, unless another of its version is clearly quicker.

    A build with profile-guided optimization, as Linux distributions have it, may need half of the
    time of one that was compiled on the spot. Whoever names a Python gets that one.
    """
    here = sys.executable
    if os.environ.get("PYTHON"):
        return here
    times = {one: nanoseconds(one) for one in other_pythons()}
    best = min(times, key=times.__getitem__, default=here)
    own = nanoseconds(here)
    return best if 100 * times.get(best, own) <= CLEARLY_PERCENT * own else here


def other_pythons() -> list[str]:
    """Give the Pythons of this one's version on the search path that can make an environment."""
    check = (
        f"import ensurepip, venv, sys; sys.exit('%d.%d' % sys.version_info[:2] != '{version()}')"
    )
    seen = {os.path.realpath(sys.executable)}
    found = []
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for name in ("python3", f"python{version()}"):
            one = shutil.which(name, path=folder) if folder else None
            if one is None or os.path.realpath(one) in seen:
                continue
            seen.add(os.path.realpath(one))
            if works([one, "-I", "-c", check]):
                found.append(one)
    return found


def version() -> str:
    """Give the version of this Python without its patches; every other one taken has the same."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def nanoseconds(python: str) -> int:
    """Measure how long a Python takes for some work; beyond all bounds where it does not say."""
    told = subprocess.run(
        [python, "-I", "-S", "-c", MEASURE], capture_output=True, encoding="ascii", check=False
    )
    return int(told.stdout) if told.stdout.strip().isdigit() else sys.maxsize


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
