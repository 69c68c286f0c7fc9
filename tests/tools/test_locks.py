"""The locks say everything about what is installed, and nothing about where it comes from."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent.parent
LOCKS = ROOT / "requirements"
PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>\S+?)(?: ; (?P<marker>.+?))? \\$", re.M)


def pins(name: str) -> dict[str, tuple[str, str]]:
    """Give version and marker of every package of the lock `name`."""
    text = (LOCKS / name).read_text(encoding="ascii")
    return {m["name"]: (m["version"], m["marker"] or "") for m in PIN.finditer(text)}


def wanted(group: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = project["dependencies"]
    if group == "development.lock":
        found = [*found, *project["optional-dependencies"]["dev"]]
    return [Requirement(text) for text in found]


@pytest.mark.parametrize("lock", ["runtime.lock", "development.lock"])
def test_a_lock_answers_every_requirement_of_the_project(lock: str) -> None:
    locked = pins(lock)
    unanswered = [
        str(requirement)
        for requirement in wanted(lock)
        if canonicalize_name(requirement.name) not in locked
        or locked[canonicalize_name(requirement.name)][0] not in requirement.specifier
    ]
    assert unanswered == []


def test_both_locks_choose_the_same_versions() -> None:
    assert pins("runtime.lock").items() <= pins("development.lock").items()


@pytest.mark.parametrize("lock", ["runtime.lock", "development.lock", "data.lock"])
def test_every_line_of_a_lock_is_an_exact_version_with_a_hash(lock: str) -> None:
    lines = (LOCKS / lock).read_text(encoding="ascii").splitlines()
    odd = [
        line
        for line in lines
        if not PIN.match(line) and not re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)
    ]
    assert odd == []
    assert len(pins(lock)) > 0


def test_this_environment_is_the_locked_one() -> None:
    locked = pins("development.lock") | pins("data.lock")
    different = {
        name: (version, installed(name))
        for name, (version, marker) in locked.items()
        if (not marker or Marker(marker).evaluate()) and installed(name) != version
    }
    assert different == {}


def installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
