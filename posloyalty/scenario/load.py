"""Reading a scenario file: `load(bytes)` gives the scenario, or everything that is wrong with it.

A file with anything wrong in it is not run at all. Every variant is read for itself, because it may
change the programme and what is expected; what is wrong in all of them is said once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from posloyalty.domain.programme.finding import Finding, Path
from posloyalty.domain.programme.syntax import places
from posloyalty.domain.programme.toml_file import TomlFile, located, read_toml
from posloyalty.scenario.block import Block, ScenarioReading, nothing_beside
from posloyalty.scenario.case_reader import FORMAT, CaseReader, Variant
from posloyalty.scenario.frame import currency_of
from posloyalty.scenario.scenario import Case, Scenario

__all__ = ["FORMAT", "load"]

VARIANTS_MOST: Final = 50


def load(
    data: bytes, *, read_beside: Callable[[str], bytes] = nothing_beside
) -> Scenario | list[Finding]:
    """The scenario in a file, or every finding; `read_beside` reads files that it names."""
    file = read_toml(data)
    if isinstance(file, list):
        return file
    newer = _newer_format(file.table)
    if newer:
        return newer
    return _Reader(file, read_beside).scenario()


def _newer_format(table: Mapping[str, object]) -> list[Finding]:
    given = table.get("scenario")
    if type(given) is int and given > FORMAT:
        facts = (("given", str(given)), ("known", str(FORMAT)))
        return [Finding("NEWER_FORMAT", "scenario", 0, facts)]
    return []


class _Reader:
    """Reads one file, variant by variant, and keeps what was found wrong."""

    def __init__(self, file: TomlFile, read_beside: Callable[[str], bytes]) -> None:
        self._file = file
        self._read_beside = read_beside
        self._lines = places(file.text)
        self._found: dict[tuple[Path, str, tuple[tuple[str, str], ...]], None] = {}
        self._elsewhere: dict[Finding, None] = {}

    def scenario(self) -> Scenario | list[Finding]:
        """Everything that the file says, or what is wrong with it."""
        top = self._block()
        variants = self._variants(top)
        cases = [self._case(variant, variants) for variant in variants]
        if self._found or self._elsewhere:
            findings = [*located(self._found, self._file.text), *self._elsewhere]
            return sorted(findings, key=lambda finding: finding.line)
        return Scenario(
            name=top.text("name"),
            shows=top.paragraph("shows"),
            text=self._file.text,
            cases=tuple(cases),
        )

    def _block(self) -> Block:
        reading = ScenarioReading(
            currency_of(self._file.table),
            text=self._file.text,
            lines=self._lines,
            read_beside=self._read_beside,
        )
        return Block(self._file.table, (), reading)

    def _variants(self, top: Block) -> list[Variant]:
        found = []
        for place, table in enumerate(top.sections("variant")):
            found.append(Variant(table.text("name"), place))
        names = [variant.name for variant in found]
        for variant in found:
            if names.count(variant.name) > 1:
                path = ("variant", variant.place, "name")
                top.reading.found(path, "ID_TWICE", given=variant.name)
        if len(found) > VARIANTS_MOST:
            top.found("variant", "TOO_MANY_OF", most=VARIANTS_MOST)
        self._keep(top.reading)
        return found or [Variant("", -1)]

    def _case(self, variant: Variant, variants: list[Variant]) -> Case:
        file = self._block()
        names = tuple(one.name for one in variants if one.place >= 0)
        case = CaseReader(file, variant, names).case()
        self._keep(file.reading)
        return case

    def _keep(self, reading: ScenarioReading) -> None:
        self._found |= dict.fromkeys(reading.findings)
        self._elsewhere |= dict.fromkeys(reading.elsewhere)
