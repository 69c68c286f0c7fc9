"""What is wrong in a programme file: a code, where, and the facts that say what to do.

Shape: `Finding(code, path, line, facts)`; `path` is written as people write TOML, such as
`offer[2].when.min_spend` (counted from 1); `line` counts from 1 and is 0 when it is not known.
`file` is set where a programme was joined from a folder.
"""

from __future__ import annotations

from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right; `code` is a wording key of area "programme"."""

    code: str
    path: str
    line: int = 0
    facts: tuple[tuple[str, str], ...] = ()
    file: str = ""


def written(path: Path) -> str:
    """A path of keys and places as text: ("offer", 1, "when") is "offer[2].when"."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        else:
            text += f".{step}" if text else step
    return text
