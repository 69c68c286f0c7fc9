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


@pytest.mark.parametrize(
    ("n", "said"),
    [(1, "1 member"), (2, "2 members"), (0, "0 members"), (1200, "1,200 members")],
)
def test_a_message_with_plural_forms_goes_by_its_count(n: int, said: str) -> None:
    assert Words("en")("try_out.members", n=n) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        ("1", "for the first purchase; this member has bought once"),
        ("2", "for the first purchase; this member has bought 2 times"),
        ("1,201", "for the first purchase; this member has bought 1,201 times"),
        ("1.50", "for the first purchase; this member has bought 1.50 times"),
    ],
)
def test_without_an_n_it_goes_by_its_first_fact_as_it_is_written(count: str, said: str) -> None:
    told = Words("en")("reason.NOT_FIRST_PURCHASE", purchases=count)
    assert told == f"Only {said}"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "tea, milk"), ("zh_CN", "tea、milk"), ("zh_TW", "tea、milk")]
)
def test_names_are_parted_as_the_language_parts_them(language: str, said: str) -> None:
    assert Words(language).listed(iter(["tea", "milk"])) == said


def test_what_is_counted_has_its_plural_where_the_language_has_one() -> None:
    assert [Words("en").counted("sale.items", n) for n in (1, 2)] == ["1 item", "2 items"]
    assert Words("en").has("sale.items")
    assert not Words("en").has("sale.nothing_of_the_kind")
