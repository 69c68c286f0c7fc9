"""Scenario files in folders: which there are, and what becomes of one when it is run.

A folder is searched with the folders below it, and may hold programmes and anything else beside the
scenarios: what has no `scenario = ...` before its first table is passed over. Files that a scenario
names are looked for beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from posloyalty.domain.programme.finding import Finding, written
from posloyalty.domain.programme.finding import Path as Place
from posloyalty.domain.programme.syntax import line_of, places
from posloyalty.scenario.load import load
from posloyalty.scenario.run import Played, run
from posloyalty.scenario.seen import Difference
from posloyalty.scenario.telling import Wording as Words
from posloyalty.scenario.telling import difference_sentence, finding_sentence
from posloyalty.scenario.workshop import Workshop

_HEAD: Final = re.compile(r"^\s*scenario\s*=", re.MULTILINE)
_FIRST_TABLE: Final = re.compile(r"^\s*\[", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A file that was run, or could not be. `unreadable` says what is wrong with the file."""

    path: Path
    name: str = ""
    text: str = ""
    played: tuple[Played, ...] = ()
    unreadable: tuple[Finding, ...] = ()

    @property
    def passed(self) -> int:
        """How many cases went as expected."""
        return sum(one.passed for one in self.played)

    @property
    def failed(self) -> int:
        """How many did not."""
        return len(self.played) - self.passed

    def sentences(self, words: Words) -> Iterator[str]:
        """What is wrong with the file, or differs from it, in the order of the file."""
        for finding in self.unreadable:
            yield finding_sentence(finding, file=str(self.path), words=words)
        lines = places(self.text)
        for one in self.played:
            for difference in one.differences:
                yield self._sentence(one, difference, lines, words)

    def data(self, words: Words) -> dict[str, object]:
        """The same for programs."""
        lines = places(self.text)
        return {
            "file": str(self.path),
            "name": self.name,
            "findings": [
                {
                    "line": finding.line,
                    "path": finding.path,
                    "code": finding.code,
                    "facts": dict(finding.facts),
                    "text": finding_sentence(finding, file=str(self.path), words=words),
                }
                for finding in self.unreadable
            ],
            "cases": [
                {
                    "variant": one.variant,
                    "passed": one.passed,
                    "differences": [
                        {
                            "line": line_of(difference.path, lines),
                            "path": written(difference.path),
                            "code": difference.code,
                            "facts": dict(difference.facts),
                            "text": self._sentence(one, difference, lines, words),
                        }
                        for difference in one.differences
                    ],
                }
                for one in self.played
            ],
        }

    def _sentence(
        self, played: Played, difference: Difference, lines: Mapping[Place, int], words: Words
    ) -> str:
        return difference_sentence(
            difference, file=str(self.path), variant=played.variant, lines=lines, words=words
        )


def scenario_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that are meant: those named, and the scenarios in folders, in their order."""
    for path in paths:
        if path.is_dir():
            yield from (one for one in sorted(path.rglob("*.toml")) if _is_scenario(one))
        else:
            yield path


def run_file(path: Path, data: bytes, workshop: Workshop) -> Ran:
    """Play a file's bytes."""
    scenario = load(data, read_beside=lambda name: (path.parent / name).read_bytes())
    if isinstance(scenario, list):
        return Ran(path=path, unreadable=tuple(scenario))
    return Ran(path=path, name=scenario.name, text=scenario.text, played=run(scenario, workshop))


def _is_scenario(path: Path) -> bool:
    text = path.read_bytes().decode("utf-8-sig", "replace")
    table = _FIRST_TABLE.search(text)
    return _HEAD.search(text, 0, table.start() if table else len(text)) is not None
