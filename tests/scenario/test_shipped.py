"""Every scenario that ships, as one test each: the numbers of LOYALTY, reached on real tills."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import resources
from posloyalty.scenario import run as scenario_run
from posloyalty.scenario.files import Ran, run_file, scenario_files
from posloyalty.scenario.run import Difference
from posloyalty.scenario.workshop import Workshop
from posloyalty.scenario.world import World
from posloyalty.sync.office.judging import Verdict
from posloyalty.wording import Words
from tests.scenario.judging import verdicts

_PROOFS = scenario_run._proofs
FOLDER = resources.path("scenarios")
FILES = {str(path.relative_to(FOLDER)): path for path in scenario_files([FOLDER])}


@pytest.mark.parametrize("name", FILES)
def test_it_goes_as_it_expects(
    name: str, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    differing: list[tuple[str, Verdict]] = []

    def proofs(world: World) -> Iterator[Difference]:
        for placed in world.tills.values():
            differing.extend(one for one in verdicts(placed) if one[1].differences)
        return _PROOFS(world)

    monkeypatch.setattr(scenario_run, "_proofs", proofs)
    done = run(FILES[name], workshop)
    assert list(done.sentences(Words("en"))) == []
    assert done.passed
    assert differing == []  # head office comes to the same figures of each sale by the journal


@pytest.mark.parametrize("name", FILES)
def test_it_says_what_it_shows_by_which_policies_and_where_its_numbers_come_from(name: str) -> None:
    text = FILES[name].read_text(encoding="utf-8")
    for key in ("name = ", "shows = ", "source = ", "policies = "):
        assert text.count(f"\n{key}") >= 1


def test_every_toml_file_below_is_a_scenario() -> None:
    assert sorted(FILES.values()) == sorted(FOLDER.rglob("*.toml"))
    assert len(FILES) > 40


def run(path: Path, workshop: Workshop) -> Ran:
    return run_file(path, path.read_bytes(), workshop)
