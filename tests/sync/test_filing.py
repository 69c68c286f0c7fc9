"""Of whom every till hears: what follows from one event alone."""

from __future__ import annotations

import pytest

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.stored_value import card_account
from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.sync.journals import Filed
from posloyalty.sync.office.archive import filing_of
from tests.sync.examples import EXAMPLES
from tests.sync.fleet import START, member
from tests.sync.small_rules import PROGRAMME

CARD = member("card")
MONEY = "test/gift"


@pytest.mark.parametrize("spent", [False, True])
def test_every_till_hears_of_a_card_on_which_something_moved(spent: bool) -> None:
    """Also where nobody has its sale any more: its till's book was put back, and head office."""
    plan = EventPlan(event_id=b"event...........", at=START, day=START.date(), programme_id="test")
    postings = plan.postings_at(card_account(MONEY, CARD), ())
    postings.earn(MONEY, 500, usable_from=plan.day, last_day=None, code=TransferCode.ISSUE)
    does = plan.consequences()
    if spent:
        lots = tuple(one.opens for one in does.transfers if one.opens is not None)
        plan = EventPlan(
            event_id=b"later...........", at=START, day=START.date(), programme_id=PROGRAMME.id
        )
        plan.postings_at(card_account(MONEY, CARD), lots).redeem(MONEY, 500)
        does = plan.consequences()
    one = Filed(
        till_id=b"till............", store="S1", epoch=1, seq=1, event_id=b"event...........",
        at=START, event=EXAMPLES["sale"], does=does,
    )  # fmt: skip
    assert filing_of(one).everywhere == {CARD}


def test_of_a_member_only_those_tills_hear_that_know_them() -> None:
    plan = EventPlan(event_id=b"event...........", at=START, day=START.date(), programme_id="test")
    plan.count("purchases", member("somebody"), 1)
    one = Filed(
        till_id=b"till............", store="S1", epoch=1, seq=1, event_id=b"event...........",
        at=START, event=EXAMPLES["sale"], does=plan.consequences(),
    )  # fmt: skip
    assert filing_of(one).everywhere == set()
