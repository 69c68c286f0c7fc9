"""The name that a till goes by, before it joins a head office and after."""

from __future__ import annotations

import msgspec
import pytest

from posloyalty.services.office.joined_office import SETTING
from posloyalty.services.office.till_name import is_code, labels_of, till_name
from tests.fakes.book import FACTS
from tests.fakes.head_office import FACTS as JOINED

FIRST = f"{FACTS.store_code}-{FACTS.till_code}"


class Kept(dict[str, str]):
    """A book's settings."""

    @classmethod
    def joined(cls, **names: object) -> Kept:
        facts = msgspec.structs.replace(JOINED, **names)
        return cls({SETTING: msgspec.json.encode(facts).decode()})


def test_a_till_that_is_alone_goes_by_what_its_first_start_was_given() -> None:
    assert till_name(Kept(), FACTS).label == FIRST
    assert labels_of(Kept(), FACTS) == (FIRST,)


def test_who_joined_goes_by_the_store_and_code_that_it_joined_with() -> None:
    kept = Kept.joined(store="N7", till="T3")
    assert till_name(kept, FACTS) == ("N7", "T3")
    assert labels_of(kept, FACTS) == (FIRST, "N7-T3")


def test_who_joined_under_an_earlier_release_keeps_its_till_code() -> None:
    kept = Kept({SETTING: '{"url":"https://x","store":"N7","certificate":""}'})
    assert till_name(kept, FACTS) == ("N7", FACTS.till_code)


@pytest.mark.parametrize("now", [FIRST, "N8-T1"])
def test_each_label_of_before_is_its_own_and_that_of_now_is_last(now: str) -> None:
    store, code = now.split("-")
    kept = Kept.joined(store=store, till=code, was=(FIRST, "N7-T3"))
    assert set(labels_of(kept, FACTS)) == {FIRST, "N7-T3", now}
    assert labels_of(kept, FACTS)[-1] == now


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("T2", True),
        ("ABC123", True),
        ("", False),
        ("T-2", False),
        ("ABC1234", False),
        ("收2", False),
    ],
)
def test_a_code_is_letters_and_digits(text: str, good: bool) -> None:
    assert is_code(text) is good
