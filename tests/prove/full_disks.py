"""The proof that a full disk loses nothing, on real disks that are small: a tmpfs in memory.

Each part fills one disk to the last byte while tills sell: head office's with SQLite, with
PostgreSQL, and a till's own. It has to be said in words, selling has to go on where it can, and
everything has to be right again as soon as there is room, without anybody's help. Mounting takes
root.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Final

from posloyalty.services.book.book_faults import DiskFull
from posloyalty.wording import Words
from tests.fakes.fault_proxy import fault_proxy
from tests.fleet.a_postgresql import own_postgresql
from tests.headoffice.a_chain import PROGRAMME
from tests.headoffice.a_program import Program, opened_till
from tests.headoffice.driven.house import House
from tests.headoffice.driven.person import Person

CLAIM: Final = (
    "a disk that is full loses nothing at head office and none at a till, is told in words, and "
    "is forgotten as soon as there is room"
)
MIB: Final = 1 << 20
SALES: Final = 40
FILLS: Final = 6
LEFT: Final = (0, 4_096, 16_384, 65_536)
"""So many bytes are left of a till's disk; what fails first differs."""
HEARS_S: Final = 2.0
"""By then a till that sells has tried to send."""

Outcome = tuple[dict[str, int], list[str]]


def prove(part: int) -> Outcome:
    """One disk."""
    try:
        return PROVED[part]()
    except AssertionError as fault:
        return {}, [f"{PROVED[part].__name__}: {fault}"]


@contextmanager
def small_disk(at: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes."""
    at.mkdir()
    asked = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(at)]
    subprocess.run(asked, check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


@contextmanager
def filled(disk: Path, *, left: int = 0) -> Iterator[None]:
    """Somebody else's file leaves so many bytes of it."""
    filler = disk / "filler"
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4_096))
    os.truncate(filler, filler.stat().st_size - left)
    try:
        yield
    finally:
        filler.unlink()


@dataclass
class _Scene:
    house: House
    disk: Path


@contextmanager
def _scene(disk: str, size: int, *, postgresql: bool = False) -> Iterator[_Scene]:
    """A house with one of its folders on a small disk."""
    with tempfile.TemporaryDirectory(prefix="ho") as made, ExitStack() as open_:
        folder = Path(made)
        folder.chmod(0o755)  # PostgreSQL runs as somebody else
        small = open_.enter_context(small_disk(folder / disk, size))
        url = open_.enter_context(own_postgresql(small)).url if postgresql else ""
        house = House(folder, url, folder / "s")
        open_.callback(house.close)
        house.begin()
        house.line = open_.enter_context(fault_proxy(house.place))
        yield _Scene(house, small)


def sqlite() -> Outcome:
    """Head office's own file, its log beside it, and a start without any room."""
    with _scene("office", 24 * MIB) as scene, scene.house.till(1) as till:
        figures = _office(scene, till)
        with filled(scene.disk):
            till.sell()
            scene.house.served.kill()
            scene.house.serve()  # its log finds no room
            sleep(HEARS_S)
            _says(scene.house, "/health", '"full"')
        till.until(lambda: till.retry() is None and _all_sent(till))
        scene.house.served.stop()
        with filled(scene.disk):
            try:
                scene.house.serve()
            except AssertionError:
                figures["starts refused"] = 1
        scene.house.serve()
        till.sell()
        till.until(lambda: till.retry() is None and _all_sent(till))
        scene.house.proves()
        return figures, []


def postgresql() -> Outcome:
    """PostgreSQL's folder."""
    with _scene("pg", 200 * MIB, postgresql=True) as scene, scene.house.till(1) as till:
        return _office(scene, till), []


def a_till() -> Outcome:
    """A till's own disk, at a sale and at its start, with every little that may be left of it."""
    figures = {"sales": 0, "refused": 0, "starts refused": 0}
    with _scene("tills", 40 * MIB) as scene:
        house = scene.house
        house.at = lambda number: scene.disk / f"till{number}"  # type: ignore[method-assign]
        with house.till(1) as till:
            till.sell()
            for left in LEFT:
                with filled(scene.disk, left=left):
                    _sell_until_refused(till, figures)
                till.faults.clear()
                till.sell()
        for left in LEFT:
            with suppress(DiskFull), filled(scene.disk, left=left):
                figures["starts refused"] += 1
                with opened_till(house.at(1), 1):
                    figures["starts refused"] -= 1
        with house.again(1) as till:
            till.sell()
            till.until(lambda: till.retry() is None and _all_sent(till))
            assert till.till.verify.verify().holds
            house.proves()
            return figures, []


PROVED: Final[tuple[Callable[[], Outcome], ...]] = (sqlite, postgresql, a_till)
PARTS: Final = len(PROVED)


def _office(scene: _Scene, till: Program) -> dict[str, int]:
    """A till sells on while head office's disk is full; a person is told."""
    house, figures = scene.house, {"sales": 0, "fills": 0}
    with Person.made(house, "ann") as ann:
        ann.enter()
        till.sell()
        till.until(lambda: till.till.sending.status().listens)
        for _ in range(FILLS):
            with filled(scene.disk):
                for _sale in range(SALES):
                    till.sell()
                sleep(HEARS_S)
                assert not _all_sent(till), "there was room"
                _says(house, "/health", '"full"')
                _told(ann)
            figures["fills"] += 1
            figures["sales"] += SALES
            till.until(lambda: till.retry() is None and _all_sent(till))
        house.proves()
        assert '"OfficeFull"' in house.served.log(), "the log does not say so"
    return figures


def _told(person: Person) -> None:
    answer = person.send("/console/programmes", file=PROGRAMME.encode())
    if answer.status_code == 422:
        return  # kept the last time
    assert answer.status_code == 507, answer.status_code
    assert person.says(Words("en")("console.refused_507")), person.page


def _says(house: House, path: str, what: str) -> None:
    with house.served.client() as client:
        told = client.get(path).text
    assert what in told, told


def _all_sent(till: Program) -> bool:
    return till.till.sending.status().waiting == 0


def _sell_until_refused(till: Program, figures: dict[str, int]) -> None:
    for _ in range(SALES):
        try:
            till.sell()
            figures["sales"] += 1
        except DiskFull:
            figures["refused"] += 1
