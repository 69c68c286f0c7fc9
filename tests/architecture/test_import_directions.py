"""The import contracts of `pyproject.toml` bite: each is broken on purpose in a made-up tree.

`make check` runs the contracts on this checkout; the first test here does so too, because a
direction that is broken should fail the suite and not wait for the checks.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import CHECKOUT, planted

SKELETON = """
posloyalty posloyalty.bootstrap posloyalty.cli posloyalty.devices posloyalty.documents
posloyalty.domain posloyalty.domain.engine posloyalty.domain.ledger posloyalty.domain.members
posloyalty.domain.programme posloyalty.domain.shop posloyalty.domain.values posloyalty.front_door
posloyalty.headoffice posloyalty.insight posloyalty.scenario
posloyalty.scenario.workshop posloyalty.services
posloyalty.storage posloyalty.sync posloyalty.system posloyalty.wording
ui ui.__main__ ui.application ui.book_door ui.presenters ui.views ui.widgets
""".split()

# Contract, importer, imported. Each importer is a module of its own inside the package named.
VIOLATIONS = [
    ("layers", "posloyalty.services", "posloyalty.storage"),
    ("layers", "posloyalty.storage", "posloyalty.documents"),
    ("layers", "posloyalty.sync", "posloyalty.services"),
    ("layers", "posloyalty.bootstrap", "posloyalty.cli"),
    ("layers", "posloyalty.bootstrap", "posloyalty.scenario"),
    ("layers", "posloyalty.scenario", "posloyalty.cli"),
    ("domain-layers", "posloyalty.domain.values", "posloyalty.domain.shop"),
    ("domain-layers", "posloyalty.domain.shop", "posloyalty.domain.ledger"),
    ("domain-layers", "posloyalty.domain.programme", "posloyalty.domain.engine"),
    ("pure-rules", "posloyalty.domain.engine", "sqlalchemy"),
    ("pure-rules", "posloyalty.domain.values", "time"),
    ("pure-rules", "posloyalty.sync", "socket"),
    ("verbs", "posloyalty.services", "sqlalchemy"),
    ("verbs", "posloyalty.services", "posloyalty.wording"),
    ("no-qt-below", "posloyalty.devices", "PySide6"),
    ("no-qt-below", "posloyalty.documents", "ui"),
    ("wording", "posloyalty.wording", "posloyalty.domain.shop"),
    ("plain-presenters", "ui.presenters", "PySide6"),
    ("plain-presenters", "ui.presenters", "posloyalty.storage"),
    ("views-hold-no-rules", "ui.views", "posloyalty.domain.engine"),
    ("layers", "posloyalty.storage", "posloyalty.headoffice"),
    ("server-apart", "ui.presenters", "posloyalty.headoffice"),
    ("server-apart", "posloyalty.services", "fastapi"),
    ("server-apart", "posloyalty.storage", "psycopg"),
    ("no-qt-below", "posloyalty.headoffice", "PySide6"),
    ("composition", "ui.views", "posloyalty.bootstrap"),
    ("composition", "posloyalty.services", "posloyalty.bootstrap"),
    ("composition", "posloyalty.scenario", "posloyalty.bootstrap"),
    ("layers", "posloyalty.front_door", "posloyalty.bootstrap"),
    ("composition", "ui.presenters", "posloyalty.front_door"),
]

NEXT = "--- the next tree ---"
LINTER = f"""
import os, sys
from importlinter.cli import lint_imports_command
own = list(sys.path)
for root in sys.argv[1:]:
    print({NEXT!r}, flush=True)
    if not os.fork():
        os.chdir(root)
        sys.path[:] = [root, *own]
        try:
            lint_imports_command(["--no-cache"], standalone_mode=False)
        except SystemExit:
            pass
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)
    os.wait()
"""


def contracts() -> dict[str, str]:
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    found = settings["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract["name"] for contract in found}


def test_this_checkout_keeps_every_direction() -> None:
    assert broken(CHECKOUT) == [set()]


def test_every_contract_is_tried_below() -> None:
    assert {contract for contract, _, _ in VIOLATIONS} == set(contracts())


def test_a_tree_that_breaks_nothing_passes(tmp_path: Path) -> None:
    skeleton(tmp_path)
    assert broken(tmp_path) == [set()]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[set[str]]:
    """What each violation breaks in a tree of its own, in their order."""
    roots = []
    for _contract, importer, imported in VIOLATIONS:
        root = tmp_path_factory.mktemp("planted")
        skeleton(root)
        planted(root, {f"{importer.replace('.', '/')}/planted.py": f"import {imported}\n"})
        roots.append(root)
    return broken(*roots)


@pytest.mark.parametrize("violation", VIOLATIONS, ids=" ".join)
def test_a_planted_import_breaks_its_contract(
    found: list[set[str]], violation: tuple[str, str, str]
) -> None:
    assert contracts()[violation[0]] in found[VIOLATIONS.index(violation)]


def skeleton(root: Path) -> None:
    files = {f"{name.replace('.', '/')}/__init__.py": "" for name in SKELETON}
    files["pyproject.toml"] = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    planted(root, files)


def broken(*roots: Path) -> list[set[str]]:
    """Give the names of the contracts that each tree breaks. One process imports the linter, which
    takes longer than to look at a tree, and is there anew for each.
    """
    finished = subprocess.run(
        [sys.executable, "-c", LINTER, *map(str, roots)],
        env={"PATH": "", "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    told = finished.stdout.split(NEXT)[1:]
    assert len(told) == len(roots), finished.stderr
    return [broken_in(one, finished.stderr) for one in told]


def broken_in(told: str, fault: str) -> set[str]:
    verdicts = dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", told, re.MULTILINE))
    assert set(verdicts) == set(contracts().values()), told + fault
    return {name for name, verdict in verdicts.items() if verdict == "BROKEN"}
