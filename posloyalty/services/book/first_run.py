"""The first run: from answers to a book that sells, made whole or not at all.

Shape: `create_book(FirstRunAnswers)` draws the till's key and certificate, makes the book in a
folder beside its place, fills it in one transaction (genesis first) and only then gives it its
name. A crash in between leaves nothing that looks like a book. The recovery code in the answer is
shown once and kept nowhere.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.product import TaxClass
from posloyalty.services.book.book_keys import KeyPlace
from posloyalty.services.book.signing import SEED_BYTES, SigningKey
from posloyalty.services.people.people import NAME_MOST
from posloyalty.services.people.pin_hash import PIN_LEAST, PIN_MOST, PinHasher, pin_fault
from posloyalty.services.ports import (
    Book,
    BookFacts,
    Chance,
    Clock,
    Ids,
    PinRecord,
    TillKey,
    UnitOfWork,
)
from posloyalty.services.programmes.programmes import Programmes, read_programme
from posloyalty.services.refusal import Finding, finding, refuse_findings
from posloyalty.services.shop.shop_settings import ShopDetails, shop_findings, write_details
from posloyalty.sync.events import Genesis, KeyRotate

FIRST_KEY_ID = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRunAnswers:
    """What the wizard asked. `programme` are the bytes of a programme file."""

    shop: ShopDetails
    manager_name: str
    manager_pin: str = field(repr=False)
    tax_classes: tuple[TaxClass, ...] = ()
    programme: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """A new book: its recovery code in eight groups, its manager, and where its key is kept."""

    recovery_code: str = field(repr=False)
    manager: Operator
    key_place: KeyPlace


class BookMaker(Protocol):
    """Whoever makes the files."""

    def certificate(self, *, seed: bytes, till_id: bytes, serial: bytes, at: datetime) -> bytes:
        """A self-signed certificate, DER."""
        ...

    def making(self, facts: BookFacts, *, at: datetime) -> AbstractContextManager[Book]:
        """A book under construction; it gets its name when the block ends without a fault."""
        ...

    def keep_key(self, facts: BookFacts) -> tuple[str, KeyPlace]:
        """Keep the key and wrap it: (recovery code, where it is kept). Before the book is named."""
        ...


class FirstRun:
    """Makes books."""

    def __init__(
        self,
        *,
        maker: BookMaker,
        clock: Clock,
        ids: Ids,
        chance: Chance,
        hasher: PinHasher,
        release: str,
    ) -> None:
        self._maker = maker
        self._clock = clock
        self._ids = ids
        self._chance = chance
        self._hasher = hasher
        self._release = release

    def create_book(self, answers: FirstRunAnswers) -> Created:
        """Make the book. Refuses INVALID with every finding, or the programme's own findings."""
        refuse_findings(answer_findings(answers))
        programme = None if answers.programme is None else read_programme(answers.programme)
        key = self._till_key()
        facts = BookFacts(
            book_id=self._ids.new_id(),
            till_id=key.till_id,
            certificate=key.key.certificate,
            store_code=answers.shop.store_code,
            till_code=answers.shop.till_code,
            made_by=self._release,
        )
        manager = Operator(self._ids.new_id(), answers.manager_name.strip(), Role.MANAGER)
        pin = PinRecord(hash=self._hasher.hash(answers.manager_pin))
        with self._maker.making(facts, at=self._clock.now()) as book:
            with book.write() as unit:
                self._genesis(unit, facts, answers.shop)
                unit.tokens.add_key(key.key)
                self._key_noted(unit, key.key)
                write_details(unit, answers.shop)
                for tax_class in answers.tax_classes:
                    unit.catalogue.save_tax_class(tax_class)
                unit.people.save(manager)
                unit.people.set_pin(manager.id, pin)
                if programme is not None and answers.programme is not None:
                    self._install(book, unit, programme, answers.programme, manager)
                unit.commit()
            code, where = self._maker.keep_key(facts)
        return Created(recovery_code=code, manager=manager, key_place=where)

    def _till_key(self) -> _NewTill:
        seed = self._chance.token_bytes(SEED_BYTES)
        till_id, now = self._ids.new_id(), self._clock.now()
        certificate = self._maker.certificate(
            seed=seed, till_id=till_id, serial=self._ids.new_id(), at=now
        )
        key = TillKey(
            key_id=FIRST_KEY_ID,
            seed=seed,
            public_key=SigningKey.generate(seed).public,
            certificate=certificate,
            made_at=now,
        )
        return _NewTill(till_id, key)

    def _genesis(self, unit: UnitOfWork, facts: BookFacts, shop: ShopDetails) -> None:
        stamp = unit.journal.stamp()
        unit.journal.append(
            Genesis(
                id=self._ids.new_id().hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                till=facts.till_id.hex(),
                book=facts.book_id.hex(),
                store=facts.store_code,
                code=facts.till_code,
                cert=facts.certificate.hex(),
                app=self._release,
                currency=shop.currency,
                zone=shop.timezone,
            )
        )

    def _key_noted(self, unit: UnitOfWork, key: TillKey) -> None:
        stamp = unit.journal.stamp()
        unit.journal.append(
            KeyRotate(
                id=self._ids.new_id().hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                kind="till",
                kid=key.key_id,
                public=key.public_key.hex(),
            )
        )

    def _install(
        self, book: Book, unit: UnitOfWork, programme: Programme, data: bytes, manager: Operator
    ) -> None:
        programmes = Programmes(book=book, clock=self._clock, ids=self._ids)
        programmes.add(unit, programme, data, actor=manager.id)


@dataclass(frozen=True, slots=True)
class _NewTill:
    till_id: bytes
    key: TillKey


def answer_findings(answers: FirstRunAnswers) -> list[Finding]:
    """Everything that is wrong with the answers."""
    findings = shop_findings(answers.shop)
    name = answers.manager_name.strip()
    if not name:
        findings.append(finding("manager_name", "REQUIRED"))
    elif len(name) > NAME_MOST:
        findings.append(finding("manager_name", "TOO_LONG", limit=NAME_MOST))
    fault = pin_fault(answers.manager_pin)
    if fault is not None:
        findings.append(finding("manager_pin", fault, least=PIN_LEAST, most=PIN_MOST))
    return findings
