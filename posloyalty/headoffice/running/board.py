"""What the workers of one machine share: a count of what each has kept, and their measures' files.

Shape: `Board` is a small mapped file with a number for each worker, which only that worker writes.
Reading the others' costs no system call, so whoever waits for news looks twenty times a second, and
a worker that was killed leaves nothing locked. The folder is the group's own and goes with it.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from types import TracebackType
from typing import Final, Self

_NUMBER: Final = Struct("<Q")
_COUNTED: Final = "kept"
_MEASURED: Final = "measures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A worker's place among so many, counted from 0, and the folder that they share."""

    folder: Path
    place: int
    count: int

    @property
    def measures(self) -> Path:
        """Where each worker keeps what it measured."""
        return self.folder / _MEASURED


def lay_out(folder: Path, count: int) -> None:
    """Make in an empty folder what so many workers share."""
    (folder / _MEASURED).mkdir()
    (folder / _COUNTED).write_bytes(bytes(_NUMBER.size * count))


class Board:
    """The numbers of all workers, as one of them sees them."""

    def __init__(self, beside: Beside) -> None:
        self._beside = beside
        with (beside.folder / _COUNTED).open("r+b") as file:
            self._numbers = mmap.mmap(file.fileno(), _NUMBER.size * beside.count)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._numbers.close()

    def add(self) -> None:
        """Count that this worker kept something."""
        at = _NUMBER.size * self._beside.place
        (before,) = _NUMBER.unpack_from(self._numbers, at)
        _NUMBER.pack_into(self._numbers, at, before + 1)

    def others(self) -> int:
        """A number that changes whenever another worker keeps something."""
        places = range(self._beside.count)
        return sum(
            _NUMBER.unpack_from(self._numbers, _NUMBER.size * place)[0]
            for place in places
            if place != self._beside.place
        )
