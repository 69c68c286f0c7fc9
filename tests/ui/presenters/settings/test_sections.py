"""The sections of the settings: what is typed, checked, saved, and kept in between."""

from dataclasses import replace

import pytest

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.product import TaxMode
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.receipt_printer import Outcome, PrinterCondition, PrinterState, PrintResult
from posloyalty.services.recognise_scan import ScannedProduct, UnknownProduct
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.refusal import finding as service_finding
from posloyalty.services.shop_settings import PrinterKind, ShopDetails
from tests.fakes.back_office import (
    BAKERY,
    DAIRY,
    HUANG,
    LI,
    PRODUCTS,
    STANDARD,
    FakeTill,
    fake_desks,
)
from tests.fakes.lanes import LanesByStep, Shell
from ui.presenters.assembled import settings
from ui.presenters.desks import BadRow, ImportOutcome, ProofOutcome
from ui.presenters.ports import Screen, ToastKind
from ui.presenters.settings.section import Notice, NoticeKind, Section
from ui.presenters.settings.taxes import percent_text

SHOP = ShopDetails(
    name="晨光便利",
    store_code="S01",
    store_name="人民路店",
    till_code="T01",
    address="人民路 100 号",
)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


class Office:
    """The settings screen with everything around it, and a manager before it."""

    def __init__(
        self, section: str, operator: Operator = HUANG, lanes: LanesByStep | None = None
    ) -> None:
        self.shell = Shell() if lanes is None else Shell(lanes=lanes)
        self.till = FakeTill()
        self.desks = fake_desks()
        self.shell.session.desks = self.desks
        self.shell.session.attach(self.till, SHOP)
        self.shell.session.sign_in(operator)
        self.screen = settings(self.shell.session)
        self.screen.opened(section=section)

    @property
    def section(self) -> Section:
        return self.screen.section

    @property
    def state(self):
        return self.section.state

    @property
    def said(self) -> str:
        return self.shell.toasts.said[-1][0]

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.section.change(name, value)

    def findings(self) -> dict[str, str]:
        return {f.name: f.finding for f in self.state.form.fields if f.finding}


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
    ["store", "products", "keys", "taxes", "operators", "printer", "look", "data", "about"],
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


def test_discarding_goes_back_to_what_is_stored() -> None:
    at = Office("store")
    at.fill(name="Something else")
    at.section.discard()
    assert at.state.form.field("name").value == SHOP.name


# Products


def test_a_product_is_found_and_its_price_changed() -> None:
    at = Office("products")
    at.section.search("牛奶")
    at.section.choose(PRODUCTS[0].id.hex())
    assert at.state.form.field("price").value == "49.90"
    at.fill(price="52")
    at.screen.save()
    [form] = at.till.catalogue.forms
    assert (form.id, form.price_minor, form.codes) == (PRODUCTS[0].id, 5200, PRODUCTS[0].codes)


def test_an_unknown_code_of_a_sale_opens_a_form_and_leads_back_with_the_same_scan() -> None:
    at = Office("products")
    at.screen.opened(section="products", new_product="6901234567892")
    assert at.state.form.field("codes").value == "6901234567892"
    assert at.state.save_label == "Save, and back to the sale"
    at.fill(name="柠檬茶", price="3.50")
    at.screen.save()
    [form] = at.till.catalogue.forms
    assert (form.id, form.name, form.price_minor) == (None, "柠檬茶", 350)
    assert at.desks.sale.scans == ["6901234567892"]
    assert at.shell.navigator.shown[-1][0] is Screen.SALE


def test_a_new_product_begins_with_the_tax_that_most_products_have() -> None:
    at = Office("products")
    at.till.catalogue.items = [replace(PRODUCTS[n], tax_class="food9") for n in range(3)]
    at.section.search("")
    at.section.new()
    assert at.state.form.field("tax_class").value == "food9"


def test_in_an_empty_shop_a_new_product_begins_with_a_rate_above_zero() -> None:
    at = Office("products")
    at.till.catalogue.items = []
    at.till.catalogue.classes.insert(0, replace(STANDARD, code="free", rate=Ratio(0)))
    at.screen.opened(section="products")
    at.section.new()
    assert at.state.form.field("tax_class").value == "std13"


def test_an_empty_price_is_an_open_price() -> None:
    at = Office("products")
    at.section.new()
    at.fill(name="礼盒", sku="G1", price="")
    at.screen.save()
    assert at.till.catalogue.forms[0].price_minor is None


@pytest.mark.parametrize("price", ["abc", "1.234", "-5", "1,23"])
def test_a_price_that_cannot_be_read_is_said_at_the_price(price: str) -> None:
    at = Office("products")
    at.section.new()
    at.fill(name="x", sku="x", price=price)
    at.screen.save()
    assert set(at.findings()) == {"price"}
    assert at.till.catalogue.forms == []


