"""The section "head office" where head office has another address: typed, proved, gone on with."""

from __future__ import annotations

import pytest

from posloyalty.services.office.send_journal import Sending, SendingStatus
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.head_office import ADDRESS, CODE, FACTS, ROWS
from tests.ui.presenters.settings.office import Office
from ui.presenters.form import FieldKind
from ui.presenters.ports import ToastKind
from ui.presenters.settings.head_office import MOVE, RETRY, STAY

NEW = "https://new.example"


def joined(**told: object) -> Office:
    at = Office("office")
    at.till.joining.facts = FACTS
    at.till.sending.on_the_way = ROWS
    at.till.sending.told = SendingStatus(**{"sending": Sending.OFFLINE, "waiting": 2, **told})
    at.screen.opened(section="office")
    return at


def moving(**told: object) -> Office:
    at = joined(**told)
    at.section.act(MOVE)
    return at


def entries(at: Office) -> dict[str, FieldKind]:
    return {field.name: field.kind for field in at.state.form.fields}


def test_another_address_is_typed_where_the_present_one_stands() -> None:
    at = joined()
    assert [act.name for act in at.state.acts] == [RETRY, MOVE]
    assert entries(at)["address"] is FieldKind.SHOWN
    at.section.act(MOVE)
    assert entries(at) == {
        "address": FieldKind.TEXT, "store": FieldKind.SHOWN, "state": FieldKind.SHOWN,
    }  # fmt: skip
    assert at.state.form.field("address").value == ADDRESS
    assert (at.state.save_label, at.state.can_save) == ("Use this address", False)
    assert (at.state.focus, "no code" in at.state.text) == ("address", True)
    at.fill(address=f" {NEW} ")
    assert at.state.can_save
    at.screen.save()
    assert (at.till.moving.asked, at.till.sending.retried) == ([NEW], 1)
    assert at.shell.toasts.said[-1][1] is ToastKind.GOOD
    assert at.state.form.field("address").value == NEW
    assert (entries(at)["address"], at.state.save_label) == (FieldKind.SHOWN, "")


@pytest.mark.parametrize(
    "reason",
    ["OTHER_HEAD_OFFICE", "OLDER_HEAD_OFFICE", "HEAD_OFFICE_OUT_OF_REACH", "HEAD_OFFICE_NOT_HERE",
     "INSECURE_ADDRESS", "TLS_UNKNOWN"],
)  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_that_is_refused_says_why_at_its_entry_and_stays(
    language: str, reason: str
) -> None:
    at = moving()
    at.till.moving.refuses = ServiceRefusal(reason, address=NEW, detail="x")
    at.shell.session.words = Words(language)
    at.fill(address=NEW)
    at.screen.save()
    said = at.findings()["address"]
    assert reason not in said
    assert said.isascii() is (language == "en")
    assert (at.state.form.field("address").value, at.till.sending.retried) == (NEW, 0)
    assert at.state.can_save  # what was typed can be asked again, or mended
    assert at.till.joining.facts == FACTS


@pytest.mark.parametrize("way", ["button", "discard", "list"])
def test_who_stays_with_the_address_finds_it_as_it_was(way: str) -> None:
    at = moving()
    at.fill(address=NEW)
    if way == "button":
        at.section.act(STAY)
    elif way == "discard":
        at.section.discard()
    else:
        at.section.choose("4713")
        at.section.choose("office")
    assert (entries(at)["address"], at.state.save_label) == (FieldKind.SHOWN, "")
    assert at.state.form.field("address").value == ADDRESS
    at.screen.save()
    assert at.till.moving.asked == []


def test_a_till_that_has_to_join_again_may_take_the_address_first() -> None:
    at = moving(sending=Sending.STOPPED, reason="REVOKED")
    assert "code" not in entries(at)
    at.fill(address=NEW)
    at.screen.save()
    assert "code" in entries(at)
    at.fill(code=CODE)
    at.screen.save()
    assert at.till.joining.asked == [(NEW, CODE)]


def test_a_till_that_is_alone_has_no_address_to_change() -> None:
    at = Office("office")
    at.section.act(MOVE)
    assert (at.state.acts, at.state.save_label) == ((), "Join")
