"""The files a rule looks at: this checkout's, or a tree that a test made up.

Shape: `Source(root).modules("posloyalty", "ui")` yields `Module(path, text)` in a fixed order, with
`path` relative to the root and written with forward slashes; its `tree` is made when asked for.
"""

import ast
import io
import os
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent.parent
# As .gitignore has it: what tools leave beside the source. Not asked of git, which a copy of the
# tree need not have.
NOT_OURS = {".git", ".hypothesis", ".idea", ".venv", ".vscode", "build", "demo-run", "dist"}
NOT_OURS_ENDINGS = ("_cache", "__pycache__", ".egg-info")


@dataclass(frozen=True)
class Module:
    """One Python file: where it is, what it says, and its syntax tree, made when a rule asks."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    def at(self, line: int, what: str) -> str:
        return f"{self.path}:{line}: {what}"


@dataclass(frozen=True, slots=True)
class Source:
    """A tree of files below `root`."""

    root: Path

    def modules(self, *folders: str) -> Iterator[Module]:
        for path in self.files(".py", *folders):
            yield parsed(self.root, path)

    def files(self, suffix: str, *folders: str) -> Iterator[str]:
        """Yield every file below `folders` (or everywhere) whose name ends with `suffix`."""
        for folder in folders or (".",):
            yield from walked(self.root, folder, suffix)


def planted(root: Path, files: Mapping[str, str]) -> Source:
    """Write `files` (path and text) below `root` and give them as a source."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Source(root)


def comments(module: Module) -> Iterator[tuple[int, str]]:
    """Yield the line and text of every comment."""
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


@cache
def walked(root: Path, folder: str, suffix: str) -> list[str]:
    found = []
    for parent, folders, names in os.walk(root / folder):
        folders[:] = sorted(
            name for name in folders if name not in NOT_OURS and not name.endswith(NOT_OURS_ENDINGS)
        )
        found += [Path(parent, name) for name in sorted(names) if name.endswith(suffix)]
    return [path.relative_to(root).as_posix() for path in found]


@cache
def parsed(root: Path, path: str) -> Module:
    return Module(path, (root / path).read_text(encoding="utf-8"))
