"""The programme that a scenario is about: text in the file, a file beside it, or one that ships.

A text that does not say its `language` is a piece: it gets a head with the shop's currency and time
zone, so that a case is as short as what it is about. A variant changes single values of it, such as
`programme.wallet.points.multipliers = "multiplicative"`: things of a list go by their ids, and a
table of another `kind` takes the place of the one that is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import tomlkit

import resources
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.finding import Finding, Path, written
from posloyalty.domain.programme.load import LANGUAGE, load
from posloyalty.scenario.block import Block, ScenarioReading

SOURCES: Final = ("text", "file", "ships")
TEXT_MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class _Source:
    """The bytes, where they come from, and how a line of them becomes one of the scenario."""

    data: bytes
    name: str
    first_line: int


def read_source(block: Block) -> tuple[Programme, bytes] | None:
    """The programme and its file's bytes, as the variant changes it; None with findings."""
    source = _source(block)
    if source is None:
        return None
    reading, data = block.reading, source.data
    read = load(data)
    if isinstance(read, list):
        reading.elsewhere += [_moved(one, block, source) for one in read]
        return None
    if reading.patch:
        changed, missing = patched(data.decode("utf-8-sig"), reading.patch)
        reading.unpatched.append(set(missing))
        data = changed.encode("utf-8")
        read = load(data)
        if isinstance(read, list):
            reading.elsewhere += [_of_patch(one, reading) for one in read]
            return None
    if read.currency != reading.currency:
        codes = {"given": read.currency.code, "shop": reading.currency.code}
        reading.found(block.path, "OTHER_CURRENCY", **codes)
    _remember(block, read)
    return read, data


def _remember(block: Block, read: Programme) -> None:
    """What later tables of the scenario may name."""
    reading = block.reading
    reading.programme_id = reading.programme_id or read.id
    reading.scales |= {wallet.id: wallet.scale for wallet in read.wallets}
    for scheme in read.tier_schemes:
        reading.levels[scheme.id] = {level.id: level.names for level in scheme.levels}


def _source(block: Block) -> _Source | None:
    present = [key for key in SOURCES if key in block]
    if len(present) != 1:
        code = "KIND_TWICE" if present else "KIND_MISSING"
        block.reading.found(block.path, code, known=", ".join(SOURCES))
        for key in present:
            block.value(key)
        return None
    (key,) = present
    if key == "text":
        return _inline(block)
    name = block.text(key)
    try:
        data = (
            resources.read(f"programmes/{name}.toml")
            if key == "ships"
            else block.reading.read_beside(name)
        )
    except (OSError, ValueError):
        block.found(key, "NO_SUCH_FILE", given=name)
        return None
    return _Source(data, name, 0)


def _inline(block: Block) -> _Source | None:
    value = block.value("text")
    if not isinstance(value, str) or len(value) > TEXT_MOST:
        block.found("text", "NOT_TEXT", given=str(value)[:60])
        return None
    reading = block.reading
    reading.pieces += 1
    head = "" if _is_whole(value) else _head(block)
    line = reading.line_of((*block.path, "text")) or 1
    opened = reading.source_line(line).rstrip().endswith(("'''", '"""'))
    first = line + (1 if opened else 0) - head.count("\n")
    return _Source((head + value).encode("utf-8"), "", first)


def _is_whole(text: str) -> bool:
    """Whether the text says its language, which a programme does before its first table."""
    head = text.split("\n[", 1)[0]
    return any(line.split("=")[0].strip() == "language" for line in head.splitlines())


def _head(block: Block) -> str:
    reading = block.reading
    return (
        f'language = {LANGUAGE}\nid = "programme"\nversion = {reading.pieces}\n'
        f'currency = "{reading.currency.code}"\ntimezone = "{reading.zone}"\n'
    )


def _moved(finding: Finding, block: Block, source: _Source) -> Finding:
    """A finding of the programme as one of the scenario."""
    if not source.name:
        line = source.first_line + finding.line - 1 if finding.line else 0
        return replace(finding, line=line)
    where = f"{source.name}:{finding.line}" if finding.line else source.name
    inner = f"{where} {finding.path}".rstrip()
    path, line = f"{written(block.path)} ({inner})", block.reading.line_of(block.path)
    return replace(finding, path=path, line=line)


def _of_patch(finding: Finding, reading: ScenarioReading) -> Finding:
    """A finding of a programme that was good before the variant changed it."""
    path = f"{written(reading.patch_path)} ({finding.path})"
    return replace(finding, path=path, line=reading.line_of(reading.patch_path))


def patched(text: str, patch: Mapping[str, object]) -> tuple[str, list[Path]]:
    """The text with some values changed, and the paths of those that it has no place for."""
    document = tomlkit.parse(text)
    missing: list[Path] = []
    _patch(document, patch, (), missing)
    return tomlkit.dumps(document), missing


def _patch(target: Any, patch: Mapping[str, object], path: Path, missing: list[Path]) -> None:
    for key, value in patch.items():
        place = (*path, key)
        if isinstance(target, list):
            found = next((item for item in target if item.get("id") == key), None)
            if found is None or not isinstance(value, Mapping):
                missing.append(place)
            else:
                _patch(found, value, place, missing)
        elif isinstance(value, Mapping) and _may_be_changed(target.get(key), value):
            _patch(target[key], value, place, missing)
        else:
            target[key] = value


def _may_be_changed(there: Any, value: Mapping[str, object]) -> bool:
    """Whether single values of what is there are changed; a table of another kind replaces it, for
    the keys of one kind mean nothing to another.
    """
    if isinstance(there, Mapping):
        return value.get("kind", there.get("kind")) == there.get("kind")
    return isinstance(there, list)
