"""`kill -9` at any moment loses nothing that was acknowledged, and doubles nothing."""

from __future__ import annotations

from pathlib import Path

from tests.faults.killing import Tally, a_killer, a_shop, check

KILLS = 20


def test_twenty_kills_lose_no_acknowledged_sale_and_no_basket_on_hold(tmp_path: Path) -> None:
    folder, tally = a_shop(tmp_path / "book"), Tally()
    with a_killer() as killer:
        for seed in range(KILLS):
            check(folder, killer.kill_once(folder, seed), tally)
    assert tally.faults == []
    assert (tally.kills, tally.lost) == (KILLS, 0)
    assert tally.sold > 0
    assert tally.drafts_back > 0
    assert tally.payments > 0
    assert tally.holds > 0
    assert tally.recalls > 0
