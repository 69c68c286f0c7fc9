"""A till is cut off while it puts away a page of what head office sells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posloyalty.services.office import hear_articles
from tests.headoffice.a_chain import Chain
from tests.headoffice.a_kept_chain import chain_after
from tests.headoffice.test_articles_travel import (
    HEAD,
    by_sku,
    file,
    heard,
    later,
    setting,
    told,
    with_taxes,
)


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with chain_after(with_taxes, tmp_path, url=database_url) as found:
        yield found


@pytest.mark.long(
    beside="tests/headoffice/test_articles_travel.py::test_a_program_that_ends_in_the_middle_goes_on_where_its_book_is"
)
def test_a_cut_in_the_middle_of_a_page_loses_nothing(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = chain.tills[0]
    rows = "".join(f"A{n},Thing {n},1.00,std13,each,,,,yes\n" for n in range(100))
    file(chain.office, HEAD + rows)
    put, pieces = hear_articles.HeardArticles.hear, []

    def cut(self: object, *told: object, day: str) -> object:
        pieces.append(told)
        if len(pieces) == 3:
            raise KeyboardInterrupt
        return put(self, *told, day=day)  # type: ignore[arg-type]

    monkeypatch.setattr(hear_articles.HeardArticles, "hear", cut)
    with pytest.raises(KeyboardInterrupt):
        heard(one)
    assert (by_sku(one, "A0") is not None, by_sku(one, "A99")) == (True, None)
    before = setting(one)
    monkeypatch.undo()
    later(chain)
    assert all(by_sku(one, f"A{n}") for n in range(100))
    assert setting(one) != before
    assert told(one, "articles_heard")[1:] == [
        ("saved 40",), ("saved 40",), ("saved 20",),
    ]  # fmt: skip
