"""What head office answers beside keeping journals: bounds, and what hostile tills ask for."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.archive_tables import TILL_DUE
from posloyalty.sync.wire.answers import ANSWER, WAIT, AnswerGiven
from posloyalty.sync.wire.lending import LEASES, RESERVE, WISHES_MAX
from posloyalty.sync.wire.messages import Standing
from posloyalty.sync.wire.packing import unpacked
from tests.headoffice.a_till import ATill, Heard
from tests.headoffice.ledger.test_archive import ANNA, BEN
from tests.headoffice.small_events import Books

POINTS = {"kind": "points", "key": "club/points", "owner": "ab" * 16}
RESERVED: dict[str, Any] = {"rid": "01" * 16, "asset": POINTS, "n": 5, "zone": "Asia/Shanghai"}
WISH: dict[str, Any] = {"rid": "01" * 16, "asset": POINTS, "n": 5, "last": "2026-11-30"}


def asked(till: ATill, office: OpenOffice, path: str, body: object) -> tuple[int, str]:
    found = till.ask(office, path, msgspec.json.encode(body))
    return found.status, found.code


def answer_in(found: Heard) -> AnswerGiven:
    return msgspec.json.decode(unpacked(found.body, most_bytes=9_999), type=AnswerGiven)


def test_a_till_is_answered_at_its_place_only(office: OpenOffice, till: ATill) -> None:
    till.sell(3)
    here = {"place": Standing(epoch=1, seq=3, head=till.hash_at(3).hex())}
    assert asked(till, office, ANSWER, here) == (409, "OTHER_PLACE")
    till.push(office, 1, 3)
    found = till.ask(office, ANSWER, msgspec.json.encode(here))
    given = answer_in(found)
    assert (found.status, given.base, given.tellings) == (200, here["place"], ())
    wrong = {"place": Standing(epoch=1, seq=3, head="00" * 32)}
    assert asked(till, office, ANSWER, wrong) == (409, "OTHER_PLACE")


HOSTILE = [
    (RESERVED | {"n": 0}, "BAD_MESSAGE"),
    (RESERVED | {"n": -5}, "BAD_MESSAGE"),
    (RESERVED | {"n": 2**64}, "BAD_MESSAGE"),
    (RESERVED | {"rid": "x"}, "BAD_MESSAGE"),
    (RESERVED | {"zone": "../../etc/passwd"}, "BAD_MESSAGE"),
    (RESERVED | {"zone": "Nowhere/Else"}, "UNKNOWN_ZONE"),
    (RESERVED | {"day": "tomorrow"}, "BAD_MESSAGE"),
    (RESERVED | {"day": "2026-99-99"}, "BAD_MESSAGE"),
    (RESERVED | {"asset": POINTS | {"kind": "seats"}}, "UNKNOWN_ASSET"),
    (RESERVED | {"asset": POINTS | {"key": "x" * 201}}, "BAD_MESSAGE"),
    (RESERVED | {"asset": POINTS | {"owner": "zz"}}, "BAD_MESSAGE"),
    ([], "BAD_MESSAGE"),
]


@pytest.mark.parametrize(("body", "code"), HOSTILE)
def test_a_reservation_that_makes_no_sense_is_refused(
    office: OpenOffice, till: ATill, body: object, code: str
) -> None:
    assert asked(till, office, RESERVE, body) == (400, code)


@pytest.mark.parametrize("kind", ["points", "card", "right", "budget", "stock"])
def test_what_nobody_has_is_not_lent(office: OpenOffice, till: ATill, kind: str) -> None:
    asked_for = RESERVED | {"asset": POINTS | {"kind": kind}}
    found = till.ask(office, RESERVE, msgspec.json.encode(asked_for))
    assert (found.status, found.said["grant"], found.said["why"]) == (200, None, "NOTHING_ASKED")


def test_a_till_of_another_month_is_lent_nothing_and_the_log_says_so(
    office: OpenOffice, till: ATill, caplog: pytest.LogCaptureFixture
) -> None:
    asked_for = RESERVED | {"day": "2026-12-24"}
    found = till.ask(office, RESERVE, msgspec.json.encode(asked_for))
    assert (found.status, found.said["grant"], found.said["why"]) == (200, None, "DAY_AHEAD")
    (entry,) = [one for one in caplog.records if one.message == "day_ahead"]
    assert entry.facts == {"till": till.id.hex(), "day": "2026-12-24"}  # type: ignore[attr-defined]


def test_wishes_are_bounded_in_number_and_time(office: OpenOffice, till: ATill) -> None:
    many = {"want": [WISH] * (WISHES_MAX + 1)}
    assert asked(till, office, LEASES, many) == (400, "BAD_MESSAGE")
    for last in ("2026-11-21", "2027-11-22"):
        found = till.ask(office, LEASES, msgspec.json.encode({"want": [WISH | {"last": last}]}))
        assert [one["why"] for one in found.said["denied"]] == ["TOO_LONG"]
    assert asked(till, office, LEASES, {"want": [WISH | {"last": "2026-99-99"}]})[0] == 400


@pytest.mark.parametrize("for_s", [0, 56, "x"])
def test_nobody_waits_longer_than_is_allowed(
    office: OpenOffice, till: ATill, for_s: object
) -> None:
    request = till.request(WAIT, msgspec.json.encode({"for_s": for_s}))
    answer = office.desk.wait(request)
    assert msgspec.json.decode(answer.body)["code"] == "BAD_MESSAGE"  # type: ignore[union-attr]


def test_a_year_that_comes_at_once_is_looked_at_in_pieces_and_all_of_it(
    office: OpenOffice, till: ATill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posloyalty.headoffice.ledger.archive.LOOKED_AT_MAX", 10)
    books = Books(till)
    for member, purchases in ((ANNA, 6), (BEN, 6), (b"c" * 16, 25)):
        books.joins(member)
        for number in range(purchases):
            books.gives(5, member=member, lot=derive_id("lot", member, number).hex())
    books.send(office)
    kept = Standing(epoch=1, seq=books.sent, head=till.hash_at(books.sent).hex())
    asks = msgspec.json.encode({"place": msgspec.to_builtins(kept)})
    left = []
    for _ in range(3):
        given = answer_in(till.ask(office, ANSWER, asks))
        with office.database.read() as connection:
            due = connection.execute(select(TILL_DUE.c.owner).order_by(TILL_DUE.c.owner))
            left.append(([bytes(row.owner)[:1] for row in due], given.more))
    assert left == [([b"b", b"c"], True), ([b"c"], True), ([], False)]
