"""A shop on disk, made once a session and copied for each test that asks for a till."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from posloyalty.domain.shop.operator import Operator
from posloyalty.services.till import Till
from tests.fakes.time import SetClock
from tests.faults.shop import make_shop, reopen


@dataclass
class Shop:
    """An open till of the test's own, with its clock and its manager."""

    folder: Path
    clock: SetClock
    till: Till
    manager: Operator

    def restart(self) -> Till:
        """Close the till and open it again."""
        self.till.close()
        self.till = reopen(self.folder, clock=self.clock)
        self.till.settle()
        return self.till


@pytest.fixture(scope="session")
def _made_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop") / "book"
    till, _created = make_shop(folder)
    till.close()
    return folder


@pytest.fixture
def shop(_made_shop: Path, tmp_path: Path) -> Iterator[Shop]:
    folder = Path(shutil.copytree(_made_shop, tmp_path / "shop"))
    clock = SetClock()
    till = reopen(folder, clock=clock)
    till.settle()
    made = Shop(folder=folder, clock=clock, till=till, manager=till.people.all()[0])
    yield made
    made.till.close()
