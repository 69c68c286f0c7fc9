"""A link that is kept between questions goes to the head office that the book names now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from msgspec.structs import replace

from posloyalty.services.book.signing import SigningKey
from posloyalty.services.office.own_link import KeptLink
from posloyalty.services.ports.head_office import OfficeFacts, OfficeLink

FACTS = OfficeFacts(
    url="https://one.example", office="o1", office_key="", store="S1",
    certificate="c1", not_after="2027-01-01",
)  # fmt: skip
KEY = SigningKey.generate(b"k" * 32)
TILL = b"t" * 16


@dataclass
class Line:
    """A link of which only its end matters."""

    url: str
    log: list[str]

    def close(self) -> None:
        self.log.append(f"closed {self.url}")

    def interrupt(self) -> None:
        self.log.append(f"cut {self.url}")


@dataclass
class Lines:
    """What connects, and what became of it, in order."""

    log: list[str] = field(default_factory=list)

    def __call__(self, facts: OfficeFacts, _key: SigningKey, _till_id: bytes) -> OfficeLink:
        self.log.append(f"opened {facts.url}")
        return cast(Any, Line(facts.url, self.log))


@pytest.fixture
def lines() -> Lines:
    return Lines()


def test_a_link_serves_one_question_after_the_other(lines: Lines) -> None:
    kept = KeptLink(lines)
    assert kept.to(FACTS, KEY, TILL) is kept.to(FACTS, KEY, TILL)
    assert kept.facts == FACTS
    assert lines.log == ["opened https://one.example"]


@pytest.mark.parametrize(
    "another",
    [
        replace(FACTS, url="https://two.example"),
        replace(FACTS, office_key="another"),
        replace(FACTS, incarnation="later"),
    ],
)
def test_another_head_office_gets_a_link_of_its_own(lines: Lines, another: OfficeFacts) -> None:
    kept = KeptLink(lines)
    first = kept.to(FACTS, KEY, TILL)
    assert kept.to(another, KEY, TILL) is not first
    assert kept.facts == another
    assert lines.log == [
        "opened https://one.example", "closed https://one.example", f"opened {another.url}",
    ]  # fmt: skip


def test_a_renewed_certificate_keeps_the_link_over_which_it_came(lines: Lines) -> None:
    kept, renewed = KeptLink(lines), replace(FACTS, certificate="c2", not_after="2028-01-01")
    first = kept.to(FACTS, KEY, TILL)
    kept.renewed(renewed)
    assert kept.to(renewed, KEY, TILL) is first


def test_it_is_cut_and_given_back_once_and_opened_anew(lines: Lines) -> None:
    kept = KeptLink(lines)
    kept.interrupt()
    kept.close()
    assert lines.log == []
    kept.to(FACTS, KEY, TILL)
    kept.interrupt()
    kept.close()
    kept.close()
    kept.to(FACTS, KEY, TILL)
    assert lines.log == [
        "opened https://one.example", "cut https://one.example", "closed https://one.example",
        "opened https://one.example",
    ]  # fmt: skip
