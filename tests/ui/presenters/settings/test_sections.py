"""The other sections of the settings: what is typed, checked, saved, and kept in between."""

from dataclasses import replace

import pytest

from posloyalty.domain.shop.authority import Limit
from posloyalty.domain.shop.operator import Role
from posloyalty.services.papers.receipt_printer import (
    Outcome,
    PrinterCondition,
    PrinterState,
    PrintResult,
)
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.refusal import finding as service_finding
from posloyalty.services.shop.shop_settings import PrinterKind
from tests.fakes.back_office import HUANG, LI
from tests.fakes.lanes import LanesByStep
from tests.ui.presenters.settings.office import PNG, SHOP, Office
from ui.presenters.desks import BadRow, ImportOutcome, ProofOutcome
from ui.presenters.ports import Screen, ToastKind
from ui.presenters.settings.section import Notice, NoticeKind

# The screen


def test_only_a_manager_changes_settings() -> None:
    at = Office("store", LI)
    assert at.screen.state.refused.startswith("Only a manager")
    at.screen.save()
    assert at.till.shop.saved == []


def test_what_was_typed_stays_when_another_section_is_looked_at() -> None:
    at = Office("store")
    at.fill(address="New Road 1")
    at.screen.choose("taxes")
    at.screen.choose("store")
    assert at.state.form.field("address").value == "New Road 1"
    assert [tile.name for tile in at.screen.state.sections if tile.changed] == ["store"]


def test_a_scan_that_no_section_wants_goes_to_the_sale() -> None:
    at = Office("store")
    at.screen.scanned("6901234567892")
    assert at.desks.sale.scans == ["6901234567892"]
    assert at.shell.navigator.shown[-1][0] is Screen.SALE


@pytest.mark.parametrize(
    "name",
    "store products prices keys taxes operators printer tills look data about".split(),
)
@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_every_section_words_itself_in_every_language(name: str, language: str) -> None:
    at = Office(name)
    at.shell.session.speak(language)
    at.screen.reworded()
    assert at.state.title == at.shell.session.words(f"settings.section_{name}")


# Till and store


def test_the_shop_is_saved_and_everybody_hears_of_it() -> None:
    at = Office("store")
    assert not at.state.can_save
    at.fill(name=" Dawn Mart ", tax_number="91310000")
    at.screen.save()
    assert at.till.shop.saved == [replace(SHOP, name="Dawn Mart", tax_number="91310000")]
    assert at.shell.session.shop.name == "Dawn Mart"
    assert not at.state.can_save


@pytest.mark.parametrize(("typed", "saved"), [("04:00", "04:00"), (" ", "00:00")])
def test_the_hour_that_ends_the_day_is_set_and_empty_is_midnight(typed: str, saved: str) -> None:
    at = Office("store")
    at.fill(cutoff=typed, name="Dawn Mart")
    at.screen.save()
    assert at.till.shop.saved == [replace(SHOP, name="Dawn Mart", cutoff=saved)]


def test_everything_wrong_with_the_shop_is_said_at_once() -> None:
    at = Office("store")
    at.fill(name=" ", store_name="", address="x" * 201)
    at.screen.save()
    assert set(at.findings()) == {"name", "store_name", "address"}
    assert at.said == "3 entries need a look"
    assert at.state.focus == "name"


def test_the_service_finds_more_and_its_findings_stand_at_their_entries() -> None:
    at = Office("store")
    at.till.shop.refuses = ServiceRefusal(
        "INVALID", findings=(service_finding("logo_png", "NOT_A_PICTURE"),), count=1
    )
    at.fill(name="Dawn")
    at.screen.save()
    assert set(at.findings()) == {"logo"}
    assert at.state.form.field("name").value == "Dawn"


def test_a_logo_is_taken_saved_and_removed() -> None:
    at = Office("store")
    at.section.change_picture("logo", PNG)
    assert at.state.form.field("logo").picture == PNG
    at.screen.save()
    assert at.till.shop.saved[-1].logo_png == PNG
    at.section.change_picture("logo", None)
    at.screen.save()
    assert at.till.shop.saved[-1].logo_png is None


@pytest.mark.parametrize("picture", [b"GIF89a", PNG + b"0" * 600_000])
def test_what_is_no_picture_or_too_big_is_refused_and_the_old_one_stays(picture: bytes) -> None:
    at = Office("store")
    at.section.change_picture("logo", PNG)
    at.section.change_picture("logo", picture)
    assert set(at.findings()) == {"logo"}
    assert at.state.form.field("logo").picture == PNG


