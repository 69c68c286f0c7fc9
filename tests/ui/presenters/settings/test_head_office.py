"""The section "head office": joining on the screen, and every record on its way with its state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from posloyalty.services.office.send_journal import Sending, SendingStatus
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.wording import LANGUAGES, Words
from posloyalty.wording.office_reasons import stopped_reason
from tests.fakes.head_office import ADDRESS, CODE, FACTS, ROWS
from tests.ui.presenters.settings.office import Office
from ui.presenters.ports import ToastKind
from ui.presenters.session import Change
from ui.presenters.settings.head_office import AGAIN_MS, JOINS_AGAIN, ROWS_MOST
from ui.presenters.settings.section import NoticeKind

STOPS = (
    "REVOKED", "CLONE_SUSPECT", "CERTIFICATE_EXPIRED", "CLOCK_OFF", "OTHER_OFFICE", "UNKNOWN_TILL",
    "CHAIN_BAD", "TOO_LARGE", "FAULT", "FORK", "NEVER_HEARD_OF",
)  # fmt: skip
AWAY_SINCE = "2026-11-22T14:02:00.000+08:00"


def joined(**told: object) -> Office:
    at = Office("office")
    at.till.joining.facts = FACTS
    at.till.sending.on_the_way = ROWS
    at.till.sending.told = SendingStatus(**{"sending": Sending.WAITING, "waiting": 2, **told})
    at.screen.opened(section="office")
    return at


def shown(at: Office) -> dict[str, str]:
    return {field.name: field.value for field in at.state.form.fields}


def test_a_till_that_is_alone_joins_by_an_address_and_a_code() -> None:
    at = Office("office")
    assert [(e.title, e.note) for e in at.state.entries or ()] == [("Head office", "Not joined")]
    assert (at.state.save_label, at.state.can_save, at.state.acts) == ("Join", False, ())
    at.fill(address=f" {ADDRESS} ", code=CODE.lower())
    assert at.state.can_save
    at.screen.save()
    assert at.till.joining.asked == [(ADDRESS, CODE.lower())]
    assert at.shell.toasts.said[-1] == ("This till has joined store S01.", ToastKind.GOOD)
    assert shown(at)["store"] == "S01"
    assert at.state.save_label == ""


REFUSED = [
    ("JOINING_CODE_MISTYPED", {}, "code"),
    ("CODE_EXPIRED", {"code": "CODE_EXPIRED"}, "code"),
    ("INSECURE_ADDRESS", {"address": "http://x"}, "address"),
    ("HEAD_OFFICE_OUT_OF_REACH", {"detail": "x"}, "address"),
    ("HEAD_OFFICE_NOT_HERE", {"detail": "x"}, "address"),
    ("TLS_NOT_YET", {"detail": "x"}, "address"),
    ("CLOCK_OFF", {"code": "CLOCK_OFF"}, "address"),
]


@pytest.mark.parametrize(("reason", "facts", "entry"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_is_wrong_stands_at_its_entry_and_what_was_typed_stays(
    reason: str, facts: dict[str, object], entry: str
) -> None:
    at = Office("office")
    at.till.joining.refuses = ServiceRefusal(reason, **facts)
    at.fill(address=ADDRESS, code=CODE)
    at.screen.save()
    assert set(at.findings()) == {entry}
    assert shown(at) == {"address": ADDRESS, "code": CODE}
    assert at.state.can_save


@pytest.mark.parametrize("again", [False, True])
def test_a_till_whose_name_another_one_has_is_given_another_till_code(again: bool) -> None:
    at = joined(sending=Sending.STOPPED, reason="REVOKED") if again else Office("office")
    at.till.joining.refuses = ServiceRefusal("TILL_NAME_TAKEN", till="T01")
    at.fill(**({} if again else {"address": ADDRESS}), code=CODE)
    at.screen.save()
    assert at.till.joining.named == ""
    assert "Another till of this store is T01" in at.findings()["till"]
    assert at.state.form.field("till").label == "Till code here"
    # The joining code was not used up: the same one again, as another till.
    at.till.joining.refuses = None
    at.fill(till=" t02 ")
    at.screen.save()
    assert at.till.joining.asked == [(ADDRESS, CODE)] * 2
    assert at.till.joining.named == "T02"
    told = "This till has joined as S01-T02. Its receipts are numbered by that from now on."
    assert at.shell.toasts.said[-1] == (told, ToastKind.GOOD)
    assert "till" not in shown(at)


def test_who_leaves_the_form_is_asked_for_no_other_till_code() -> None:
    at = Office("office")
    at.till.joining.refuses = ServiceRefusal("TILL_NAME_TAKEN", till="T01")
    at.fill(address=ADDRESS, code=CODE)
    at.screen.save()
    at.section.discard()
    assert set(shown(at)) == {"address", "code"}


def test_any_other_no_is_said_on_the_message_line() -> None:
    at = Office("office")
    at.till.joining.refuses = ServiceRefusal("HEAD_OFFICE_REFUSES", code="X")
    at.fill(address=ADDRESS, code=CODE)
    at.screen.save()
    assert (at.findings(), at.shell.toasts.said[-1][1]) == ({}, ToastKind.REFUSED)


def test_every_record_on_its_way_stands_in_the_list_with_its_state() -> None:
    at = joined()
    rows = [(e.title, e.note, e.figure) for e in at.state.entries or ()][1:]
    assert rows == [
        ("Sale", "waits · 11-22 14:05", "4713"),
        ("Entry", "waits · 11-22 14:05", "4712"),
        ("Deed at the counter", "set aside · 11-22 13:58", "4690"),
        ("Points, rewards, activities", "sent unread · 11-21 18:20", "4011"),
    ]
    assert at.state.summary == "2 records wait"


def test_who_joined_just_now_is_sending_and_not_done() -> None:
    at = Office("office")
    at.till.sending.on_the_way = ROWS
    at.till.sending.told = SendingStatus(sending=Sending.ALONE)
    at.fill(address=ADDRESS, code=CODE)
    changes: list[Change] = []
    at.shell.session.subscribe(changes.append)
    at.screen.save()
    assert changes == [Change.SHOP, Change.JOINED]
    assert (at.state.entries or ())[0].note == "Sending"
    assert at.state.notices == ()


def test_the_page_follows_how_sending_stands_while_it_is_looked_at() -> None:
    at = joined()
    at.till.sending.on_the_way = ()
    at.till.sending.told = done = SendingStatus(sending=Sending.UP_TO_DATE)
    at.shell.session.sending_stands(done)
    assert [(e.title, e.note) for e in at.state.entries or ()] == [("Head office", "Up to date")]
    assert at.state.notices[0].kind is NoticeKind.GOOD
    at.screen.closed()
    at.till.sending.told = away = SendingStatus(sending=Sending.OFFLINE, since=AWAY_SINCE)
    at.shell.session.sending_stands(away)
    assert (at.state.entries or ())[0].note == "Up to date"  # nobody looks
    at.screen.opened(section="office")
    assert (at.state.entries or ())[0].note == "Offline"


def test_more_may_wait_than_the_list_holds() -> None:
    at = joined(waiting=7_737)
    assert at.state.summary == "2 records wait"  # four stand there, and no more do
    at.till.sending.on_the_way = tuple(replace(ROWS[0], seq=n) for n in range(1, ROWS_MOST + 1))
    at.screen.opened(section="office")
    assert at.state.summary == "7,737 records wait"


@pytest.mark.parametrize(("key", "said", "helps"), [
    ("4713", "by itself", True), ("4690", "keeps it apart", True), ("4011", "unread", False),
])  # fmt: skip
def test_an_opened_record_says_how_it_stands_and_what_helps(
    key: str, said: str, helps: bool
) -> None:
    at = joined()
    at.section.choose(key)
    assert shown(at)["number"] == key
    assert said in at.state.notices[0].text
    assert bool(at.state.acts) is helps


def test_what_may_be_handed_out_of_reach_stands_there_in_the_shops_money() -> None:
    at = Office("office")
    at.till.joining.facts = FACTS
    at.till.lending.policy = RiskPolicy(floor_minor=250, stale_after=timedelta(hours=48), version=3)
    at.screen.opened(section="office")
    assert [(e.title, e.note) for e in at.state.entries or ()][1:] == [
        ("Limits out of reach", "Policy 3 holds")
    ]
    at.section.choose("policy")
    assert shown(at) == {
        "lease_minor": "20.00",
        "floor_minor": "2.50",
        "till_day_minor": "100.00",
        "store_day_minor": "500.00",
        "override_minor": "20.00",
        "override_day_minor": "100.00",
        "voucher_face_minor": "5.00",
        "returns_minor": "as each shop says",
        "stale_after": "48 h",
        "card_offline": "no",
    }
    assert "nothing of it can be changed here" in at.state.notices[0].text
    assert (at.state.acts, at.state.save_label) == ((), "")
    at.till.lending.policy = RiskPolicy()
    at.screen.opened(section="office")
    assert (at.state.entries or ())[1].note == "As usual: head office has set nothing else"
    at.till.lending.policy = None
    at.screen.opened(section="office")
    assert len(at.state.entries or ()) == 1


def test_trying_again_asks_the_lane_that_sends_and_reads_the_list_anew() -> None:
    at = joined()
    again, _other = at.state.acts
    at.section.act(again.name)
    assert at.till.sending.retried == 1
    at.till.sending.on_the_way = ()
    at.till.sending.told = SendingStatus(sending=Sending.UP_TO_DATE)
    at.shell.timer.pass_ms(AGAIN_MS)
    assert len(at.state.entries or ()) == 1
    assert at.state.notices[0].kind is NoticeKind.GOOD


@pytest.mark.parametrize("code", STOPS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_reason_is_shown_as_its_code(language: str, code: str) -> None:
    said = stopped_reason(Words(language), code)
    assert code not in said
    assert "_" not in said


def test_a_stopped_till_says_why_and_a_restored_one_what_waits() -> None:
    stopped = joined(sending=Sending.STOPPED, reason="REVOKED")
    assert (stopped.state.entries or ())[0].note == "Not sending"
    (why,) = stopped.state.notices
    assert ("revoked" in why.text, why.kind) == (True, NoticeKind.REFUSED)
    restored = joined(frozen="witness")
    assert (restored.state.entries or ())[0].note == "Restored: points wait"
    assert "put back from a copy" in restored.state.notices[0].text
    away = joined(sending=Sending.OFFLINE, since=AWAY_SINCE)
    assert "14:02" in away.state.notices[0].text
    behind = joined(sending=Sending.OFFLINE, since=AWAY_SINCE, reason="TLS_NOT_YET")
    cause, since = behind.state.notices
    assert ("clock" in cause.text, "14:02" in since.text) == (True, True)
    both = joined(sending=Sending.STOPPED, reason="CLOCK_OFF", frozen="witness")
    assert (both.state.entries or ())[0].note == "Not sending"


@pytest.mark.parametrize("reason", sorted(JOINS_AGAIN))
def test_a_till_that_has_to_join_by_a_new_code_has_where_to_type_it(reason: str) -> None:
    at = joined(sending=Sending.STOPPED, reason=reason)
    assert list(shown(at)) == ["address", "store", "state", "code"]
    assert (at.state.save_label, at.state.can_save) == ("Join", False)
    at.fill(code=f" {CODE} ")
    assert at.state.can_save
    at.screen.save()
    assert at.till.joining.asked == [(FACTS.url, CODE)]
    assert at.till.sending.retried == 1  # it had drawn a wait of minutes
    assert at.shell.toasts.said[-1] == ("This till has joined store S01.", ToastKind.GOOD)
    at.till.sending.told = SendingStatus(sending=Sending.UP_TO_DATE)
    at.shell.session.sending_stands(at.till.sending.told)
    assert list(shown(at)) == ["address", "store", "state"]
    assert at.state.save_label == ""


def test_no_code_is_asked_for_where_none_helps() -> None:
    at = joined(sending=Sending.STOPPED, reason="CLOCK_OFF")
    at.fill(code=CODE)
    at.screen.save()
    assert (list(shown(at)), at.till.joining.asked) == (["address", "store", "state"], [])


def test_a_new_code_that_is_refused_stands_at_its_entry() -> None:
    at = joined(sending=Sending.STOPPED, reason="REVOKED")
    at.till.joining.refuses = ServiceRefusal("CODE_OF_MANAGER", code="CODE_OF_MANAGER")
    at.fill(code=CODE)
    at.screen.save()
    assert set(at.findings()) == {"code"}
    assert (shown(at)["code"], at.till.sending.retried) == (CODE, 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_event_has_a_name(language: str) -> None:
    words = Words(language)
    kinds = {events.kind_of(shape) for shape in events.KINDS}
    assert sorted(kind for kind in kinds if not words.has(f"outbox.kind_{kind}")) == []
