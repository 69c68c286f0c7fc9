"""The first run: nothing is lost on the way back, and nobody goes on without the recovery code."""

import pytest

from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.markets import ANY_COUNTRY
from tests.fakes.back_desks import FakeMaker
from tests.fakes.lanes import LanesByStep, Shell
from ui.presenters.wizard import STEPS, Step, WizardPresenter


def begun(
    language: str = "en", lanes: LanesByStep | None = None
) -> tuple[WizardPresenter, FakeMaker, Shell]:
    shell = Shell(language=language) if lanes is None else Shell(language=language, lanes=lanes)
    maker = FakeMaker()
    wizard = WizardPresenter(shell.session, maker=maker, ready=("bakery", "cafe"))
    return wizard, maker, shell


def fill(wizard: WizardPresenter, **values: str) -> None:
    for name, value in values.items():
        wizard.change(name, value)


def through_to(wizard: WizardPresenter, step: Step) -> None:
    """Answer every step before `step` as a hurried manager would."""
    answers: dict[Step, dict[str, str]] = {
        Step.COUNTRY: {"country": "CN"},
        Step.SHOP: {"shop_name": "晨光便利", "store_name": "人民路店"},
        Step.MANAGER: {"manager_name": "黄店长", "pin": "7482", "pin_again": "7482"},
        Step.RECOVERY: {"recovery_check": "p1gz"},
    }
    while wizard.state.step is not step:
        fill(wizard, **answers.get(wizard.state.step, {}))
        before = wizard.state.step
        wizard.next()
        assert wizard.state.step is not before, wizard.state.form


def test_a_hurried_manager_gets_through_with_a_shop_a_name_and_a_pin() -> None:
    wizard, maker, _ = begun("zh_CN")
    through_to(wizard, Step.DONE)
    wizard.next()
    assert maker.opened == 1
    [answers] = maker.answers
    assert (answers.currency, answers.timezone) == ("CNY", "Asia/Shanghai")
    assert (answers.store_code, answers.till_code) == ("S01", "T01")
    assert (answers.pin, answers.demo, answers.printer_kind) == ("7482", True, "none")


def test_the_answers_do_not_show_the_pin_nor_the_state_the_code() -> None:
    wizard, maker, _ = begun("zh_CN")
    through_to(wizard, Step.RECOVERY)
    assert "7482" not in repr(maker.answers[0])
    assert "P1GZ" not in repr(wizard.state)
    assert wizard.state.groups[-1] == "P1GZ"


@pytest.mark.parametrize(
    ("language", "currency"), [("zh_CN", "CNY"), ("zh_TW", "TWD"), ("en", "USD")]
)
def test_the_language_proposes_a_country_until_one_is_chosen(language: str, currency: str) -> None:
    wizard, _, shell = begun()
    wizard.change("language", language)
    wizard.reworded()
    assert shell.session.words.language == language
    wizard.next()
    assert wizard.state.form.field("currency").value == currency
    wizard.change("country", "JP")
    wizard.back()
    wizard.change("language", "en")
    wizard.next()
    assert wizard.state.form.field("currency").value == "JPY"


@pytest.mark.parametrize("country", ["DE", "AT", "FR"])
def test_where_a_certified_device_is_required_only_evaluation_is_offered(country: str) -> None:
    wizard, _, _ = begun()
    wizard.next()
    wizard.change("country", country)
    assert "evaluation only" in wizard.state.warning
    assert wizard.state.notices == ()
    names = [field.name for field in wizard.state.form.fields]
    assert names[:2] == ["country", "evaluation"]
    wizard.next()
    assert wizard.state.step is Step.COUNTRY
    assert wizard.state.form.field("evaluation").finding
    wizard.change("evaluation", "1")
    wizard.next()
    assert wizard.state.step is Step.SHOP


def test_every_country_hears_that_this_is_no_fiscal_till() -> None:
    wizard, _, _ = begun()
    wizard.next()
    assert wizard.state.notices == (
        "This is not a certified fiscal till. Check what your country asks for",
    )


def test_a_country_that_is_not_listed_takes_a_typed_currency() -> None:
    wizard, _, _ = begun()
    wizard.next()
    wizard.change("country", ANY_COUNTRY)
    wizard.change("currency", "XXX")
    wizard.next()
    assert wizard.state.form.field("currency").finding == "Three letters, such as EUR"
    wizard.change("currency", "CHF")
    wizard.change("timezone", "Europe/Zurich")
    wizard.next()
    assert wizard.state.step is Step.SHOP


def test_all_that_is_missing_on_a_step_is_said_at_once_and_the_first_gets_the_focus() -> None:
    wizard, _, _ = begun()
    through_to(wizard, Step.SHOP)
    fill(wizard, store_code="S 01!")
    focus_n = wizard.state.focus_n
    wizard.next()
    found = [field.name for field in wizard.state.form.fields if field.finding]
    assert found == ["shop_name", "store_name", "store_code"]
    assert (wizard.state.focus, wizard.state.focus_n) == ("shop_name", focus_n + 1)


