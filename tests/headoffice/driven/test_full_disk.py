"""A head office whose disk is full when it starts; `make prove` fills real disks (`full_disks`)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.headoffice.driven.house import House
from tests.headoffice.forked import Forked

pytestmark = pytest.mark.enable_socket
FULL: Final = Path("/dev/full")


def test_a_server_whose_log_finds_no_room_serves_all_the_same(house: House) -> None:
    """Whoever starts it may have its log on the disk that is full."""
    house.served.kill()
    house.serve(begin=lambda arguments, environment, _log: Forked(arguments, environment, FULL))
    with house.till(1) as till:
        till.sell()
        till.until(lambda: till.till.sending.status().listens)
    house.proves()
