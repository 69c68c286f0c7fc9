"""A checkout works anywhere: it names no package index and no folder of the machine it was made on.

The names looked for are put together here, so that this file does not hold what it forbids.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import CHECKOUT, Source, planted

HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("deb", "debian", "org"),
        ("snapshot", "debian", "org"),
        ("npmjs", "org"),
        ("proxy", "golang", "org"),
        ("conda", "anaconda", "org"),
    )
]
FOLDERS = [f"/{name}/" for name in ("root", "work", "opt/wheels", "opt/py" + "pi")]
INDEX_OPTIONS = ["index-url", "find-links", "trusted-host"]
TRACES = re.compile(
    "|".join(
        [rf"\b{re.escape(host)}\b" for host in HOSTS]
        + [rf"(?<![\w.\-/}}]){re.escape(folder)}" for folder in FOLDERS]
        + [rf"^[ \t]*--(?:extra-)?{option}" for option in INDEX_OPTIONS]
    ),
    re.MULTILINE,
)
# Each of them has one of these, which is found in a tenth of the time: few files do.
MARKS = [*HOSTS, *FOLDERS, *INDEX_OPTIONS]
# git's own test of what is not text: a zero byte near the beginning.
LOOKED_FOR_ZERO_BYTES = 8_000


def test_no_file_names_an_index_or_a_folder_of_some_machine() -> None:
    assert list(traces(Source(CHECKOUT))) == []


@pytest.mark.parametrize(
    "line",
    [
        f"See https://{HOSTS[0]}/project",
        f"mirror = http://files.{HOSTS[1]}",
        "--" + INDEX_OPTIONS[0] + " http://example.test",
        "--extra-" + INDEX_OPTIONS[0] + "=x",
        f"open('{FOLDERS[0]}book')",
        f"{FOLDERS[1]}main/ui",
    ],
)
def test_a_planted_trace_is_found(tmp_path: Path, line: str) -> None:
    source = planted(tmp_path, {"docs/a.md": f"one\n{line}\n"})
    assert [finding.split(": ")[0] for finding in traces(source)] == ["docs/a.md:2"]


def test_a_trace_among_other_bytes_is_found_and_pictures_are_not_read(tmp_path: Path) -> None:
    trace = FOLDERS[0].encode()
    (tmp_path / "names.csv").write_bytes(b"\xd6\xd0 " + trace)
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\0 " + trace)
    assert [finding.split(":")[0] for finding in traces(Source(tmp_path))] == ["names.csv"]


def test_other_words_are_left_alone(tmp_path: Path) -> None:
    text = "net" + FOLDERS[1] + "x, homework/1, example.org, tree/root, " + HOSTS[0] + "anic\n"
    assert list(traces(planted(tmp_path, {"docs/a.md": text}))) == []


def traces(source: Source) -> Iterator[str]:
    for path in source.files(""):
        file = source.root / path
        content = file.read_bytes() if file.is_file() else b""
        if b"\0" in content[:LOOKED_FOR_ZERO_BYTES]:
            continue
        text = content.decode("utf-8", errors="replace")
        if not any(mark in text for mark in MARKS):
            continue
        for match in TRACES.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{path}:{line}: {match[0].strip()}"
