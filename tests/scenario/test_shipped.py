"""Every scenario that ships, as one test each: the numbers of LOYALTY, reached on real tills.

The suite plays so many that every word is played (`sampled`), `make prove` all.
"""

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
from tests.scenario.sampled import sampled, saying_all, words_of

_PROOFS = scenario_run._proofs
FOLDER = resources.path("scenarios")
FILES = {str(path.relative_to(FOLDER)): path for path in scenario_files([FOLDER])}
SAMPLED = sampled(FILES)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in SAMPLED else pytest.mark.long(sample=0))
        for name in FILES
    ],
)
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


def test_the_suite_plays_every_word_that_any_scenario_says() -> None:
    words = {
        name: words_of(path.read_text(encoding="utf-8"), frozenset({"rolling_months"}))
        for name, path in FILES.items()
    }
    played = frozenset[str]().union(*(words[name] for name in SAMPLED))
    assert played == frozenset[str]().union(*words.values())
    assert {"step sale", "rolling_months", "per_spend"} <= played


def test_who_says_most_of_what_is_left_is_played_next() -> None:
    said = {"a": frozenset("xy"), "b": frozenset("xyz"), "c": frozenset("w"), "d": frozenset("z")}
    assert saying_all(said) == ["b", "c"]


def test_every_toml_file_below_is_a_scenario() -> None:
    assert sorted(FILES.values()) == sorted(FOLDER.rglob("*.toml"))
    assert len(FILES) > 40


def run(path: Path, workshop: Workshop) -> Ran:
    return run_file(path, path.read_bytes(), workshop)
