"""A workshop for the whole session: a template book costs a second, a copy of it nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from posloyalty.scenario.workshop import Workshop


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(Path(tmp_path_factory.mktemp("workshop")))