def test_the_link_for_invoices_is_asked_in_china_and_checked() -> None:
    at = Office("store")
    at.fill(invoice_link="fp.example/r")
    at.screen.save()
    assert set(at.findings()) == {"invoice_link"}
    at.fill(invoice_link=" https://fp.example/r?n={number} ")
    at.screen.save()
    assert at.till.shop.saved[-1].invoice_link == "https://fp.example/r?n={number}"
    at.shell.session.shop_changed(replace(SHOP, country="DE"))
    at.screen.reworded()
    assert all(one.name != "invoice_link" for one in at.state.form.fields)


def test_discarding_goes_back_to_what_is_stored() -> None:
    at = Office("store")
    at.fill(name="Something else")
    at.section.discard()
    assert at.state.form.field("name").value == SHOP.name


# Operators


def test_a_new_operator_gets_a_name_a_role_and_a_pin() -> None:
    at = Office("operators")
    at.section.new()
    at.fill(name="周宁", role=Role.SUPERVISOR.value, pin="9035", pin_again="9035")
    at.screen.save()
    [form] = at.till.people.forms
    assert (form.id, form.name, form.role, form.new_pin) == (None, "周宁", Role.SUPERVISOR, "9035")


def test_a_new_operator_without_a_pin_is_not_saved() -> None:
    at = Office("operators")
    at.section.new()
    at.fill(name="周宁")
    at.screen.save()
    assert set(at.findings()) == {"pin"}


def test_an_empty_pin_keeps_the_pin() -> None:
    at = Office("operators")
    at.section.choose(LI.id.hex())
    at.fill(name="李敏敏")
    at.screen.save()
    assert at.till.people.forms[0].new_pin is None


def test_the_last_manager_cannot_be_sent_away() -> None:
    at = Office("operators")
    at.section.choose(HUANG.id.hex())
    at.fill(active="")
    at.screen.save()
    assert at.findings() == {"role": "One active manager has to remain"}


def test_a_pin_stands_in_no_state_after_saving() -> None:
    at = Office("operators")
    at.section.choose(LI.id.hex())
    at.fill(pin="9035", pin_again="9035")
    at.screen.save()
    assert at.state.form.field("pin").value == ""


def test_a_badge_goes_to_paper_at_once_and_a_lost_one_is_withdrawn() -> None:
    at = Office("operators")
    at.section.choose(LI.id.hex())
    assert [act.name for act in at.state.acts] == ["badge"]
    at.section.act("badge")
    assert at.till.badges.issued == [LI.id]
    assert at.desks.papers.badges == [("李敏", "LB1:NEW")]
    assert "李敏" in at.said
    assert [act.name for act in at.state.acts] == ["badge", "withdraw"]
    at.section.act("withdraw")
    assert at.till.badges.withdrawn == [LI.id]
    assert [act.name for act in at.state.acts] == ["badge"]


def test_without_a_printer_the_badge_is_a_file() -> None:
    at = Office("operators")
    at.desks.papers.badge_file = "papers/badge.pdf"
    at.section.choose(LI.id.hex())
    at.section.act("badge")
    assert at.said == "Badge saved: papers/badge.pdf"


def test_a_badge_s_code_stands_in_no_state() -> None:
    at = Office("operators")
    at.section.choose(LI.id.hex())
    at.section.act("badge")
    assert "LB1:" not in repr(at.state)
    assert not any("LB1:" in said for said, _ in at.shell.toasts.said)


def test_how_far_roles_may_go_is_the_shop_s_to_set() -> None:
    at = Office("operators")
    at.section.choose("limits")
    form = at.state.form
    assert form.field("cashier.discount_percent").value == "10"
    assert form.field("supervisor.refund_amount").value == "5000.00"
    at.fill(**{"cashier.discount_percent": "12.5", "supervisor.refund_amount": ""})
    at.screen.save()
    saved = at.till.shop.saved[-1]
    assert saved.bounds == (
        (Role.CASHIER, Limit.DISCOUNT_PERCENT, 1250),
        (Role.SUPERVISOR, Limit.REFUND_AMOUNT, None),
    )


@pytest.mark.parametrize("text", ["ten", "101", "-5"])
def test_a_limit_is_a_number_or_nothing(text: str) -> None:
    at = Office("operators")
    at.section.choose("limits")
    at.fill(**{"cashier.discount_percent": text})
    at.screen.save()
    assert set(at.findings()) == {"cashier.discount_percent"}


# Printer


def test_a_printer_is_set_up_and_tested() -> None:
    at = Office("printer")
    assert not at.state.acts[0].enabled
    at.fill(kind="network", address="192.168.1.50:9100", width="58")
    at.screen.save()
    saved = at.till.shop.saved[-1]
    assert (saved.printer.kind, saved.printer.address) == (PrinterKind.NETWORK, "192.168.1.50:9100")
    assert saved.receipt_width_mm == 58
    at.section.act("test")
    assert at.till.receipts.tests == 1
    assert at.said == "The test page is printed"


