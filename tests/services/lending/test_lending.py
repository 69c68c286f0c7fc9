"""What a till knows of how it stands with head office is what its book says, from any thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from posloyalty.services.lending.lending import Lending
from posloyalty.services.office.soundness import CLONE, freeze
from posloyalty.services.ports import Book, Reader, UnitOfWork
from posloyalty.sync.risk_policy import RiskPolicy
from tests.services.conftest import Shop


@dataclass
class Interrupted:
    """A book in which something else is written while somebody reads, once."""

    book: Book
    lending: Lending | None = None

    @contextmanager
    def read(self) -> Iterator[Reader]:
        with self.book.read() as reader:
            yield reader
        lending, self.lending = self.lending, None
        if lending is not None:
            with self.book.write() as unit:
                freeze(unit.settings, CLONE, 0)
                unit.commit()
            lending.forget()

    def write(self, *, durable: bool = True) -> object:
        return self.book.write(durable=durable)


def interrupted(shop: Shop) -> tuple[Interrupted, Lending]:
    book = Interrupted(shop.till.book)
    return book, Lending(cast(Book, book), shop.clock)


def joins(unit: UnitOfWork) -> None:
    unit.settings.put({"head_office": "{}"})
    unit.commit()


def test_what_was_being_read_while_the_book_changed_is_not_kept(shop: Shop) -> None:
    book, lending = interrupted(shop)
    book.lending = lending
    assert lending.sound  # by what the book said when it was asked
    assert not lending.sound


def test_a_till_without_head_office_is_bound_by_no_policy(shop: Shop) -> None:
    assert Lending(shop.till.book, shop.clock).policy is None


def test_a_till_that_joined_goes_by_a_policy_before_it_was_told_one(shop: Shop) -> None:
    lending = Lending(shop.till.book, shop.clock)
    assert lending.policy is None
    with shop.till.book.write() as unit:
        joins(unit)
    lending.forget()
    assert lending.policy == RiskPolicy(lends_budgets=False)
    told = RiskPolicy(floor_minor=0, version=3)
    lending.adopt(told)
    assert lending.policy == told
