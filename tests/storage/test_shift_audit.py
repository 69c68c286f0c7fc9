"""A Z is proved by the fold that added it up: those of earlier releases as they were printed."""

from __future__ import annotations

import pytest
from msgspec import UNSET, UnsetType, structs

from posloyalty.domain.shop.shift_sums import Sums
from posloyalty.storage.shift_audit import ShiftAudit
from posloyalty.sync import events
from posloyalty.sync.shift_event import sums_shown
from posloyalty.sync.shift_fold import fold_event
from tests.sync.examples import EXAMPLES


def of_no_coin() -> events.Sale:
    """A sale of which cash paid less than a coin, beside a card."""
    sale = EXAMPLES["sale"]
    assert isinstance(sale, events.Sale)
    card, coins = (structs.replace(sale.pays[0], n=n) for n in (1, 2))
    return structs.replace(
        sale,
        pays=(
            structs.replace(card, kind="card", ref="4711"),
            structs.replace(coins, kind="cash", amount=4, given=0, change=0, rnd=-4),
        ),
    )


def keyed_in() -> events.Sale:
    """The same, keyed in again from its receipt."""
    return structs.replace(of_no_coin(), again="S01-T02-1-0042")


def closed(sale: events.Sale, *, added_up_by: int, says: int | UnsetType) -> str:
    """What does not follow of a shift's closing, whose sums one fold made and which names
    another.
    """
    opened, closing = EXAMPLES["shift_open"], EXAMPLES["shift_close"]
    assert isinstance(opened, events.ShiftOpen)
    assert isinstance(closing, events.ShiftClosed)
    sums, audit = Sums(), ShiftAudit(lambda _: "")
    for event in (opened, sale):
        fold_event(sums, event, lambda _: "", fold=added_up_by)
        assert audit.difference(1, event) is None
    due = sums.drawer_minor
    closing = structs.replace(
        closing, counted=due, due=due, sums=sums_shown(sums), fold=says, ok=UNSET
    )
    found = audit.difference(3, closing)
    return "" if found is None else found.which


@pytest.mark.parametrize(
    ("added_up_by", "says", "which"),
    [
        (1, UNSET, ""),
        (1, 1, ""),
        (2, 2, ""),
        (1, 2, "tender cash"),
        (2, UNSET, "tender cash"),
        (2, 3, ""),
        (3, 3, ""),
        (3, 4, "fold"),
    ],
)
def test_the_fold_that_a_closing_names_proves_it(
    added_up_by: int, says: int | UnsetType, which: str
) -> None:
    assert closed(of_no_coin(), added_up_by=added_up_by, says=says) == which


@pytest.mark.parametrize(
    ("added_up_by", "says", "which"),
    [(2, 2, ""), (3, 3, ""), (2, 3, "keyed_in card"), (3, 2, "keyed_in card")],
)
def test_only_the_newest_fold_keeps_what_was_keyed_in_out_of_the_drawer(
    added_up_by: int, says: int, which: str
) -> None:
    assert closed(keyed_in(), added_up_by=added_up_by, says=says) == which