def test_a_test_page_that_nobody_confirmed_is_not_called_printed() -> None:
    at = Office("printer")
    at.till.receipts.result = PrintResult(
        Outcome.NOT_SENT, PrinterCondition(PrinterState.PAPER_OUT)
    )
    at.section.act("test")
    assert at.said == "The printer did not confirm the page: Paper out"
    assert at.shell.toasts.said[-1][1] is ToastKind.LOOK


def test_a_network_printer_needs_its_address() -> None:
    at = Office("printer")
    at.fill(kind="network")
    at.screen.save()
    assert set(at.findings()) == {"address"}


@pytest.mark.parametrize(
    ("state", "kind", "words"),
    [
        ("ready", NoticeKind.GOOD, "Receipt printer: Ready"),
        ("paper_out", NoticeKind.LOOK, "Receipt printer: Paper out · 2 receipts waiting"),
        ("none", NoticeKind.PLAIN, "Receipt printer: Not set up · 2 receipts waiting"),
    ],
)
def test_the_printers_state_is_said_in_words(state: str, kind: NoticeKind, words: str) -> None:
    at = Office("printer")
    at.till.receipts.state = state
    at.section.opened()
    assert (at.state.notices[0].text, at.state.notices[0].kind) == (words, kind)


@pytest.mark.parametrize(
    ("state", "last"),
    [
        ("paper_out", "Load paper and close the lid. Receipts then print"),
        ("off", "Check its power and cable. Receipts print when it is back"),
    ],
)
def test_a_printer_in_trouble_comes_with_what_to_do(state: str, last: str) -> None:
    at = Office("printer")
    at.till.receipts.state = state
    at.section.opened()
    assert at.state.notices[-1] == Notice(last, NoticeKind.LOOK)


def test_the_scanner_is_tried_by_scanning() -> None:
    at = Office("printer")
    at.screen.scanned("ABC123")
    assert at.state.notices[1].text == "Scanner: Read: ABC123"
    assert at.desks.sale.scans == []


# Look and language


def test_look_scale_and_language_take_effect_at_once_and_are_saved() -> None:
    at = Office("look")
    at.fill(look="dark")
    at.fill(scale="150")
    at.fill(language="zh_TW")
    at.fill(volume="0")
    session = at.shell.session
    assert (session.look, session.scale, session.words.language) == ("dark", 150, "zh_TW")
    last = at.till.shop.saved[-1]
    assert (last.look, last.scale_percent, last.language, last.volume) == ("dark", 150, "zh_TW", 0)


# Data


def test_an_import_reports_every_bad_row_and_what_went_in() -> None:
    at = Office("data")
    at.desks.office.outcome = ImportOutcome(
        added=3, changed=1, same=2, bad=(BadRow(line=7, column="price", reason="not an amount"),)
    )
    at.section.act("products", "/tmp/goods.csv")
    texts = [notice.text for notice in at.state.notices]
    assert texts == [
        "goods.csv: 3 new, 1 changed, 2 the same, 1 not taken",
        "Line 7, price: not an amount",
    ]
    assert at.state.notices[0].kind is NoticeKind.LOOK


def test_a_long_list_of_bad_rows_is_cut_and_counted() -> None:
    at = Office("data")
    bad = tuple(BadRow(line=n, column="sku", reason="missing") for n in range(250))
    at.desks.office.outcome = ImportOutcome(added=0, changed=0, same=0, bad=bad)
    at.section.act("members", "/tmp/m.xlsx")
    assert len(at.state.notices) == 202
    assert at.state.notices[-1].text == "and 50 more"


def test_one_job_runs_at_a_time_and_can_be_stopped() -> None:
    lanes = LanesByStep()
    at = Office("data", lanes=lanes)
    lanes.run_all()
    at.section.act("products", "/tmp/goods.csv")
    at.section.act("verify")
    assert at.state.progress == (0, 0)
    assert not any(act.enabled for act in at.state.acts)
    at.section.act("cancel")
    lanes.run_all()
    assert at.state.notices[0].text == "Cancelled. What went in stays in"
    assert at.state.progress is None
    assert at.desks.office.asked == [("products", "/tmp/goods.csv")]


@pytest.mark.parametrize(
    ("difference", "kind", "text"),
    [
        ("", NoticeKind.GOOD, "All right: 1,234 entries, 56 balances"),
        ("entry 7", NoticeKind.REFUSED, "Not as it should be: entry 7"),
    ],
)
def test_a_proof_says_what_it_found(difference: str, kind: NoticeKind, text: str) -> None:
    at = Office("data")
    at.desks.office.proof = ProofOutcome(events=1234, balances=56, difference=difference)
    at.section.act("verify")
    assert (at.state.notices[0].text, at.state.notices[0].kind) == (text, kind)


def test_a_backup_says_where_it_is() -> None:
    at = Office("data")
    at.section.act("backup", "/media/usb")
    assert at.said == "Saved as /media/usb/book-2026-11-22.bak"
