"""How much a till likes to hold, as a table of cases."""

from __future__ import annotations

import pytest

from posloyalty.sync.top_up import more_of_card, more_wanted

CASES = [
    ("all visits here: four fifths", (1_000, 5_000, 3, 3, 0), 800),
    ("half of the visits here", (1_000, 5_000, 2, 4, 0), 400),
    ("never more than is usually spent", (100_000, 2_000, 3, 3, 0), 2_000),
    ("what is held counts", (1_000, 5_000, 3, 3, 300), 500),
    ("half of it is enough for now", (1_000, 5_000, 3, 3, 400), 0),
    ("who was never here gets nothing", (1_000, 5_000, 0, 3, 0), 0),
    ("nothing to lend", (0, 5_000, 3, 3, 0), 0),
    ("more visits here than were heard of", (1_000, 5_000, 3, 2, 0), 800),
]


@pytest.mark.parametrize(("when", "given", "wanted"), CASES, ids=[one[0] for one in CASES])
def test_how_much_more_is_wanted(
    when: str, given: tuple[int, int, int, int, int], wanted: int
) -> None:
    balance, most, here, visits, held = given
    found = more_wanted(balance=balance, most=most, visits_here=here, visits=visits, held=held)
    assert (when, found) == (when, wanted)


CARDS = [
    ("nearly full: all of it", (8, 10, 3, 3, 0), 8),
    ("far from full: none", (7, 10, 3, 3, 0), 0),
    ("one more came since", (9, 10, 3, 3, 8), 1),
    ("all of it is held", (9, 10, 3, 3, 9), 0),
    ("no more than a card takes", (14, 10, 3, 3, 0), 10),
    ("most visits here", (9, 10, 3, 5, 0), 9),
    ("half of them elsewhere: nobody holds it", (9, 10, 2, 4, 0), 0),
]


@pytest.mark.parametrize(("when", "given", "wanted"), CARDS, ids=[one[0] for one in CARDS])
def test_how_many_stamps_of_a_card_are_wanted(
    when: str, given: tuple[int, int, int, int, int], wanted: int
) -> None:
    balance, full, here, visits, held = given
    found = more_of_card(balance=balance, most=full, visits_here=here, visits=visits, held=held)
    assert (when, found) == (when, wanted)
