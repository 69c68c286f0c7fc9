"""The judgement on a commit fails when checks or tests fail, and always runs both."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FAKE_MAKE = """#!/bin/sh
echo "made $1"
case "$1" in check) exit {check};; test) exit {test};; esac
exit 9
"""


@pytest.mark.parametrize(
    ("check", "test", "passes"), [(0, 0, True), (2, 0, False), (0, 2, False), (1, 1, False)]
)
def test_checks_and_tests_both_run_and_both_count(
    tmp_path: Path, check: int, test: int, passes: bool
) -> None:
    make = tmp_path / "make"
    make.write_text(FAKE_MAKE.format(check=check, test=test))
    make.chmod(0o755)

    finished = subprocess.run(
        ["/bin/bash", str(ROOT / ".ci" / "run")],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert finished.stdout.splitlines() == ["made check", "made test"]
    assert (finished.returncode == 0) is passes
    assert ("make check failed" in finished.stderr) is (check != 0)
    assert ("make test failed" in finished.stderr) is (test != 0)


def test_make_alone_explains_every_target() -> None:
    finished = subprocess.run(
        ["make", "--silent"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    targets = {line.split()[1] for line in finished.stdout.splitlines()}
    assert targets >= {
        "run", "test", "check", "bench", "prove", "translations", "installer", "screenshots",
        "clean",
    }  # fmt: skip
