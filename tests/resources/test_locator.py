"""One locator serves a checkout, a wheel and the frozen app."""

import subprocess
import sys
from pathlib import Path

import pytest

import resources


def test_a_resource_is_read_as_bytes_as_text_and_as_a_file() -> None:
    name = "fonts/OFL.txt"

    assert resources.path(name).is_file()
    assert resources.read(name).startswith(b"Copyright")
    assert resources.text(name) == resources.read(name).decode("utf-8")


def test_a_folder_is_a_resource_too() -> None:
    assert (resources.path("fonts") / "OFL.txt").is_file()


def test_a_missing_resource_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="fonts/Comic"):
        resources.path("fonts/Comic.ttf")


@pytest.mark.parametrize(
    "name", ["", "/etc/passwd", "../pyproject.toml", "fonts/../../x", "fonts\\OFL.txt"]
)
def test_a_name_that_leads_outside_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a resource name"):
        resources.path(name)


def test_resources_are_found_from_any_working_folder(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", "import resources; print(len(resources.read('fonts/OFL.txt')))"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert int(finished.stdout) == len(resources.read("fonts/OFL.txt"))
