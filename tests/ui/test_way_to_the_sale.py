"""What is imported from the spawn to the open sale, and when: it is most of what a start takes.

With nothing in the system's cache every module is read from the disk, and every one is executed. So
nothing that the first sale does not need belongs on this way; it is imported behind it, when nobody
waits (`application._behind_the_sale`, `warm_up`). Nothing here looks at a clock.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ui.book_door import BookDoor

Seen = dict[str, frozenset[str]]

STARTING = """
import json, sys
from pathlib import Path
from threading import Event
import ui.application, ui.book_door
# Only what the way itself imports: the rest may wait as long as the slowest machine needs.
ui.application.SOON_MS = ui.application.CALM_MS = 600_000
from tests.benchmarks.sign_in_process import main
seen, named, door, tills = {}, Event(), ui.book_door.BookDoor, []
begin = ui.application.TillApplication.start
def start(till):
    tills.append(till)
    begin(till)
ui.application.TillApplication.start = start
def met(moment):
    if moment == "open":
        asked = Event()
        # Behind what the sale itself asked for when it opened.
        tills[0].runner.look_up(asked.set, lambda _: None, lambda _: None)
        asked.wait()
    seen[moment] = sorted(sys.modules)
    if moment == "names":
        named.set()
open_book = door.open
def open_later(self):
    # On a lane, at once behind the names: after they were looked at.
    named.wait()
    return open_book(self)
door.open = open_later
main(Path(sys.argv[1]), 0, met)
print(json.dumps(seen))
"""
PAINTING = """
import sys
opened = []
def hear(event, told):
    if event == "open" and str(told[0]).endswith(".pyc"):
        opened.append(str(told[0]).rpartition("/")[2].partition(".")[0])
import ui.plain_imports, ui.__main__
sys.addaudithook(hear)
sys.argv = ["till", "--demo", "--data", sys.argv[1], "--quit-after-first-paint"]
assert ui.__main__.main() == 0
print(*opened)
"""
NEVER = (
    "PIL",
    "alembic",
    "cryptography",
    "escpos",
    "httpx",
    "numpy",
    "openpyxl",
    "pydantic",
    "pypinyin",
    "qrcode",
    "reportlab",
    "serial",
    "usb",
    "zxingcpp",
    "posloyalty.cli",
    "posloyalty.documents",
    "posloyalty.headoffice",
    "posloyalty.network",
    "posloyalty.scenario",
    "posloyalty.storage.migrations",
    "posloyalty.storage.audit",
    "PySide6.QtMultimedia",
    "PySide6.QtPrintSupport",
    "posloyalty.bootstrap.connection",
    "posloyalty.bootstrap.goods_back",
    "posloyalty.bootstrap.membership",
    "posloyalty.bootstrap.whole_book",
    "posloyalty.services.doings.doings",
    "posloyalty.services.members.enrol_member",
    "posloyalty.services.members.find_member",
    "posloyalty.services.returning",
    "posloyalty.services.shop.demo_shop",
    "posloyalty.services.shop.import_products",
    "posloyalty.services.office.join_head_office",
    "posloyalty.services.office.send_journal",
)
"""The first sale needs none of these to open."""
BEHIND_THE_NAMES = (
    "asyncio",
    "msgspec",
    "sqlalchemy",
    "ssl",
    "posloyalty.bootstrap",
    "posloyalty.domain.engine",
    "posloyalty.domain.ledger",
    "posloyalty.domain.programme",
    "posloyalty.services.ports",
    "posloyalty.services.till",
    "posloyalty.storage.repositories",
    "posloyalty.storage.tables",
    "posloyalty.sync",
    "ui.presenters.sale",
    "ui.views.sale",
)
BEHIND_THE_PAINTING = (
    "_argon2_cffi_bindings",
    "argon2",
    "hashlib",
    "socket",
    "sqlcipher3",
    "subprocess",
    "posloyalty.domain",
    "posloyalty.services",
    "posloyalty.storage",
    "ui.touch_keyboard",
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo shop's book."""
    folder = tmp_path_factory.mktemp("way") / "book"
    till = BookDoor(folder, demo=True).make_demo("en", members=20)
    till.settle()
    till.close()
    return folder


@pytest.fixture(scope="module")
def seen(book: Path) -> Seen:
    """The modules that are there at each moment of a start up to the open sale."""
    told = run(STARTING, book).splitlines()[-1]
    return {moment: frozenset(names) for moment, names in json.loads(told).items()}


def run(program: str, book: Path, **environment: str) -> str:
    """What a fresh Python without a display prints."""
    ran = subprocess.run(
        (sys.executable, "-c", program, str(book)),
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return ran.stdout


def among(names: frozenset[str], unwanted: tuple[str, ...]) -> list[str]:
    """Those that are unwanted, or lie in a package that is."""
    return sorted(n for n in names if any(n == one or n.startswith(f"{one}.") for one in unwanted))


@pytest.mark.parametrize(
    ("moment", "unwanted"),
    [
        ("painted", NEVER + BEHIND_THE_NAMES + BEHIND_THE_PAINTING),
        ("names", NEVER + BEHIND_THE_NAMES),
        ("open", NEVER),
    ],
)
def test_nothing_is_imported_before_somebody_needs_it(
    seen: Seen, moment: str, unwanted: tuple[str, ...]
) -> None:
    assert among(seen[moment], unwanted) == []


@pytest.mark.parametrize(
    ("moment", "most"),
    [
        ("painted", 64),
        ("names", 106),
        # A scan at yesterday's price is one too many: what has come of prices is looked at before.
        # What a till may hand out is a part of each quote: that is five files where it was two.
        ("open", 708),
    ],
)
def test_the_way_to_the_sale_does_not_grow_unseen(seen: Seen, moment: str, most: int) -> None:
    """Some room is left for files that are split. Where that is used up, let what is new be
    imported behind the sale, or say here why the first one cannot do without.
    """
    ours = {name for name in seen[moment] if name.split(".")[0] in ("posloyalty", "ui")}
    assert len(ours) <= most


def test_what_the_sale_does_need_is_there_when_it_opens(seen: Seen) -> None:
    needed = {"posloyalty.services.selling.check_out", "posloyalty.domain.engine.evaluate"}
    assert needed <= seen["open"]
    assert not needed & seen["names"]


def test_a_start_opens_no_bytecode_but_what_was_kept_in_one_file(
    book: Path, tmp_path: Path
) -> None:
    place = {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    run(PAINTING, book, **place)
    assert sorted(run(PAINTING, book, **place).split()) == ["data_classes", "modules", "qt_support"]
