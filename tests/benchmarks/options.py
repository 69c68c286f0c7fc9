"""What a benchmark run is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`folder` is empty and thrown away; `cache` is kept between runs (the book of many members).

    `members` is the size of the large shop; `rows` how many purchases are replayed, 0 for all.
    """

    folder: Path
    cache: Path
    members: int
    rows: int