@pytest.mark.parametrize(
    ("pin", "again", "where"),
    [
        ("", "", "pin"),
        ("12", "12", "pin"),
        ("1234", "1234", "pin"),
        ("7777", "7777", "pin"),
        ("7482", "7428", "pin_again"),
        ("74a2", "74a2", "pin"),
    ],
)
def test_a_pin_has_to_be_good_and_typed_twice(pin: str, again: str, where: str) -> None:
    wizard, _, _ = begun()
    through_to(wizard, Step.MANAGER)
    fill(wizard, manager_name="Huang", pin=pin, pin_again=again)
    wizard.next()
    assert wizard.state.step is Step.MANAGER
    assert wizard.state.form.field(where).finding


def test_going_back_keeps_every_answer() -> None:
    wizard, _, _ = begun()
    through_to(wizard, Step.PRINTER)
    for _ in range(2):
        wizard.back()
    assert wizard.state.step is Step.SHOP
    assert wizard.state.form.field("shop_name").value == "晨光便利"


def test_the_printer_may_be_skipped() -> None:
    wizard, maker, _ = begun()
    through_to(wizard, Step.PRINTER)
    fill(wizard, printer_kind="network")
    wizard.next()
    assert wizard.state.form.field("printer_address").finding
    wizard.skip()
    assert wizard.state.step is Step.DATA
    wizard.next()
    assert maker.answers[0].printer_kind == "none"


def test_an_empty_shop_may_begin_with_a_ready_programme_and_the_demo_has_its_own() -> None:
    wizard, maker, _ = begun()
    through_to(wizard, Step.DATA)
    assert [field.name for field in wizard.state.form.fields] == ["data"]
    fill(wizard, data="empty")
    labels = [choice.label for choice in wizard.state.form.field("programme").choices]
    assert labels == ["None for now", "Bakery", "Café"]
    fill(wizard, programme="cafe")
    wizard.next()
    assert (maker.answers[0].demo, maker.answers[0].programme) == (False, "cafe")


def test_the_way_on_from_the_recovery_code_is_its_last_group() -> None:
    wizard, _, _ = begun()
    through_to(wizard, Step.RECOVERY)
    wizard.next()
    assert wizard.state.step is Step.RECOVERY
    wizard.change("recovery_check", "6YDF")
    wizard.next()
    assert wizard.state.step is Step.RECOVERY
    wizard.change("recovery_check", " p1gz ")
    wizard.next()
    assert wizard.state.step is Step.KEY


def test_once_the_book_is_made_there_is_no_way_back_and_no_second_book() -> None:
    wizard, maker, _ = begun()
    through_to(wizard, Step.RECOVERY)
    assert not wizard.state.can_back
    wizard.back()
    assert wizard.state.step is Step.RECOVERY
    assert len(maker.answers) == 1


def test_while_the_book_is_made_a_second_press_makes_no_second_book() -> None:
    lanes = LanesByStep()
    wizard, maker, _ = begun(lanes=lanes)
    through_to(wizard, Step.DATA)
    wizard.next()
    wizard.next()
    assert wizard.state.making == "Making the till's book"
    lanes.run_all()
    assert len(maker.answers) == 1
    assert wizard.state.step is Step.RECOVERY


def test_while_the_demos_members_join_it_says_how_many_have() -> None:
    wizard, maker, _ = begun()
    through_to(wizard, Step.DATA)
    said: list[str] = []
    wizard.subscribe(lambda state: said.append(state.making))
    maker.joined = (500, 2000)
    wizard.next()
    made = "Making the till's book"
    assert [text for text in said if text] == [
        f"{made} · 500 / 2,000",
        f"{made} · 2,000 / 2,000",
    ]


def test_when_the_book_cannot_be_made_the_answers_stay_and_another_try_is_offered() -> None:
    wizard, maker, shell = begun()
    through_to(wizard, Step.DATA)
    maker.fails = ServiceRefusal("DISK_FULL")
    wizard.next()
    assert wizard.state.fault.startswith("The book could not be made")
    assert wizard.state.next_label == "Try again"
    shell.session.speak("zh_TW")
    wizard.reworded()
    assert not wizard.state.fault.startswith("The book could not be made")
    maker.fails = None
    wizard.next()
    assert wizard.state.step is Step.RECOVERY


def test_where_the_key_is_kept_is_said_as_it_is() -> None:
    wizard, _, _ = begun()
    through_to(wizard, Step.KEY)
    assert wizard.state.text.startswith("In a file beside the book")
    assert wizard.state.notices[0] == "Place: /var/lib/posloyalty/book.key"


def test_every_step_says_where_it_stands() -> None:
    wizard, _, _ = begun()
    seen = [wizard.state.progress]
    for step in STEPS[1:]:
        through_to(wizard, step)
        seen.append(wizard.state.progress)
    assert seen == [f"Step {n} of {len(STEPS)}" for n in range(1, len(STEPS) + 1)]
