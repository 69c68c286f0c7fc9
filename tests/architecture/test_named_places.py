"""What pages and docstrings say of the source is there: its folders, and modules by their paths.

Shape: the layout in docs/architecture.md names every folder of the product, each below its parent;
a path in backticks such as `sync/hlc` is a file or a folder of this checkout, wherever it begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.architecture.source import CHECKOUT, Source

ARCHITECTURE = CHECKOUT / "docs/architecture.md"
FOLDERS = re.compile(r"^(?P<indent> *)(?P<names>[a-z_]+/(?: [a-z_]+/)*)(?: |$)")
# A path begins with one of these, so that `level/gold` of a programme is none.
ROOMS = (
    "bootstrap", "cli", "devices", "docs", "documents", "domain", "engine", "headoffice",
    "insight", "network", "posloyalty", "resources", "scenario", "selling", "services", "storage",
    "sync", "tests", "tools", "ui", "values", "widgets", "wording",
)  # fmt: skip
PATH = re.compile(rf"`((?:{'|'.join(ROOMS)})/[a-z_/]+(?:\.py)?)`")


def layout(text: str) -> set[str]:
    """The folders that the layout's lines name, by their paths."""
    found: set[str] = set()
    parents: list[tuple[int, str]] = []
    for line in text.splitlines():
        told = FOLDERS.match(line)
        if told is None:
            continue
        indent = len(told["indent"])
        parents = [(depth, path) for depth, path in parents if depth < indent]
        above = parents[-1][1] if parents else ""
        for name in told["names"].split():
            found.add(above + name.rstrip("/"))
        parents.append((indent, above + told["names"].split()[0]))
    return found


def packages(root: Path) -> set[str]:
    """The folders of the product that have modules in them or below them."""
    files = (one for room in ("posloyalty", "ui") for one in (root / room).rglob("*.py"))
    folders = {parent for one in files for parent in one.relative_to(root).parents}
    return {str(one.as_posix()) for one in folders if one.parts and one.name != "versions"}


def nowhere(texts: Iterable[tuple[str, str]], known: set[str]) -> Iterator[str]:
    """The paths in backticks that no file and no folder ends with."""
    for where, text in texts:
        for path in PATH.findall(text):
            bare = path.removesuffix(".py").rstrip("/")
            if bare not in known:
                yield f"{where}: {path}"


def endings(paths: Iterable[str]) -> set[str]:
    """Every way to name files and folders: `a/b/c.py` is `b/c` and `c`, too."""
    found: set[str] = set()
    for path in paths:
        parts = path.removesuffix(".py").split("/")
        for end in range(1, len(parts) + 1):
            found |= {"/".join(parts[start:end]) for start in range(end)}
    return found


def test_the_layout_names_every_folder_and_none_that_is_gone() -> None:
    fenced = ARCHITECTURE.read_text(encoding="utf-8").split("```")[1]
    told = {one for one in layout(fenced) if one.startswith(("posloyalty", "ui"))}
    shown = {one for one in told if (CHECKOUT / one).is_dir()}
    assert told - shown == set()
    assert packages(CHECKOUT) - told == set()


def test_a_layout_is_read_by_its_indents() -> None:
    text = "a/\n  b/   goods\n    c/ d/   two\n  e.py  no folder\n  f/\ng/  last\n"
    assert layout(text) == {"a", "a/b", "a/b/c", "a/b/d", "a/f", "g"}


def test_every_path_that_is_named_is_there() -> None:
    modules = list(Source(CHECKOUT).modules("posloyalty", "ui", "tests", "tools"))
    pages = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
    texts = [(one.path, one.text) for one in modules if one.path != "tests/architecture/source.py"]
    texts += [(str(one.relative_to(CHECKOUT)), one.read_text(encoding="utf-8")) for one in pages]
    files = (one.relative_to(CHECKOUT).as_posix() for one in CHECKOUT.glob("resources/**/*"))
    known = endings([*(one.path for one in modules), *files, *map(str, (p for p, _ in texts))])
    assert list(nowhere(texts, known)) == []


def test_a_path_to_what_was_moved_is_found() -> None:
    known = endings(["posloyalty/sync/hlc.py"])
    said = "by `sync/hlc` and `sync/hlc.py`, not `sync" + "/clock`; `level/gold` is none"
    assert list(nowhere([("page.md", said)], known)) == ["page.md: sync" + "/clock"]