def test_a_scan_adds_its_code_to_the_open_form() -> None:
    at = Office("products")
    at.section.choose(PRODUCTS[1].id.hex())
    at.till.scan.means["6900000000001"] = UnknownProduct("06900000000001")
    at.screen.scanned("6900000000001")
    assert at.state.form.field("codes").value.split()[-1] == "06900000000001"
    at.screen.scanned("6900000000001")
    assert len(at.state.form.field("codes").value.split()) == 2


def test_a_scan_of_another_article_says_whose_code_it_is() -> None:
    at = Office("products")
    at.section.choose(PRODUCTS[1].id.hex())
    at.till.scan.means["1"] = ScannedProduct(product=PRODUCTS[0])
    at.screen.scanned("1")
    assert PRODUCTS[0].name in at.said
    assert at.state.form_title == PRODUCTS[1].name


def test_a_scan_with_no_form_open_opens_the_article() -> None:
    at = Office("products")
    at.till.scan.means["1"] = ScannedProduct(product=PRODUCTS[0])
    at.screen.scanned("1")
    assert at.state.form_title == PRODUCTS[0].name


def test_inactive_and_open_price_articles_say_so_in_the_list() -> None:
    at = Office("products")
    rows = {entry.title: entry for entry in at.state.entries}
    assert rows["开放价"].figure == "open price"
    assert "not on sale" in rows["旧款酸奶"].note
    assert rows["旧款酸奶"].dim


def test_arrows_walk_the_list_but_never_drop_what_was_typed() -> None:
    at = Office("products")
    at.screen.down()
    at.screen.down()
    assert at.state.form_title == PRODUCTS[1].name
    at.fill(name="changed")
    at.screen.down()
    assert at.state.form.field("name").value == "changed"


# Quick keys


def test_a_product_goes_on_the_chosen_place_and_the_next_place_is_chosen() -> None:
    at = Office("keys")
    at.section.choose_place("3")
    at.section.choose(PRODUCTS[2].id.hex())
    assert at.till.catalogue.keys[None, 3] == PRODUCTS[2].id
    assert at.state.grid[3].title == PRODUCTS[2].name
    assert [place.key for place in at.state.grid if place.chosen] == ["4"]


def test_a_product_without_a_place_is_placed_nowhere() -> None:
    at = Office("keys")
    before = dict(at.till.catalogue.keys)
    at.section.choose(PRODUCTS[2].id.hex())
    assert at.till.catalogue.keys == before
    assert at.said == "Choose a place first"


def test_a_place_is_emptied() -> None:
    at = Office("keys")
    at.section.choose_place("0")
    at.section.act("clear")
    assert (None, 0) not in at.till.catalogue.keys
    assert at.state.grid[0].dim


def test_each_category_has_its_page() -> None:
    at = Office("keys")
    at.section.choose_page(DAIRY.id.hex())
    at.section.choose_place("0")
    at.section.choose(PRODUCTS[1].id.hex())
    assert at.till.catalogue.keys[DAIRY.id, 0] == PRODUCTS[1].id


def test_places_are_reached_by_the_arrow_keys_alone() -> None:
    at = Office("keys")
    at.screen.down()
    at.screen.down()
    at.section.search("吐司")
    at.screen.enter()
    assert at.till.catalogue.keys[None, 1] == PRODUCTS[1].id


def test_a_category_is_added_with_name_and_colour() -> None:
    at = Office("keys")
    at.section.new()
    at.screen.save()
    assert at.till.catalogue.forms == []
    at.fill(category_name="饮料", category_colour="blue")
    at.screen.save()
    assert [c.name for c in at.till.catalogue.shelves] == [DAIRY.name, BAKERY.name, "饮料"]


# Taxes


@pytest.mark.parametrize(
    ("typed", "rate"), [("13", Ratio(13, 100)), ("7.5 %", Ratio(75, 1000)), ("0", Ratio(0))]
)
def test_a_rate_is_typed_in_percent_and_kept_exact(typed: str, rate: Ratio) -> None:
    at = Office("taxes")
    at.section.new()
    at.fill(code="new", name="New", rate=typed, mode=TaxMode.EXCLUSIVE.value)
    at.screen.save()
    assert at.till.catalogue.classes[-1].rate == rate
    assert at.till.catalogue.classes[-1].mode is TaxMode.EXCLUSIVE


@pytest.mark.parametrize("typed", ["", "abc", "101", "-1", "1.2345"])
def test_a_rate_that_makes_no_sense_is_said_at_the_rate(typed: str) -> None:
    at = Office("taxes")
    at.section.new()
    at.fill(code="new", name="New", rate=typed)
    at.screen.save()
    assert set(at.findings()) == {"rate"}


def test_a_code_that_exists_is_not_taken_twice() -> None:
    at = Office("taxes")
    at.section.new()
    at.fill(code="std13", name="New", rate="13")
    at.screen.save()
    assert set(at.findings()) == {"code"}


@pytest.mark.parametrize(
    ("rate", "text"), [(Ratio(13, 100), "13"), (Ratio(75, 1000), "7.5"), (Ratio(0), "0")]
)
def test_a_rate_is_written_without_needless_zeros(rate: Ratio, text: str) -> None:
    assert percent_text(rate) == text


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
