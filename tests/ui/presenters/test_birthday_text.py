"""Birthdays as they are typed."""

import pytest

from posloyalty.domain.members.member import Birthday
from ui.presenters.birthday_text import BadBirthday, birthday_text, parse_birthday


@pytest.mark.parametrize(
    ("text", "birthday"),
    [
        ("", None),
        ("  ", None),
        ("08-15", Birthday(8, 15)),
        ("8/5", Birthday(8, 5)),
        ("0815", Birthday(8, 15)),
        ("8月15日", Birthday(8, 15)),
        ("０８－１５", Birthday(8, 15)),
        ("1990-08-15", Birthday(8, 15, 1990)),
        ("19900815", Birthday(8, 15, 1990)),
        ("2-29", Birthday(2, 29)),
    ],
)
def test_a_birthday_is_read(text: str, birthday: Birthday | None) -> None:
    assert parse_birthday(text) == birthday


@pytest.mark.parametrize(
    "text", ["13-01", "2-30", "0-5", "815", "abc", "1-2-3-4", "1800-01-01", "08-15-1990x"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(BadBirthday):
        parse_birthday(text)


def test_a_birthday_is_written_without_its_year() -> None:
    assert birthday_text(Birthday(8, 5, 1990)) == "08-05"
