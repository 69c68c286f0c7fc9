"""The section "tills of this shop": the rule, this till's file, and trusting another till."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from posloyalty.domain.shop.elsewhere import ElsewherePolicy
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.risk_policy import RiskPolicy
from tests.fakes.tills import OTHER, OWN, file_of
from tests.ui.presenters.settings.office import SHOP, Office
from ui.presenters.ports import ToastKind
from ui.presenters.settings.section import NoticeKind

KEY = OTHER.till_id.hex()


def titles(at: Office) -> list[tuple[str, str]]:
    return [(entry.title, entry.note) for entry in at.state.entries or ()]


def shown(at: Office) -> dict[str, str]:
    return {field.name: field.value for field in at.state.form.fields}


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "other.till"
    path.write_bytes(file_of(OTHER))
    return str(path)


def test_the_list_begins_with_the_rule_and_this_till() -> None:
    at = Office("tills")
    assert titles(at) == [("Goods of other tills", "Not at all"), ("S01-T01", "This till")]
    assert at.state.form.fields == ()


def test_the_rule_is_chosen_and_its_limit_typed() -> None:
    at = Office("tills")
    at.section.choose("rule")
    assert list(shown(at)) == ["policy"]
    at.fill(policy="supervised")
    assert list(shown(at)) == ["policy", "most"]
    at.fill(most="200")
    at.screen.save()
    assert at.till.shop.saved == [
        replace(SHOP, elsewhere=ElsewherePolicy.SUPERVISED, elsewhere_most_minor=20_000)
    ]
    assert titles(at)[0] == ("Goods of other tills", "With a supervisor")
    assert shown(at)["most"] == "200.00"
    at.fill(most="")
    at.screen.save()
    assert at.till.shop.saved[-1].elsewhere_most_minor is None


@pytest.mark.parametrize("typed", ["two hundred", "-5", "99999999999"])
def test_a_limit_that_cannot_be_read_stands_at_its_entry(typed: str) -> None:
    at = Office("tills")
    at.section.choose("rule")
    at.fill(policy="supervised", most=typed)
    at.screen.save()
    assert set(at.findings()) == {"most"}
    assert at.till.shop.saved == []


def test_a_file_is_shown_with_its_check_code_before_it_is_trusted(file: str) -> None:
    at = Office("tills")
    at.section.new()
    assert not at.state.can_save
    (pick,) = at.state.acts
    assert pick.picks == "*.till"
    at.section.act(pick.name, file)
    assert shown(at) == {"name": "S01-T03 · 人民路店", "code": OTHER.check_code}
    assert at.state.notices[0].kind is NoticeKind.LOOK
    assert at.till.tills.known() == ()
    assert (at.state.save_label, at.state.can_save) == ("Trust S01-T03", True)
    at.screen.save()
    assert [one.label for one in at.till.tills.known()] == ["S01-T03"]
    assert titles(at)[-1] == ("S01-T03", "人民路店 · trusted")
    assert at.state.form_title == "S01-T03"
    assert shown(at)["code"] == OTHER.check_code


def test_what_is_no_tills_file_is_refused_and_nothing_can_be_trusted(tmp_path: Path) -> None:
    path = tmp_path / "other.till"
    path.write_bytes(b"a photograph")
    at = Office("tills")
    at.section.new()
    at.section.act("pick", str(path))
    assert at.shell.toasts.said[-1][1] is ToastKind.REFUSED
    assert at.said.startswith("This is no certificate file")
    assert not at.state.can_save
    at.screen.save()
    assert at.till.tills.known() == ()


def test_another_file_takes_the_place_of_the_first_one(file: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.till"
    bad.write_bytes(b"LT1:")
    at = Office("tills")
    at.section.new()
    at.section.act("pick", file)
    at.section.act("pick", str(bad))
    assert not at.state.can_save
    assert list(shown(at)) == ["file"]


def test_a_till_is_trusted_no_longer_and_stays_to_be_seen(file: str) -> None:
    at = Office("tills")
    at.section.new()
    at.section.act("pick", file)
    at.screen.save()
    revoke, _gone = at.state.acts
    at.section.act(revoke.name)
    assert titles(at)[-1] == ("S01-T03", "人民路店 · no longer trusted")
    assert at.state.acts == ()
    assert (
        at.state.notices[0].text
        == "No longer trusted since 2026-11-22: its receipts prove nothing."
    )


def test_this_tills_file_is_written_into_the_chosen_folder(tmp_path: Path) -> None:
    at = Office("tills")
    at.section.choose("own")
    assert shown(at) == {"name": "S01-T01 · 人民路店", "code": OWN.check_code}
    (export,) = at.state.acts
    at.section.act(export.name, str(tmp_path))
    assert (tmp_path / "S01-T01.till").read_bytes() == file_of(OWN)
    assert at.said == f"Written to {tmp_path / 'S01-T01.till'}"


def test_in_training_there_is_no_file_to_show(monkeypatch: pytest.MonkeyPatch) -> None:
    at = Office("store")

    def refused() -> None:
        raise ServiceRefusal("TILL_IN_TRAINING")

    monkeypatch.setattr(at.till.tills, "own", refused)
    at.screen.choose("tills")
    assert titles(at) == [("Goods of other tills", "Not at all")]
    assert at.shell.toasts.said == []


def test_going_back_to_the_list_forgets_the_file(file: str) -> None:
    at = Office("tills")
    at.section.new()
    at.section.act("pick", file)
    at.section.leave()
    assert at.state.form.fields == ()
    at.section.new()
    assert not at.state.can_save


def test_a_till_that_is_no_more_is_said_to_be_gone_once(file: str) -> None:
    at = Office("tills")
    at.section.new()
    at.section.act("pick", file)
    at.screen.save()
    _revoke, gone = at.state.acts
    at.section.act(gone.name)
    assert titles(at)[-1] == ("S01-T03", "人民路店 · gone")
    assert [one.name for one in at.state.acts] == ["revoke"]
    assert at.state.notices[0].text == "This till is no more. Its receipts may be keyed in here."


@pytest.mark.parametrize(
    ("most", "note", "fields"),
    [
        (8_000, "With a supervisor", {"policy": "With a supervisor", "most": "80.00"}),
        (0, "Not at all", {"policy": "Not at all"}),
    ],
)
def test_what_head_office_says_of_goods_of_other_tills_is_shown_and_not_changed_here(
    most: int, note: str, fields: dict[str, str]
) -> None:
    at = Office("store")
    at.till.lending.policy = RiskPolicy(returns_minor=most)
    at.screen.choose("tills")
    assert titles(at)[0] == ("Goods of other tills", note)
    at.section.choose("rule")
    assert shown(at) == fields
    assert at.state.notices[0].text == "Set by head office for every till"
    assert (at.state.save_label, at.state.can_save) == ("", False)
    at.screen.save()
    assert at.till.shop.saved == []


def test_the_tills_of_a_chain_are_one_entry_which_says_that_nobody_carries_a_file() -> None:
    at = Office("store")
    at.till.tills.chain = 12
    at.screen.choose("tills")
    assert titles(at)[2] == ("Tills of the chain", "Known through head office · 12")
    at.section.choose("chain")
    assert at.state.form_title == "Tills of the chain"
    assert at.state.text.startswith("Head office vouches for the receipts of these tills")
    assert shown(at) == {"chain": "12"}
    assert (at.state.acts, at.state.save_label) == ((), "")
