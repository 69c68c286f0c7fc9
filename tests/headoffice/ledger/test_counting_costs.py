"""What a campaign gave long ago costs nothing again: the database steps through no more of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from posloyalty.sync.office.head_office import HeadOffice
from tests.benchmarks import campaign

FEW, MANY = 100, 400


def steps(counter: campaign.Counter, act: Callable[[HeadOffice], None]) -> int:
    """How many hundred instructions of SQLite an act takes, once what is known was kept."""
    found = 0
    for _ in range(2):
        counter.sell_one()
        found = 0

        def stepped() -> int:
            nonlocal found
            found += 1
            return 0

        with counter.office.database.write() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.set_progress_handler(stepped, 100)
            act(counter.office.head_office(connection, rules=campaign.Rules()))
            driver.set_progress_handler(None, 100)
        counter.hear_one()
    return found


def test_an_answer_and_a_reservation_cost_the_same_after_many_sales(tmp_path: Path) -> None:
    with campaign._counter(tmp_path, "") as counter:
        counter.sell(FEW)
        few = [steps(counter, one) for one in (counter.answer, counter.reserve)]
        counter.sell(MANY - counter.sold)
        many = [steps(counter, one) for one in (counter.answer, counter.reserve)]
    assert min(few) > 0
    assert all(later <= 2 * before for later, before in zip(many, few, strict=True)), (few, many)
