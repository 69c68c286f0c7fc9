"""A message by its code: in the language asked for, else in English, else nobody's."""

from __future__ import annotations

import pytest

from posloyalty.wording import LANGUAGES, MissingWording, Words


@pytest.mark.parametrize(
    ("language", "said"), [("zh_CN", "是"), ("zh_TW", "是"), ("en", "yes")], ids=LANGUAGES
)
def test_a_message_may_read_as_its_key_does(language: str, said: str) -> None:
    words = Words(language)
    assert words("why.yes") == said
    assert words.has("why.yes")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["why.nothing_of_the_kind", "no_such_area.yes", "yes"])
def test_a_code_that_no_language_has_is_missing(language: str, code: str) -> None:
    words = Words(language)
    with pytest.raises(MissingWording):
        words(code)
    with pytest.raises(MissingWording):
        words.counted(code, 2)


def test_what_is_counted_has_its_plural_where_the_language_has_one() -> None:
    assert [Words("en").counted("sale.items", n) for n in (1, 2)] == ["1 item", "2 items"]
    assert Words("en").has("sale.items")
    assert not Words("en").has("sale.nothing_of_the_kind")
