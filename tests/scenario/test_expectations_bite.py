"""No expectation is idle: in every scenario that ships, each one that is altered is a difference.

All the figures, codes and days that a file expects are altered at once, and each must be reported
at its own place or at the table around it. The file is otherwise played as it ships. The suite
alters every fifteenth file, `make prove` all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from posloyalty.scenario.files import run_file
from posloyalty.scenario.workshop import Workshop
from posloyalty.wording import Words
from tests.scenario.test_shipped import FILES

# What these hold is no figure: ids of steps, texts that must not be there, names of reasons' facts.
LEFT_ALONE = {"same_as", "receipt_lacks"}
Path_ = tuple[str | int, ...]


@pytest.mark.long(sample=-(-len(FILES) // 15))
@pytest.mark.parametrize("name", FILES)
def test_every_figure_that_is_altered_is_a_difference(name: str, workshop: Workshop) -> None:
    file = tomlkit.parse(FILES[name].read_text(encoding="utf-8"))
    altered = list(_alter_all(file))
    assert altered
    done = run_file(Path(name), tomlkit.dumps(file).encode("utf-8"), workshop)
    assert done.unreadable == (), list(done.sentences(Words("en")))
    found = {difference.path for one in done.played for difference in one.differences}
    assert [path for path in altered if not _told(path, found)] == []


def _told(path: Path_, found: set[Path_]) -> bool:
    """Whether a difference was found at a place, or at something around it below `expect`."""
    least = path.index("expect") + 2
    return any(path[:length] in found for length in range(least, len(path) + 1))


def _alter_all(file: Any) -> Iterator[Path_]:
    if "expect" in file:
        yield from _alter(file["expect"], ("expect",))
    for kind in ("when", "variant"):
        for place, table in enumerate(file.get(kind, ())):
            if "expect" in table:
                yield from _alter(table["expect"], (kind, place, "expect"))


def _alter(table: Any, path: Path_) -> Iterator[Path_]:
    items = enumerate(table) if isinstance(table, list) else list(table.items())
    for key, value in items:
        if key in LEFT_ALONE or value == []:
            continue
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            table[key] = [text + "9" for text in value]
            yield (*path, key)
        elif isinstance(value, dict | list):
            yield from _alter(value, (*path, key))
        else:
            table[key] = _other(value)
            yield (*path, key)


def _other(value: Any) -> Any:
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, int):
        return value + 1
    text = str(value)
    if text[-1:].isdigit():
        return text[:-1] + str((int(text[-1]) + 1) % 10)
    return text + "X"
