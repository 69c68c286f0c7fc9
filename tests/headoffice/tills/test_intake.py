"""Journals come in: each event once for ever, whatever the network or a hostile till does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.tables import (
    ANOMALY,
    FORK_EVENT,
    JOURNAL_EVENT,
    JOURNAL_PLACE,
    QUARANTINE,
    TILL,
)
from posloyalty.services.book.signing import verify
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.batch import BYTES_MAX, head_statement, read_stretch
from posloyalty.sync.wire.packing import LZMA2, densely_packed, packed, unpacked
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill


def kept(office: OpenOffice, till: ATill) -> list[tuple[int, int, bytes, bytes, bytes]]:
    """What head office has of a till, in its order."""
    c = JOURNAL_EVENT.c
    asked = select(c.epoch, c.seq, c.event_id, c.body, c.hash).where(c.till_id == till.id)
    with office.database.read() as connection:
        rows = connection.execute(asked.order_by(c.epoch, c.seq)).all()
    return [(r.epoch, r.seq, bytes(r.event_id), bytes(r.body), bytes(r.hash)) for r in rows]


def held(events: list[StoredEvent]) -> list[tuple[int, int, bytes, bytes, bytes]]:
    """What a till has, in the same form."""
    return [(one.epoch, one.seq, one.event_id, one.body, one.hash) for one in events]


def test_a_journal_comes_up_byte_for_byte(office: OpenOffice, till: ATill) -> None:
    till.sell(7)
    said = till.push(office, 1, 4).said
    assert said.pop("ack")["seq"] == 4
    assert said == {
        "acked": {"epoch": 1, "seq": 4, "head": till.hash_at(4).hex()},
        "new": 4,
        "duplicates": 0,
        "anomalies": [],
        "news": None,
    }
    assert till.push(office, 5, 7).said["acked"]["seq"] == 7
    assert kept(office, till) == held(till.journal)


def test_a_journal_comes_up_densely_as_it_does_in_lines(office: OpenOffice, till: ATill) -> None:
    till.sell(9)
    assert till.push_densely(office, 1, 4).said["new"] == 4
    assert till.push(office, 3, 6).said["duplicates"] == 2
    again = till.push_densely(office, 2, 9).said
    assert (again["new"], again["duplicates"], again["acked"]["seq"]) == (3, 5, 9)
    assert kept(office, till) == held(till.journal)


def test_a_dense_stretch_is_held_to_the_same_rules(office: OpenOffice, till: ATill) -> None:
    till.sell(6)
    lines = till.stretch(till.journal[:3])
    bomb = densely_packed(bytes(BYTES_MAX + 1))
    refused = {
        "TOO_LARGE": till.request(messages.PUSH, bomb, packing=LZMA2),
        "BAD_PACKING": till.request(messages.PUSH, packed(lines), packing=LZMA2),
        "NO_BATCH": till.request(messages.PUSH, densely_packed(b"{}\n"), packing=LZMA2),
        "OTHER_COUNT": till.request(messages.PUSH, densely_packed(lines + b"{}\n"), packing=LZMA2),
        "CHAIN_BAD": till.dense(lines.replace(b"later", b"other")),
    }
    found = {code: till.send(office, request).code for code, request in refused.items()}
    assert found == {code: code for code in refused}
    assert till.push_densely(office, 4, 6).code == "GAP"
    assert kept(office, till) == []


def test_what_is_set_aside_comes_in_lines_since_it_is_kept_as_it_came(
    office: OpenOffice, till: ATill
) -> None:
    till.sell(3)
    aside = till.push_densely(office, 1, 3, path=messages.QUARANTINE)
    assert (aside.status, aside.code) == (415, "NOT_PACKED")


def test_the_place_is_signed_by_the_till_itself(office: OpenOffice, till: ATill) -> None:
    till.sell(3)
    till.push(office, 1, 3)
    with office.database.read() as connection:
        place = connection.execute(select(JOURNAL_PLACE)).one()
    statement = head_statement(till_id=till.id, epoch=1, seq=3, head=till.hash_at(3))
    assert verify(till.key.public, statement, bytes(place.signature))


def test_what_was_lost_on_the_way_back_costs_nothing(office: OpenOffice, till: ATill) -> None:
    till.sell(6)
    till.push(office, 1, 4)  # and the answer is lost
    again = till.push(office, 1, 6).said
    assert (again["new"], again["duplicates"], again["acked"]["seq"]) == (2, 4, 6)
    assert till.push(office, 2, 5).said["duplicates"] == 4
    assert kept(office, till) == held(till.journal)
    # By its hash: something else at a place that is known is no duplicate.
    before = kept(office, till)
    del till.journal[4:]
    till.sell(2)
    assert till.push(office, 2, 6).code == "FORK"
    assert kept(office, till) == before


def test_a_gap_is_answered_with_how_far_the_journal_is_kept(
    office: OpenOffice, till: ATill
) -> None:
    till.sell(9)
    till.push(office, 1, 3)
    late = till.push(office, 6, 9)
    assert (late.status, late.code, late.said["acked"]["seq"]) == (409, "GAP", 3)
    assert late.said["retry"] == "after_action"
    assert till.push(office, 4, 9).said["acked"]["seq"] == 9


def test_requests_that_come_together_are_one_after_the_other(
    office: OpenOffice, till: ATill
) -> None:
    till.sell(40)
    stretches = [(1, 40), (1, 20), (1, 40), (1, 10), (1, 40), (1, 30)]
    requests = [
        till.request(
            messages.PUSH, packed(till.stretch(till.journal[first - 1 : last])), packs=True
        )
        for first, last in stretches
    ]
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda one: till.send(office, one), requests))
    assert {one.status for one in found} == {200}
    assert sum(one.said["new"] for one in found) == 40
    assert kept(office, till) == held(till.journal)


def test_many_tills_at_once_do_not_mix(office: OpenOffice, clock: SetClock) -> None:
    tills = [ATill(clock, number=number) for number in range(2, 8)]
    for one in tills:
        one.join(office, office.administration.new_code("S1"))
        one.sell(10)
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda one: one.push(office, 1, 10), tills))
    assert [one.said["acked"]["seq"] for one in found] == [10] * 6
    assert all(kept(office, one) == held(one.journal) for one in tills)


def test_another_branch_is_evidence_and_never_merged(office: OpenOffice, till: ATill) -> None:
    till.sell(5)
    till.push(office, 1, 5)
    before = kept(office, till)
    del till.journal[3:]
    till.sell(3)
    told = till.push(office, 2, 6)
    assert (told.status, told.code, told.said["at"]) == (409, "FORK", 4)
    assert told.said["theirs"] == before[3][4].hex()
    till.push(office, 2, 6)
    assert kept(office, till) == before
    with office.database.read() as connection:
        rows = connection.execute(select(FORK_EVENT).order_by(FORK_EVENT.c.seq)).all()
    assert [(row.seq, bytes(row.body)) for row in rows] == [
        (one.seq, one.body) for one in till.journal[3:]
    ]
    assert office.administration.tills()[0].forked


def test_a_branch_before_the_place_is_found_at_the_next_event(
    office: OpenOffice, till: ATill
) -> None:
    till.sell(3)
    till.push(office, 1, 3)
    del till.journal[2:]
    till.sell(2)
    told = till.push(office, 4, 4)
    assert (told.code, told.said["at"]) == ("FORK", 3)


def test_a_chain_that_does_not_hold_is_refused_whole(office: OpenOffice, till: ATill) -> None:
    till.sell(3)
    till.journal[1] = replace(till.journal[1], body=b'{"t":"other"}')
    assert (till.push(office, 1, 3).status, till.push(office, 1, 3).code) == (422, "CHAIN_BAD")
    assert kept(office, till) == []


def test_a_new_epoch_goes_on_where_the_old_one_ended(office: OpenOffice, till: ATill) -> None:
    till.sell(2)
    till.push(office, 1, 2)
    till.add(b'{"t":"x"}', event_id=b"e" * 16, epoch=2)
    assert till.push(office, 3, 3).said["acked"] == {
        "epoch": 2,
        "seq": 3,
        "head": till.hash_at(3).hex(),
    }


COMMON = b'"v":1,"id":"' + b"61" * 16 + b'","at":"2026-11-22T14:06:00.000+08:00","hlc":[1,1]'
BAD_BODIES = [
    (b"no json at all", "UNREADABLE"),
    (b'{"t":"sale","v":1}', "UNREADABLE"),
    (b'{"t":"genesis","total":1e400}', "UNREADABLE"),
    (b"[" * 20_000, "UNREADABLE"),
    (
        b'{"t":"goods",' + COMMON + b',"articles":[{"product":"no id"}]}',
        "UNREADABLE",
    ),
    (
        b'{"t":"member_create",'
        + COMMON
        + b',"member":"","joined":"2026-01-01","store":"S1","source":"x"}',
        "UNREADABLE",
    ),
    (b'{"t":"later","v":9,"id":"00","at":"2026-11-22T14:06:00.000+08:00","hlc":[1,1]}', "OTHER_ID"),
    (
        b'{"t":"later","v":9,"id":"' + b"61" * 16 + b'",'
        b'"at":"2026-11-22T14:17:00.000+08:00","hlc":[1,1]}',
        "AHEAD",
    ),
]


@pytest.mark.parametrize(("body", "code"), BAD_BODIES)
def test_an_event_that_looks_wrong_is_kept_and_never_blocks_the_rest(
    office: OpenOffice, till: ATill, body: bytes, code: str
) -> None:
    till.sell(1)
    till.add(body, event_id=b"a" * 16)
    till.sell(1)
    assert till.push(office, 1, 3).said["anomalies"] == [[2, code]]
    assert kept(office, till) == held(till.journal)
    assert office.administration.tills()[0].anomalies == 1


def test_an_id_for_two_events_is_listed_and_the_same_event_again_is_not(
    office: OpenOffice, till: ATill
) -> None:
    till.sell(1)
    first = till.journal[0]
    till.push(office, 1, 1)
    till.add(first.body, event_id=first.event_id)
    till.add(first.body + b" ", event_id=first.event_id)
    assert till.push(office, 2, 3).said["anomalies"] == [[3, "ID_REUSED"]]
    till.add(first.body + b"  ", event_id=first.event_id)  # a request later
    assert till.push(office, 4, 4).said["anomalies"] == [[4, "ID_REUSED"]]
    assert kept(office, till) == held(till.journal)  # all of them, each at its place


def test_hello_says_how_the_journals_compare(office: OpenOffice, till: ATill) -> None:
    till.sell(5)
    till.push(office, 1, 4)
    cases = [(4, b"", "ok"), (5, b"", "ok"), (2, b"", "behind"), (4, b"x" * 32, "fork"),
             (2, b"x" * 32, "fork"), (0, b"", "behind")]  # fmt: skip
    for seq, head, state in cases:
        said = till.hello(office, seq=seq, head=head).said
        assert (said["state"], said["place"]["seq"]) == (state, 4), (seq, head)
    assert till.hello(office).said["place"]["head"] == till.hash_at(4).hex()


def test_head_office_knows_what_waits_at_a_till(office: OpenOffice, till: ATill) -> None:
    till.sell(9)
    till.hello(office)
    assert office.administration.tills()[0].waiting == 9
    till.push(office, 1, 4)
    assert (office.administration.tills()[0].kept, office.administration.tills()[0].waiting) == (
        4,
        5,
    )
    till.push(office, 7, 9)  # a gap
    assert office.administration.tills()[0].waiting == 5


def test_a_till_reads_its_own_events_back(office: OpenOffice, till: ATill) -> None:
    till.sell(9)
    till.push(office, 1, 9)
    found = till.ask(office, f"{messages.JOURNAL}?epoch=1&from=3&n=4", b"", method="GET")
    back = read_stretch(unpacked(found.body, most_bytes=100_000))
    assert [one.body for one in back.sent] == [one.body for one in till.journal[2:6]]
    assert back.hashes()[-1] == till.hash_at(6)
    assert back.previous == till.hash_at(2)
    nothing = till.ask(office, f"{messages.JOURNAL}?epoch=1&from=10&n=4", b"", method="GET")
    assert (nothing.status, nothing.code) == (404, "NO_EVENTS")
    bad = till.ask(office, f"{messages.JOURNAL}?epoch=1&from=-1&n=4", b"", method="GET")
    assert (bad.status, bad.code) == (400, "BAD_QUERY")


def test_a_revoked_till_strands_no_sale(office: OpenOffice, till: ATill) -> None:
    till.sell(3)
    office.administration.revoke(till.id.hex())
    assert (till.push(office, 1, 3).status, till.push(office, 1, 3).code) == (403, "REVOKED")
    request = packed(till.stretch(till.journal))
    for _ in range(2):
        aside = till.push(office, 1, 3, path=messages.QUARANTINE)
        assert (aside.status, aside.said["acked"]["seq"]) == (202, 0)
    assert kept(office, till) == []
    with office.database.read() as connection:
        rows = connection.execute(select(QUARANTINE.c.body)).scalars().all()
    assert [bytes(one) for one in rows] == [request]


def test_a_till_sends_its_own_journal_only(office: OpenOffice, till: ATill) -> None:
    other = ATill(till.clock, number=9)
    other.join(office, office.administration.new_code("S1"))
    other.sell(2)
    forged = till.request(messages.PUSH, packed(other.stretch(other.journal)), packs=True)
    told = till.send(office, forged)
    assert (told.status, told.code) == (403, "OTHER_TILL")
    assert kept(office, other) == []


def test_a_head_that_the_till_did_not_sign_is_refused(office: OpenOffice, till: ATill) -> None:
    till.sell(2)
    body = till.stretch(till.journal)
    signature = till.key.sign(
        head_statement(till_id=till.id, epoch=1, seq=2, head=till.hash_at(2))
    ).hex()
    forged = body.replace(signature.encode(), signature[::-1].encode())
    told = till.ask(office, messages.PUSH, forged, packs=True)
    assert (told.status, told.code) == (422, "BAD_SIGNATURE")


def test_nobody_changes_what_a_till_sent(office: OpenOffice, till: ATill) -> None:
    till.sell(2)
    till.push(office, 1, 2)
    for statement in ("UPDATE journal_event SET seq = 9", "DELETE FROM journal_event"):
        with pytest.raises(DBAPIError, match="never changed"), office.database.write() as made:
            made.execute(text(statement))
    assert kept(office, till) == held(till.journal)


def test_a_fault_in_the_middle_keeps_nothing_and_the_next_try_keeps_all(
    office: OpenOffice, till: ATill, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.sell(4)
    put = office.database.put

    def broken(*told: object) -> None:
        put(*told)  # type: ignore[arg-type]
        raise OSError("the disk is gone")

    monkeypatch.setattr(office.database, "put", broken)
    with pytest.raises(OSError, match="the disk is gone"):
        till.push(office, 1, 4)
    monkeypatch.undo()
    assert kept(office, till) == []
    assert till.push(office, 1, 4).said["new"] == 4


def test_rows_say_when_a_till_was_seen(office: OpenOffice, till: ATill, clock: SetClock) -> None:
    clock.pass_time(timedelta(hours=2))
    till.hello(office)
    with office.database.read() as connection:
        seen = connection.execute(select(TILL.c.seen_s)).scalar_one()
        assert connection.execute(select(ANOMALY)).all() == []
    assert seen == int(clock.now().timestamp())
