"""Conditions on where and how it is sold, and on how it is paid, as files say them."""

from __future__ import annotations

from datetime import date, time

import pytest

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.load import load
from posloyalty.domain.shop.place import NOWHERE, Channel, Place
from posloyalty.domain.shop.tender import TenderKind

FILE = """
language = 2
id = "test"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"

[[offer]]
id = "one"
scope = "order"
amount = "1.00"
when = {when}
"""
WEB = Place("S1", "T2", Channel.ONLINE)
COUNTER = Place("S2", "T1")


def failing(when: str, place: Place) -> list[tuple[str, dict[str, object]]]:
    read = load(FILE.replace("{when}", when).encode())
    assert isinstance(read, Programme), read
    facts = Facts(
        day=date(2026, 3, 1),
        business_day=date(2026, 3, 1),
        hour=time(12),
        lines=(),
        member=None,
        place=place,
    )
    return [(one.code, dict(one.facts)) for one in read.offers[0].when.failures(facts, 0)]


@pytest.mark.parametrize(
    ("when", "place", "reasons"),
    [
        ('{ store = "S1" }', WEB, []),
        ('{ store = "S1" }', COUNTER, [("OTHER_STORE", {"stores": "S1"})]),
        ('{ store = ["S1", "S2"] }', COUNTER, []),
        ('{ till = ["T1", "T3"] }', WEB, [("OTHER_TILL", {"tills": "T1, T3"})]),
        ('{ till = "T1", store = "S2" }', COUNTER, []),
        ('{ channel = "online" }', WEB, []),
        ('{ channel = "online" }', COUNTER, [("ONLY_ONLINE", {})]),
        ('{ channel = "register" }', WEB, [("ONLY_REGISTER", {})]),
        ('{ channel = ["register", "online"] }', WEB, []),
        ('{ store = "S1" }', NOWHERE, [("OTHER_STORE", {"stores": "S1"})]),
        ('{ not = { store = "S1" } }', COUNTER, []),
    ],
)
def test_a_place_holds_or_says_where_it_would(
    when: str, place: Place, reasons: list[tuple[str, dict[str, object]]]
) -> None:
    assert failing(when, place) == reasons


@pytest.mark.parametrize("kind", list(TenderKind))
def test_every_kind_of_payment_has_a_reason_of_its_own(kind: TenderKind) -> None:
    assert failing(f'{{ tender = "{kind}" }}', NOWHERE) == [(f"ONLY_BY_{kind.name}", {})]
    assert failing(f'{{ tender = ["{kind}", "card", "cash"] }}', NOWHERE)[0][0] == "PAYS_OTHERWISE"


@pytest.mark.parametrize(
    ("when", "key", "given"),
    [
        ('{ tender = "cheque" }', "tender", "cheque"),
        ('{ tender = ["card", "iou"] }', "tender", "iou"),
        ('{ channel = "phone" }', "channel", "phone"),
    ],
)
def test_another_word_is_refused_with_those_that_are_known(when: str, key: str, given: str) -> None:
    found = load(FILE.replace("{when}", when).encode())
    assert isinstance(found, list)
    (one,) = found
    assert (one.code, one.path, dict(one.facts)["given"]) == (
        "NOT_CHOICE",
        f"offer[1].when.{key}",
        given,
    )


def test_nothing_is_no_list_of_payments() -> None:
    found = load(FILE.replace("{when}", "{ tender = [] }").encode())
    assert isinstance(found, list)
    assert [one.code for one in found] == ["NOT_WORDS"]
