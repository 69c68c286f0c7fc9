"""A real book sends to a real head office over a network that a test spoils."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import select

from posloyalty.headoffice.running.opening import OpenOffice, opened_office
from posloyalty.headoffice.store.tables import JOURNAL_PLACE, QUARANTINE
from posloyalty.headoffice.tills import desk, intake
from posloyalty.services.office.join_head_office import is_safe
from posloyalty.services.office.send_journal import Sending, SendingStatus
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.ask_session import SELLING_MS
from posloyalty.sync.push_session import IDLE_MS, LINGER_MS
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.answers import ANSWER
from posloyalty.sync.wire.articles import ARTICLES
from posloyalty.sync.wire.batch import read_stretch
from posloyalty.sync.wire.packing import GZIP, LZMA2, unpacked
from posloyalty.sync.wire.profiles import FEED
from posloyalty.sync.wire.roll import ROLL
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.time import SeededChance
from tests.headoffice.a_network import URL, connected
from tests.headoffice.a_pair import Pair


def test_an_older_head_office_hears_what_it_always_heard(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_TAKES", "")
    pair.join()
    pair.sending.send_all()
    pair.note(30)
    assert pair.sending.send_all().sending is Sending.UP_TO_DATE
    assert set(pair.network.packings) == {GZIP}
    assert pair.at_office() == pair.journal()


def test_where_an_older_release_answers_all_at_once_the_till_goes_back_to_lines(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.join()
    pair.sending.send_all()
    del pair.network.packings[:]
    monkeypatch.delitem(intake.FORMS, LZMA2)
    monkeypatch.setattr(desk, "_TAKES", "")
    pair.note(620)
    assert pair.sending.send_all().sending is Sending.UP_TO_DATE
    assert pair.network.packings == [LZMA2, GZIP, GZIP]
    assert pair.at_office() == pair.journal()


def test_a_till_without_a_head_office_is_alone_and_asks_nobody(pair: Pair) -> None:
    assert pair.sending.send_all() == SendingStatus(sending=Sending.ALONE)
    assert pair.network.asked == []


def test_a_shop_that_sold_alone_joins_and_its_journal_goes_up_as_it_is(pair: Pair) -> None:
    pair.note(620)
    joined = pair.join()
    assert (joined.store, pair.joining.joined()) == ("S1", joined)
    assert pair.waiting() == len(pair.journal()) > 500
    assert pair.sending.send_all() == SendingStatus(sending=Sending.UP_TO_DATE, listens=True)
    assert pair.at_office() == pair.journal()
    assert pair.waiting() == 0
    assert pair.network.asked == [
        messages.ENROL,
        messages.HELLO,
        messages.PUSH,
        messages.PUSH,
        ANSWER,
        ARTICLES,
        ROLL,  # of its store, then of all: head office has not packed any yet
        ROLL,
        FEED,
    ]
    assert pair.office.administration.tills()[0].waiting == 0


@pytest.mark.parametrize("trouble", ["no line", "portal", "moved", "proxy", "lost", "changed"])
def test_whoever_answers_in_place_of_head_office_is_no_line(pair: Pair, trouble: str) -> None:
    pair.join()
    pair.sending.send_all()
    pair.note(3)
    pair.network.troubles = [trouble]
    status = pair.sending.send_all()
    assert (status.sending, status.waiting) == (Sending.OFFLINE, 3)
    assert status.since == pair.shop.till.clock.now().isoformat(timespec="milliseconds")
    assert pair.waiting() == 3
    pair.note(1)
    pair.shop.clock.pass_time(timedelta(minutes=6))
    assert pair.sending.send_all() == SendingStatus(sending=Sending.UP_TO_DATE, listens=True)
    assert pair.at_office() == pair.journal()


def test_a_request_that_arrives_twice_counts_once(pair: Pair) -> None:
    pair.join()
    pair.network.troubles = ["twice", "twice"]
    assert pair.sending.send_all().sending is Sending.UP_TO_DATE
    assert pair.at_office() == pair.journal()


def test_a_till_that_is_killed_after_sending_goes_on_where_head_office_is(pair: Pair) -> None:
    pair.join()
    pair.note(30)
    pair.network.troubles = ["", "lost"]
    assert pair.sending.send_all().sending is Sending.OFFLINE
    pair.sending.close()
    pair.shop.reopen()
    again = connected(pair.shop, pair.network, seed=3).sending
    assert again.send_all().sending is Sending.UP_TO_DATE
    again.close()
    assert pair.at_office() == pair.journal()
    assert pair.waiting() == 0


def test_behind_a_sale_that_is_no_news_nobody_asks(pair: Pair) -> None:
    pair.join()
    pair.sending.send_all()
    pair.network.asked.clear()
    pair.note(1)
    assert pair.sending.send_all() == SendingStatus(sending=Sending.UP_TO_DATE, listens=True)
    assert pair.network.asked == [messages.PUSH]
    pair.shop.clock.pass_time(timedelta(milliseconds=SELLING_MS))
    pair.note(1)
    pair.sending.send_all()
    assert pair.network.asked == [messages.PUSH, messages.PUSH, ANSWER]


def test_a_head_office_that_does_not_say_whether_there_is_news_is_asked(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.join()
    pair.sending.send_all()
    pair.network.asked.clear()
    monkeypatch.setattr(intake, "_with_news", lambda said, _: said)
    pair.note(1)
    pair.sending.send_all()
    assert pair.network.asked == [messages.PUSH, ANSWER]


def test_what_is_new_waits_a_moment_for_company(pair: Pair) -> None:
    pair.join()
    pair.sending.send_all()
    pair.note(1)
    assert pair.sending.step() == LINGER_MS
    pair.shop.clock.pass_time(timedelta(milliseconds=LINGER_MS))
    assert pair.sending.step() == 0
    assert pair.sending.status().sending is Sending.UP_TO_DATE
    # Head office had nothing to say to that; it was asked when all before was sent.
    assert pair.sending.step() == IDLE_MS - LINGER_MS
    pair.shop.clock.pass_time(timedelta(milliseconds=IDLE_MS))
    pair.network.asked.clear()
    assert pair.sending.step() == 0
    assert pair.network.asked == [ANSWER]


def test_a_till_whose_clock_is_wrong_sends_by_head_offices_time(pair: Pair) -> None:
    pair.join()
    office_time = pair.office.desk._clock
    assert office_time is pair.shop.clock  # one clock for both, so head office's is set apart
    ahead = SetApart(pair.shop.clock.now() + timedelta(hours=3))
    pair.office.desk._clock = ahead  # type: ignore[assignment]
    assert pair.sending.send_all().sending is Sending.UP_TO_DATE
    assert pair.at_office() == pair.journal()


@dataclass
class SetApart:
    """A clock of its own."""

    at: object

    def now(self) -> object:
        return self.at


def test_a_revoked_till_says_so_and_sends_again_when_it_may(pair: Pair) -> None:
    pair.join()
    pair.sending.send_all()
    till_id = pair.shop.till.facts.till_id.hex()
    pair.office.administration.revoke(till_id)
    pair.note(2)
    kept = pair.at_office()
    assert pair.sending.send_all() == SendingStatus(sending=Sending.STOPPED, reason="REVOKED")
    # What it sold is set aside, whole, and in no journal.
    assert pair.at_office() == kept
    with pair.office.database.read() as connection:
        (aside,) = connection.execute(select(QUARANTINE.c.body)).scalars()
    stretch = read_stretch(unpacked(bytes(aside), most_bytes=100_000))
    assert [one.body for one in stretch.sent] == [body for _seq, body, _hash in pair.journal()[-2:]]
    assert {row.state for row in pair.outbox()} == {"quarantined"}
    pair.join()
    pair.shop.clock.pass_time(timedelta(minutes=6))
    assert pair.sending.send_all().sending is Sending.UP_TO_DATE
    assert pair.at_office() == pair.journal()
    assert pair.outbox() == ()


def test_a_certificate_that_ran_out_is_renewed_by_itself(pair: Pair) -> None:
    first = pair.join()
    pair.shop.clock.pass_time(timedelta(days=100))
    pair.note(1)
    assert pair.sending.send_all().sending is Sending.UP_TO_DATE
    renewed = pair.joining.joined()
    assert renewed is not None
    assert renewed.not_after > first.not_after


@pytest.mark.parametrize(("days", "good_for_days"), [(59, 90), (60, 150), (85, 175)])
def test_a_certificate_is_renewed_from_day_60_so_a_till_may_then_be_put_away(
    pair: Pair, days: int, good_for_days: int
) -> None:
    first = datetime.fromisoformat(pair.join().not_after)
    pair.shop.clock.pass_time(timedelta(days=days))
    assert pair.sending.send_all().sending is Sending.UP_TO_DATE
    kept = pair.joining.joined()
    assert kept is not None
    good_until = datetime.fromisoformat(kept.not_after)
    assert round((good_until - first) / timedelta(days=1)) == good_for_days - 90


def test_one_event_that_head_office_cannot_take_holds_up_nothing(pair: Pair) -> None:
    pair.join()
    pair.note(40)
    culprit = pair.journal()[20]
    pair.network.poison = culprit[1]
    for _ in range(5):
        status = pair.sending.send_all()
        pair.shop.clock.pass_time(timedelta(minutes=6))
    assert status.sending is Sending.UP_TO_DATE
    assert pair.at_office() == pair.journal()
    (special,) = pair.outbox()
    assert (special.seq, special.state, special.reason) == (culprit[0], "acked", "WRAPPED")
    note = json.loads(pair.journal()[-1][1])
    assert (note["t"], note["code"], note["facts"]) == (
        "error_note",
        "outbox.wrapped",
        [["seq", str(culprit[0])]],
    )


@pytest.mark.parametrize("trouble", [(), ("lost",), ("", "lost")])
def test_what_is_no_text_goes_as_bytes_and_the_outbox_says_so(
    pair: Pair, trouble: Sequence[str]
) -> None:
    pair.join()
    pair.note(3)
    with patch("posloyalty.sync.events.encode", lambda _event: b"\xff no text"):
        pair.note(1)
    (*_, (spoilt, _, _)) = pair.journal()
    pair.note(3)
    pair.network.troubles = list(trouble)
    for _ in range(3):
        status = pair.sending.send_all()
        pair.shop.clock.pass_time(timedelta(minutes=6))
    assert status.sending is Sending.UP_TO_DATE
    assert pair.at_office() == pair.journal()
    (special,) = pair.outbox()
    assert (special.seq, special.state, special.reason) == (spoilt, "acked", "WRAPPED")
    notes = [json.loads(body) for seq, body, _ in pair.journal() if seq != spoilt]
    facts = [one["facts"] for one in notes if one.get("code") == "outbox.wrapped"]
    assert facts == [[["seq", str(spoilt)]]]


def test_a_busy_head_office_is_left_alone_for_as_long_as_it_asks(pair: Pair) -> None:
    pair.join()
    pair.network.troubles = ["busy"]
    assert pair.sending.send_all().sending is Sending.OFFLINE
    assert pair.sending.step() >= 40_000


def test_a_head_office_that_lost_its_last_events_gets_them_again(pair: Pair) -> None:
    pair.join()
    pair.note(5)
    pair.sending.send_all()
    whole = pair.journal()
    with pair.office.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER journal_event_DELETE_kept")
        connection.exec_driver_sql("DELETE FROM journal_event WHERE seq > 2")
        connection.execute(JOURNAL_PLACE.update().values(seq=2, hash=whole[1][2]))
    pair.note(1)
    assert pair.sending.send_all().sending is Sending.UP_TO_DATE
    assert pair.at_office() == pair.journal()


# Joining

REFUSED = [
    ("nothing", "JOINING_CODE_MISTYPED"),
    ("0000-0000-0000", "CODE_UNKNOWN"),
]


@pytest.mark.parametrize(("code", "reason"), REFUSED)
def test_a_code_that_is_none_is_refused(pair: Pair, code: str, reason: str) -> None:
    with pytest.raises(ServiceRefusal, match=reason):
        pair.joining.join(URL, code)
    assert pair.joining.joined() is None


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ("no line", "HEAD_OFFICE_OUT_OF_REACH"),
        ("lost", "HEAD_OFFICE_OUT_OF_REACH"),
        ("portal", "HEAD_OFFICE_NOT_HERE"),
        ("moved", "HEAD_OFFICE_NOT_HERE"),
        ("changed", "HEAD_OFFICE_NOT_HERE"),
        ("not yet", "TLS_NOT_YET"),
    ],
)
def test_nothing_is_kept_of_a_head_office_that_did_not_prove_itself_and_why_is_said(
    pair: Pair, trouble: str, reason: str
) -> None:
    pair.network.troubles = [trouble]
    with pytest.raises(ServiceRefusal) as refused:
        pair.join()
    assert refused.value.reason == reason
    for language in LANGUAGES:
        said = Words(language)(f"refusal.{reason}", **refused.value.facts)
        assert str(refused.value.facts["detail"]) not in said
    assert pair.joining.joined() is None


def test_somebody_in_between_who_does_not_know_the_code_is_found_out(
    pair: Pair, tmp_path: Path
) -> None:
    code = pair.office.administration.new_code("S1")
    with opened_office(
        tmp_path / "thief", "", clock=pair.shop.clock, chance=SeededChance(4)
    ) as thief:
        thief.administration.add_store("S1", "x")
        # The thief sees everything that travels, and puts its own key into a sound answer.
        pair.network.office = thief
        with thief.database.write() as connection, pair.office.database.read() as seen:
            row = seen.exec_driver_sql("SELECT * FROM joining_code").one()
            connection.exec_driver_sql(
                "INSERT INTO joining_code (lookup, key, store_code, until_s) VALUES (?, ?, ?, ?)",
                (row.lookup, b"a guess", "S1", row.until_s),
            )
        thief.desk._enrolment._code = lambda *told: _unproved(thief, row)  # type: ignore[method-assign]
        with pytest.raises(ServiceRefusal) as refused:
            pair.joining.join(URL, code)
    assert refused.value.facts["detail"] == "FORGED"
    assert pair.joining.joined() is None


@dataclass
class _Guess:
    lookup: bytes
    key: bytes
    store_code: str


def _unproved(_thief: OpenOffice, row: object) -> _Guess:
    return _Guess(bytes(row.lookup), b"a guess", "S1")  # type: ignore[attr-defined]


ADDRESSES = [
    ("https://office.example", True),
    ("http://127.0.0.1:8470", True),
    ("http://localhost", True),
    ("http://[::1]:8470/x", True),
    ("unix:/run/office", True),
    ("http://office.example", False),
    ("http://127.0.0.1.evil.example", False),
    ("http://localhost@evil.example", False),
    ("http://127.0.0.1:8470@evil.example", False),
    ("ftp://office.example", False),
    ("", False),
]


@pytest.mark.parametrize(("url", "safe"), ADDRESSES)
def test_a_journal_leaves_the_machine_over_https_only(pair: Pair, url: str, safe: bool) -> None:
    assert is_safe(url) is safe
    if not safe:
        with pytest.raises(ServiceRefusal, match="INSECURE_ADDRESS"):
            pair.joining.join(url, "0000-0000-0000")


def test_a_line_that_a_wrong_clock_breaks_is_told_with_its_cause(pair: Pair) -> None:
    pair.join()
    pair.network.troubles = ["not yet"]
    status = pair.sending.send_all()
    assert (status.sending, status.reason) == (Sending.OFFLINE, "TLS_NOT_YET")
    pair.shop.clock.pass_time(timedelta(minutes=6))
    assert pair.sending.send_all().reason == ""
