"""docs/programmes/README.md: every example in it is read, and what is said of them is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from posloyalty.domain.programme.condition import CONDITIONS
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.earn_rule import EARNINGS
from posloyalty.domain.programme.load import load
from posloyalty.domain.programme.offer import EFFECTS
from posloyalty.services.programmes import finding_sentences
from posloyalty.wording import Words

PAGE = Path(__file__).parents[3] / "docs" / "programmes" / "README.md"
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
EXAMPLES = [text for kind, text in BLOCKS if kind == "toml"]
HEAD = """
language = 1
id = "example"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
"""
WALLET = '[[wallet]]\nid = "points"\n'


def whole(example: str) -> bytes:
    """An example as a file: a piece is put under a head and, where it has none, a wallet."""
    if example.startswith("language"):
        return example.encode("utf-8")
    return "\n".join((HEAD, "" if "[[wallet]]" in example else WALLET, example)).encode("utf-8")


BROKEN = next(example for example in EXAMPLES if 'id = "broken"' in example)


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one is not BROKEN])
def test_every_example_is_a_programme(example: str) -> None:
    assert isinstance(load(whole(example)), Programme)


def test_the_broken_example_is_refused_in_the_words_that_the_page_shows() -> None:
    findings = load(whole(BROKEN))
    assert isinstance(findings, list)
    (shown,) = [text for kind, text in BLOCKS if kind == "text"]
    assert list(finding_sentences(findings, Words("en"))) == shown.strip().splitlines()


@pytest.mark.parametrize("kind", sorted({*CONDITIONS, *EARNINGS, *EFFECTS}))
def test_every_kind_is_described(kind: str) -> None:
    assert re.search(rf"`{kind}\b", PAGE.read_text(encoding="utf-8"))
