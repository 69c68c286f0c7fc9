"""Chains whose tills know of one another's keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.headoffice.a_chain import Chain
from tests.headoffice.cards.card_scans import hearing_chain


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    """Three tills, each of whom has heard of the others."""
    with hearing_chain(tmp_path, "") as found:
        yield found


@pytest.fixture
def on_both(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """The same, on SQLite and on PostgreSQL."""
    with hearing_chain(tmp_path, database_url) as found:
        yield found
