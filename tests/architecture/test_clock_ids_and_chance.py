"""Time, ids and chance come in as arguments; only `posloyalty/system.py` asks the machine.

A stopwatch that decides nothing but how two keystrokes belong together may be read where it is
listed here with its reason; wall clocks, ids and chance may not, anywhere.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import CHECKOUT, Module, Source, planted

LOOKED_AT = ("posloyalty", "ui", "resources")
SYSTEM = "posloyalty/system.py"

# Whole modules of chance, and single callables, by the name they have where they are defined.
CHANCE = {"random", "secrets", "numpy.random"}
ASKED = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "os.urandom",
    "os.getrandom",
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid_utils.uuid1",
    "uuid_utils.uuid4",
    "uuid_utils.uuid6",
    "uuid_utils.uuid7",
    "PySide6.QtCore.QDateTime.currentDateTime",
    "PySide6.QtCore.QDateTime.currentDateTimeUtc",
    "PySide6.QtCore.QDateTime.currentMSecsSinceEpoch",
    "PySide6.QtCore.QDate.currentDate",
    "PySide6.QtCore.QTime.currentTime",
    "PySide6.QtCore.QUuid.createUuid",
    "PySide6.QtCore.QRandomGenerator.global_",
    "PySide6.QtCore.QRandomGenerator.system",
}
STOPWATCHES = {
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "time.perf_counter_ns",
}
# Whatever asks says one of these: a text without them need not be read as Python.
LAST = sorted({one.split(".")[-1] for one in CHANCE | ASKED | STOPWATCHES})
SAID = re.compile(rf"\b(?:{'|'.join(LAST)})\b")
MAY_READ_A_STOPWATCH: dict[str, str] = {}


def test_only_the_system_module_asks_for_time_ids_and_chance() -> None:
    found = list(asked_of_the_machine(Source(CHECKOUT), MAY_READ_A_STOPWATCH))
    assert found == []


def test_every_exception_is_still_needed() -> None:
    without = list(asked_of_the_machine(Source(CHECKOUT), {}))
    needing = {finding.split(":")[0] for finding in without}
    assert set(MAY_READ_A_STOPWATCH) <= needing
    assert all(MAY_READ_A_STOPWATCH.values())


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\nNOW = datetime.now()",
        "import datetime\nNOW = datetime.datetime.utcnow()",
        "import datetime as dt\nNOW = dt.datetime.now(dt.UTC)",
        "from datetime import date as day\nTODAY = day.today()",
        "import time\nNOW = time.time()",
        "from time import time_ns\nNOW = time_ns()",
        "from time import time as clock",
        "import uuid\nID = uuid.uuid4()",
        "from uuid import uuid4",
        "from uuid_utils import uuid7",
        "import random",
        "from random import choice",
        "import secrets",
        "from secrets import token_bytes",
        "import os\nSALT = os.urandom(8)",
        "from os import urandom",
        "import time\nSTART = time.monotonic()",
        "from time import perf_counter",
        "from PySide6.QtCore import QDateTime\nNOW = QDateTime.currentDateTime()",
        "from PySide6 import QtCore\nNOW = QtCore.QDate.currentDate()",
    ],
)
def test_a_planted_question_is_found(tmp_path: Path, text: str) -> None:
    source = planted(tmp_path, {"posloyalty/services/selling/check_out.py": text})
    assert len(list(asked_of_the_machine(source, {}))) == 1


def test_an_exception_covers_a_stopwatch_and_nothing_else(tmp_path: Path) -> None:
    path = "ui/widgets/scan_capture.py"
    source = planted(tmp_path, {path: "import time\nA = time.monotonic()\nB = time.time()"})
    assert list(asked_of_the_machine(source, {path: "gaps between keys"})) == [
        f"{path}:3: time.time"
    ]


def test_the_system_module_and_given_times_are_allowed(tmp_path: Path) -> None:
    source = planted(
        tmp_path,
        {
            SYSTEM: "import os, time\nNOW = time.time()\nSALT = os.urandom(8)",
            "posloyalty/services/selling/check_out.py": (
                "def f(clock): return clock.now(), clock.time()"
            ),
            "posloyalty/storage/book.py": "from datetime import date\nD = date.fromisoformat",
        },
    )
    assert list(asked_of_the_machine(source, {})) == []


def asked_of_the_machine(source: Source, may_read_a_stopwatch: dict[str, str]) -> Iterator[str]:
    for module in source.modules(*LOOKED_AT):
        if module.path == SYSTEM or SAID.search(module.text) is None:
            continue
        banned = ASKED if module.path in may_read_a_stopwatch else ASKED | STOPWATCHES
        yield from questions(module, banned)


def questions(module: Module, banned: set[str]) -> Iterator[str]:
    nodes = list(ast.walk(module.tree))
    meaning = imported_names(nodes)
    for node in nodes:
        if isinstance(node, ast.Import):
            for name in node.names:
                if name.name in CHANCE:
                    yield module.at(node.lineno, name.name)
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                full = f"{node.module}.{name.name}"
                if node.module in CHANCE or full in CHANCE | banned:
                    yield module.at(node.lineno, full)
        elif isinstance(node, ast.Attribute):
            full = full_name(node, meaning)
            if full in banned:
                yield module.at(node.lineno, full)


def imported_names(nodes: list[ast.AST]) -> dict[str, str]:
    """Say what each imported name stands for: {"dt": "datetime", "date": "datetime.date"}."""
    meaning = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for name in node.names:
                local = name.asname or name.name.split(".")[0]
                meaning[local] = name.name if name.asname else local
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                meaning[name.asname or name.name] = f"{node.module}.{name.name}"
    return meaning


def full_name(node: ast.Attribute, meaning: dict[str, str]) -> str:
    parts = []
    inner: ast.expr = node
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    if not isinstance(inner, ast.Name) or inner.id not in meaning:
        return ""
    return ".".join([meaning[inner.id], *reversed(parts)])
