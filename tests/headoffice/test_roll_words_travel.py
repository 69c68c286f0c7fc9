"""A new till takes the words of a roll as head office arranged them, or arranges them itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from posloyalty.headoffice.members import rolls
from posloyalty.storage.look_up import roll_words
from posloyalty.storage.look_up.kept_roll import KeptRoll
from posloyalty.storage.look_up.roll_file import WORDS_FORM
from tests.headoffice.a_chain import opened_chain
from tests.headoffice.test_roll_travels import STORES, found, loaded, record, take


@pytest.mark.parametrize("form", [WORDS_FORM, "another release's"])
def test_words_are_put_in_as_they_were_arranged_or_arranged_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """A till that arranges words otherwise takes none of them, and finds everybody all the same."""
    put, put_words = list[bool](), roll_words.put_words
    monkeypatch.setattr(rolls, "STORE_LEAST", 3)
    monkeypatch.setattr(rolls, "CHAIN_LEAST", 4)
    monkeypatch.setattr(KeptRoll, "words_form", form)
    monkeypatch.setattr(roll_words, "put_words", lambda *of: (put.append(True), put_words(*of))[1])
    with opened_chain(tmp_path) as chain:
        take(chain, *(record(n, store=store) for n, store in enumerate(STORES)))
        till = chain.tills[0]
        loaded(chain, till)
        assert bool(put) == (form == WORDS_FORM)
        assert sorted(found(till, "number")) == [f"Bea Number{n}" for n in range(7)]
        assert found(till, "b number4") == ["Bea Number4"]
