"""A real book for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.book import Rig, made_book


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with made_book(tmp_path) as made:
        yield made
