"""Lists of stores and tills: the order people expect, page by page, and no more read than one."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, insert, select

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.epoch_tables import TILL_START
from posloyalty.headoffice.store.tables import ANOMALY, FORK_EVENT, JOURNAL_PLACE, STORE, TILL
from posloyalty.headoffice.tills import shop_lists
from posloyalty.headoffice.tills.code_order import as_counted
from posloyalty.headoffice.tills.shop_lists import QUIET_S, ShopLists
from posloyalty.headoffice.tills.till_rows import TillRow, till_rows
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.office.clones import Standing
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill

STORES, A_STORE = 11, 5
KINDS = ("well", "well", "well", "revoked", "gone", "quiet", "forked", "copied", "lost and quiet")


def like(connection: Connection, table: Any, till_id: bytes) -> dict[str, Any]:
    found = connection.execute(select(table).where(table.c.till_id == till_id)).one()
    return dict(found._mapping)


def a_chain(office: OpenOffice, till: ATill, clock: SetClock) -> dict[str, str]:
    """Stores with tills of every kind; each one's kind by its name. Who joined is well."""
    rolled, now_s = Random(4), int(clock.now().timestamp())
    kinds = {"S1-T1": "well"}
    with office.database.write() as connection:
        codes = [f"S{n}" for n in range(2, STORES + 1)]
        connection.execute(insert(STORE), [{"code": c, "name": "x", "made_s": 0} for c in codes])
        row, place = like(connection, TILL, till.id), like(connection, JOURNAL_PLACE, till.id)
        for store in range(1, STORES + 1):
            for number in range(2, A_STORE + 2):
                kind, raw = rolled.choice(KINDS), (store * 100 + number).to_bytes(16, "big")
                kinds[f"S{store}-T{number}"] = kind
                mine = {"till_id": raw, "store_code": f"S{store}", "till_code": f"T{number}"}
                mine |= {"waiting": number}
                mine |= {"revoked": 1} if kind == "revoked" else {}
                mine |= {"gone_s": now_s} if kind in ("gone", "lost and quiet") else {}
                mine |= {"seen_s": now_s - QUIET_S} if "quiet" in kind else {}
                connection.execute(insert(TILL).values(row | mine))
                connection.execute(insert(JOURNAL_PLACE).values(place | {"till_id": raw}))
                odd = {"till_id": raw, "epoch": 1, "seq": 1}
                if kind == "forked":
                    fork = odd | {"hash": b"", "event_id": b"", "body": b"", "received_s": 0}
                    columns = FORK_EVENT.c.keys()
                    connection.execute(
                        insert(FORK_EVENT).values({c: fork[c] for c in columns if c in fork})
                    )
                    connection.execute(
                        insert(ANOMALY).values(odd | {"code": "FORK", "received_s": 0})
                    )
                if kind == "copied":
                    start = {"till_id": raw, "boot": bytes(16), "after": b"", "seq": 1}
                    start |= {"standing": Standing.SUSPECT, "first_s": 0, "last_s": 0}
                    connection.execute(insert(TILL_START).values(start))
    return kinds


def name(row: TillRow) -> str:
    return f"{row.store}-{row.code}"


@pytest.fixture
def lists(office: OpenOffice, clock: SetClock) -> ShopLists:
    return ShopLists(office.database, clock)


def test_every_page_is_a_stretch_of_one_order_with_trouble_first(
    office: OpenOffice, till: ATill, clock: SetClock, lists: ShopLists
) -> None:
    kinds = a_chain(office, till, clock)
    order = sorted(
        kinds,
        key=lambda one: (
            kinds[one] not in ("quiet", "forked", "copied"), as_counted(*one.split("-")),
        ),
    )  # fmt: skip
    found = lists.tills()
    assert len(found) == len(order) == STORES * A_STORE + 1
    for most in (1, 7, 100):
        walked = [found.rows(begin, most) for begin in range(0, len(order), most)]
        assert [name(row) for page in walked for row in page] == order
    whole = {row.till_id: row for row in office.administration.tills()}
    assert {row.till_id: row for row in found.rows(0, 100)} == whole
    assert found.rows(len(order), 7) == []


@pytest.mark.parametrize("find", ["s1-", "T3", "s1-t", "%", "_", "nothing"])
def test_what_is_looked_for_is_a_part_of_the_name_and_no_pattern(
    office: OpenOffice, till: ATill, clock: SetClock, lists: ShopLists, find: str
) -> None:
    kinds = a_chain(office, till, clock)
    found = lists.tills(find)
    wanted = {one for one in kinds if find.lower() in one.lower()}
    assert {name(row) for row in found.rows(0, 100)} == wanted
    assert len(found) == len(wanted)


def test_a_page_reads_the_tills_of_its_stores_alone(
    office: OpenOffice,
    till: ATill,
    clock: SetClock,
    lists: ShopLists,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_chain(office, till, clock)
    read: list[int] = []

    def counted(connection: Connection, only: ColumnElement[bool] | None = None) -> list[TillRow]:
        found = till_rows(connection, only)
        read.append(len(found))
        return found

    monkeypatch.setattr(shop_lists, "till_rows", counted)
    found = lists.tills()
    assert (len(found.rows(40, 3)), read) == (3, read[:1])
    assert read[0] <= 2 * A_STORE
    assert [row.code for row in lists.stores(lists.store_codes()[9:11])] == ["S10", "S11"]


def test_the_figures_of_all_are_added_up_by_the_database(
    office: OpenOffice, till: ATill, clock: SetClock, lists: ShopLists
) -> None:
    empty = lists.standing()
    assert (empty.stores, empty.tills, empty.quiet, empty.waiting) == (1, 1, 0, 0)
    kinds = a_chain(office, till, clock)
    chain = lists.standing()
    assert (chain.stores, chain.tills) == (STORES, len(kinds))
    assert chain.quiet == sum(kind == "quiet" for kind in kinds.values())
    assert chain.waiting == sum(row.waiting for row in office.administration.tills())


def test_tills_are_named_by_their_ids_and_what_is_none_is_left_out(
    lists: ShopLists, till: ATill
) -> None:
    assert lists.names({till.id.hex(), "ff" * 16, "", "x"}) == {till.id.hex(): "S1-T1"}


@pytest.mark.parametrize(
    ("code", "name", "refused"),
    [
        ("s7", "Seven", "STORE_EXISTS"),
        ("S8", " ", "STORE_NAME_NEEDED"),
        ("S 8", "Eight", "INVALID"),
    ],
)
def test_a_store_has_a_name_and_a_code_that_nobody_takes_for_anothers(
    office: OpenOffice, code: str, name: str, refused: str
) -> None:
    office.administration.add_store("S7", "Seven")
    with pytest.raises(ServiceRefusal, match=refused):
        office.administration.add_store(code, name)
    assert [one.code for one in office.administration.stores()] == ["S1", "S7"]
