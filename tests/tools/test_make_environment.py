"""A bare machine is told what it lacks; nothing is asked, and nothing happens twice."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import make_environment
from tools.make_environment import QT_OFFSCREEN, QT_WINDOWS, Unable

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Record what would be run as root instead of running it; every command works."""
    commands: list[list[str]] = []

    def record(prefix: list[str], command: list[str], *, quiet: bool) -> int:
        commands.append([*prefix, *command])
        return 0

    monkeypatch.setattr(make_environment, "run_apt", record)
    monkeypatch.setattr(make_environment.shutil, "which", lambda name: f"/usr/bin/{name}")
    return commands


def root_by(way: list[str] | None) -> Callable[[], list[str] | None]:
    return lambda: way


def test_a_browser_is_wanted_for_the_tests_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_environment, "loads", lambda library: True)
    monkeypatch.setattr(make_environment.shutil, "which", lambda name: None)
    assert make_environment.missing_system_packages([]) == []
    assert make_environment.missing_system_packages(["--with-browser"]) == ["chromium"]
    monkeypatch.setattr(make_environment.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert make_environment.missing_system_packages(["--with-browser"]) == []


def test_what_the_loader_lacks_is_named_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = {"libEGL.so.1", "libxcb-cursor.so.0"}
    monkeypatch.setattr(make_environment, "loads", lambda library: library not in lacking)

    assert make_environment.missing_system_packages([]) == ["libegl1", "libxcb-cursor0"]


def test_the_loader_is_asked_in_earnest() -> None:
    assert make_environment.loads("libc.so.6")
    assert not make_environment.loads("libposloyalty-is-not-a-library.so.1")


def test_python_without_ensurepip_wants_the_venv_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_environment, "loads", lambda library: True)
    monkeypatch.setattr(make_environment.importlib.util, "find_spec", lambda name: None)

    assert make_environment.missing_system_packages([]) == ["python3-venv"]


def test_nothing_missing_runs_nothing(ran: list[list[str]]) -> None:
    make_environment.install_system_packages([])
    assert ran == []


@pytest.mark.parametrize("way", [[], ["sudo", "-n"]])
def test_with_root_the_packages_are_installed(
    ran: list[list[str]], monkeypatch: pytest.MonkeyPatch, way: list[str]
) -> None:
    monkeypatch.setattr(make_environment, "way_to_root", root_by(way))

    make_environment.install_system_packages(["libegl1"])

    assert ran == [[*way, "apt-get", "install", "-y", "--no-install-recommends", "libegl1"]]


def test_stale_package_lists_are_renewed_once(
    ran: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([100, 0, 0])
    monkeypatch.setattr(make_environment, "way_to_root", root_by([]))
    monkeypatch.setattr(
        make_environment,
        "run_apt",
        lambda prefix, command, quiet: ran.append(command) or next(answers),
    )

    make_environment.install_system_packages(["libegl1"])

    assert [command[1] for command in ran] == ["install", "update", "install"]


def test_without_root_the_exact_command_is_given(
    ran: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make_environment, "way_to_root", root_by(None))

    with pytest.raises(Unable) as refusal:
        make_environment.install_system_packages(["python3-venv", "libegl1"])

    assert (
        "apt-get update && apt-get install -y --no-install-recommends python3-venv libegl1"
        in str(refusal.value)
    )
    assert ran == []


def test_without_apt_the_names_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_environment.shutil, "which", lambda name: None)

    with pytest.raises(Unable, match="libegl1"):
        make_environment.install_system_packages(["libegl1"])


def test_a_standing_environment_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = tmp_path / "made-from"
    stamp.write_text(make_environment.digest(), encoding="ascii")
    monkeypatch.setattr(make_environment, "STAMP", stamp)
    monkeypatch.setattr(make_environment, "missing_system_packages", lambda options: [])
    monkeypatch.setattr(make_environment, "run", lambda command, problem: pytest.fail(problem))

    assert make_environment.main([]) == 0


