"""The bundle of services: each is there under its name, made once, and only when asked for."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, make_dataclass
from threading import Thread
from typing import Any

import pytest

from posloyalty.bootstrap.areas import MAKERS
from posloyalty.services import till as parts
from posloyalty.services.till import AREAS, Area, Till, TillBase


class Workshop:
    """Makes areas of named stand-ins and remembers which; staff asks for a service of selling."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, till: Till, area: Area) -> Any:
        if area is parts.Staff:
            assert till.check_out
        self.made.append(area.__name__)
        return stand_in(area)


def stand_in(shape: type) -> Any:
    """A record of a shape's fields, each of them its own name."""
    names = [one.name for one in fields(shape)]
    return make_dataclass(shape.__name__, names)(*names)


def new_till(workshop: Workshop) -> Till:
    return Till(stand_in(TillBase), workshop)


def test_nothing_is_made_before_it_is_asked_for() -> None:
    workshop = Workshop()
    till = new_till(workshop)
    assert till.facts == "facts"
    assert workshop.made == []


def test_an_area_is_made_once_with_all_its_services() -> None:
    workshop = Workshop()
    till = new_till(workshop)
    assert (till.check_out, till.scan, till.check_out) == ("check_out", "scan", "check_out")
    assert workshop.made == ["Selling"]


def test_an_area_may_ask_for_another_while_it_is_made() -> None:
    workshop = Workshop()
    assert new_till(workshop).sign_in == "sign_in"
    assert workshop.made == ["Selling", "Staff"]


def test_a_till_that_is_ready_has_everything() -> None:
    workshop = Workshop()
    till = new_till(workshop)
    till.ready()
    till.ready()
    assert sorted(workshop.made) == sorted(area.__name__ for area in AREAS)
    assert vars(till).keys() >= {one.name for area in AREAS for one in fields(area)}


def test_a_till_that_is_ready_to_sell_has_what_the_counter_needs_and_no_more() -> None:
    workshop = Workshop()
    till = new_till(workshop)
    till.ready_to_sell()
    assert sorted(workshop.made) == ["Papers", "Selling", "Staff"]


def test_two_lanes_that_ask_at_once_get_the_same() -> None:
    workshop = Workshop()
    till = new_till(workshop)
    lanes = [Thread(target=till.ready) for _ in range(4)]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    assert len(workshop.made) == len(AREAS)


def test_what_no_till_has_is_missed_by_its_name() -> None:
    with pytest.raises(AttributeError, match="kettle"):
        _ = new_till(Workshop()).kettle  # type: ignore[attr-defined]


def test_nobody_changes_a_till() -> None:
    with pytest.raises(FrozenInstanceError):
        new_till(Workshop()).facts = "others"  # type: ignore[misc, assignment]


def test_every_area_has_a_maker_and_no_name_stands_in_two() -> None:
    assert set(MAKERS) == set(AREAS)
    names = [one.name for area in (TillBase, *AREAS) for one in fields(area)]
    assert len(names) == len(set(names))
