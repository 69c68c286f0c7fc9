"""A head office as a process, its line, and tills as they run on books that a test may put back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.fakes.fault_proxy import fault_proxy
from tests.headoffice.driven.house import House


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """Two stores, S1 and S2, a served head office and a line to it; no till has joined."""
    with ExitStack() as open_:
        # Short, since the path of a Unix socket has at most 107 bytes.
        place = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="ho"))) / "s"
        made = House(tmp_path, database_url, place)
        open_.callback(made.close)
        made.begin()
        made.line = open_.enter_context(fault_proxy(place))
        yield made