def test_an_install_cut_short_is_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[list[str]] = []

    def unreachable(command: list[str], problem: str) -> None:
        asked.append(command)
        raise Unable(problem)

    monkeypatch.setattr(make_environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(make_environment, "STAMP", tmp_path / ".venv" / "made-from")
    monkeypatch.setattr(make_environment, "missing_system_packages", lambda options: [])
    # Another Python may be quicker here or not, by a hair: the one that runs this is taken.
    monkeypatch.setattr(make_environment, "other_pythons", list)
    monkeypatch.setattr(make_environment, "run", unreachable)

    for _ in range(2):
        assert make_environment.main([]) == 1
        assert not make_environment.STAMP.exists()
        assert "could not make .venv" in capsys.readouterr().err
    # The second run began where the first one did, since nothing says that it stands.
    assert asked[0] == asked[1]
    assert asked[0][:3] == [sys.executable, "-m", "venv"]


def test_the_two_tables_name_no_library_twice() -> None:
    packages = [*QT_OFFSCREEN.values(), *QT_WINDOWS.values()]
    assert len(set(packages)) == len(packages)
    assert not set(QT_OFFSCREEN) & set(QT_WINDOWS)


def test_an_old_python_is_refused_with_its_version(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2"\nexit 1\n')
    old.chmod(0o755)
    for tool in ("dirname",):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")

    finished = subprocess.run(
        ["/bin/sh", str(ROOT / "tools" / "make_environment.sh")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert finished.returncode == 1
    assert "needs Python 3.11 or newer" in finished.stderr
    assert "python3 here is: Python 3.9.2" in finished.stderr


@pytest.fixture
def on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Put a Python of a version first on the search path, that says it needs so many nanoseconds
    for the work that is measured; this one needs 1,000.
    """
    monkeypatch.delenv("PYTHON", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(nanoseconds: str, *, able: bool = True) -> str:
        other = tmp_path / "python3"
        other.write_text(f"#!/bin/sh\n[ $2 = -c ] && exit {int(not able)}\necho '{nanoseconds}'\n")
        other.chmod(0o755)
        measured = make_environment.nanoseconds
        monkeypatch.setattr(
            make_environment,
            "nanoseconds",
            lambda python: 1000 if python == sys.executable else measured(python),
        )
        return str(other)

    return put


def test_a_python_that_is_clearly_quicker_makes_the_environment(
    on_the_path: Callable[..., str],
) -> None:
    other = on_the_path("900")
    # It was asked whether it has this version and can make an environment at all.
    assert make_environment.other_pythons() == [other]
    assert make_environment.quickest_python() == other


@pytest.mark.parametrize("told", ["901", "", "no number"])
def test_hardly_quicker_or_broken_is_no_reason_for_another_python(
    on_the_path: Callable[..., str], told: str
) -> None:
    on_the_path(told)
    assert make_environment.quickest_python() == sys.executable


def test_a_python_of_another_version_or_without_ensurepip_is_not_taken(
    on_the_path: Callable[..., str],
) -> None:
    on_the_path("1", able=False)
    assert make_environment.quickest_python() == sys.executable


def test_whoever_names_a_python_gets_it(
    on_the_path: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_path("1")
    monkeypatch.setenv("PYTHON", sys.executable)
    assert make_environment.quickest_python() == sys.executable


def test_a_python_is_measured_in_earnest() -> None:
    """With the very work that is in the script, in a process of its own."""
    assert 0 < make_environment.nanoseconds(sys.executable) < sys.maxsize


def test_where_the_quicker_one_makes_no_environment_this_one_does(
    on_the_path: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = on_the_path("1")
    tried: list[str] = []
    monkeypatch.setattr(make_environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(make_environment, "works", lambda command: bool(tried.append(command[0])))
    monkeypatch.setattr(make_environment, "run", lambda command, problem: tried.append(command[0]))
    monkeypatch.setattr(make_environment, "other_pythons", lambda: [other])

    make_environment.make_venv()

    assert tried == [other, sys.executable]


@pytest.mark.parametrize(
    ("home", "there", "wanted"),
    [("/usr/bin", False, True), ("/usr/bin", True, False), ("/opt/python/bin", False, False)],
)
def test_an_app_needs_debians_python_as_a_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str, there: bool, wanted: bool
) -> None:
    (tmp_path / "pyvenv.cfg").write_text(f"home = {home}\nversion = 3.11.2\n")
    monkeypatch.setattr(make_environment, "VENV", tmp_path)
    monkeypatch.setattr(make_environment, "loads", lambda library: there or "python" not in library)
    monkeypatch.setattr(make_environment.shutil, "which", lambda name: f"/usr/bin/{name}")
    library = f"libpython{make_environment.version()}"

    found = make_environment.missing_system_packages(["--with-installer"])

    assert found == ([library] if wanted else [])
    assert library not in make_environment.missing_system_packages([])


def test_the_script_needs_only_the_standard_library() -> None:
    finished = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
         "import tools.make_environment as m; print(m.missing_system_packages([]))"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )  # fmt: skip
    assert finished.stdout.startswith("[")
