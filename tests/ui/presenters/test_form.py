"""Drafts and forms: what was typed, what is wrong with it, all at once."""

from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.refusal import finding as service_finding
from posloyalty.wording import Words
from ui.presenters.form import Draft, Field, FieldKind, finding, tick

FIELDS = (Field(name="name", label="Name"), Field(name="price", label="Price"))


def test_a_form_counts_its_findings_and_names_the_first_in_reading_order() -> None:
    draft = Draft()
    draft.require("price", "name")
    form = draft.form(FIELDS, Words("en"))
    assert form.summary == "2 entries need a look"
    assert form.first_finding == "name"


def test_a_finding_goes_when_its_entry_changes_and_others_stay() -> None:
    draft = Draft()
    draft.require("name", "price")
    draft.change("name", "Milk")
    form = draft.form(FIELDS, Words("en"))
    assert form.field("name").finding == ""
    assert form.field("price").finding == "Please fill this in"


def test_findings_are_worded_anew_in_another_language() -> None:
    draft = Draft()
    draft.require("name")
    assert draft.form(FIELDS, Words("zh_TW")).field("name").finding == "請填寫"


def test_the_first_finding_of_an_entry_stays() -> None:
    draft = Draft({"name": "x" * 99})
    draft.bound(name=40)
    draft.find("name", finding("finding_taken"))
    assert draft.form(FIELDS, Words("en")).field("name").finding == "At most 40 characters"


def test_changed_means_different_from_what_is_stored() -> None:
    draft = Draft({"name": "Milk"})
    assert not draft.changed
    draft.change("name", "Milk 2")
    assert draft.changed
    draft.change("name", "Milk")
    assert not draft.changed


def test_what_a_service_found_comes_to_the_entry_of_that_place() -> None:
    draft = Draft()
    refusal = ServiceRefusal("INVALID", findings=(service_finding("new_pin", "NO_SUCH_CODE"),))
    draft.take(refusal, {"new_pin": "name"})
    assert draft.form(FIELDS, Words("en")).field("name").finding == (
        "Cannot be taken as it is (refusal.NO_SUCH_CODE)"
    )


def test_a_shown_entry_shows_its_own_value() -> None:
    fields = (Field(name="code", label="Code", kind=FieldKind.SHOWN, value="S01"),)
    assert Draft().form(fields, Words("en")).field("code").value == "S01"


def test_ticks_are_texts() -> None:
    draft = Draft({"active": tick(True)})
    assert draft.ticked("active")
    draft.change("active", tick(False))
    assert not draft.ticked("active")
