"""Whose a receipt is that is to be keyed in, and what its code proves.

Shape: `read(text)` gives a `LostPaper`. This till's own receipts prove themselves by its keys, also
after its book was put back. Those of another till are keyed in once that till is known to be no
more: head office says so, or a manager of a shop without one did (`TrustedTills.say_gone`). Head
office is asked each time where it is in reach, for it may have the sale; out of reach a till that
is known to be gone is enough, and of two sales head office counts one later.

A number alone proves nothing but where the sale stood. It is taken from who may waive, and never
where two tills have the same store and code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.own_codes import RECEIPT_PREFIX
from posloyalty.services.book.certificates import BadCertificate, read_certificate
from posloyalty.services.office.receipt_signers import halves_called, signer_of
from posloyalty.services.office.till_name import labels_of
from posloyalty.services.ports import Book, Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.refund_unknown import RefundUnknown
from posloyalty.services.shop.practice import is_practice
from posloyalty.sync.journal import receipt_number
from posloyalty.sync.keyed_in import LostPlace, keyed_in_id, number_place
from posloyalty.sync.receipt_digest import TILL_BYTES, BadDigest, ReceiptDigest, decode
from posloyalty.sync.till_file import TillFile
from posloyalty.sync.wire.papers import PaperKnown

if TYPE_CHECKING:
    from posloyalty.services.office.trusted_tills import TrustedTills

AskOffice = Callable[[LostPlace, bytes], PaperKnown | None]
"""What head office knows of a receipt; None where there is none. Refuses OFFICE_NOT_REACHED."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPaper:
    """A receipt: its number and place, what its code says where it has one, and the till that sold
    it by store and code, empty where that is this one.
    """

    number: str
    place: LostPlace
    digest: ReceiptDigest | None = None
    code: str = ""
    till: str = ""

    @property
    def sale_id(self) -> bytes:
        """The id of the sale that is keyed in from it."""
        return keyed_in_id(*self.place)


class LostPapers:
    """Reads receipts; `ask` asks head office."""

    def __init__(
        self,
        *,
        book: Book,
        receipts: RefundUnknown,
        tills: Callable[[], TrustedTills],
        currency: Callable[[], str],
        ask: AskOffice,
    ) -> None:
        self._book = book
        self._receipts = receipts
        self._tills = tills
        self._currency = currency
        self._ask = ask

    def read(self, text: str, operator: Operator) -> LostPaper:
        """The receipt of a code or a number. Raises `ServiceRefusal` what `RefundUnknown.prove`
        raises; KEYED_ALREADY (`number`), TILL_IN_TRAINING, BAD_RECEIPT_NUMBER, RECEIPT_OTHER_TILL,
        NUMBER_OF_TWO_TILLS, RECEIPT_TILL_ALIVE (`till`), RECEIPT_AT_OFFICE (`number`).
        """
        with self._book.read() as reader:
            if is_practice(reader.settings):
                raise ServiceRefusal("TILL_IN_TRAINING")
        typed = text.replace(" ", "").strip()
        if typed.upper().startswith(RECEIPT_PREFIX):
            return self._signed(typed.upper(), operator)
        return self._numbered(typed, operator)

    def _signed(self, code: str, operator: Operator) -> LostPaper:
        try:
            digest = decode(code)[0]
        except BadDigest:
            raise ServiceRefusal("RECEIPT_NOT_OURS") from None
        place = LostPlace(digest.till, digest.epoch, digest.seq)
        with self._book.read() as reader:
            _check_new(reader, place)
            own = digest.till == reader.facts.till_id[:TILL_BYTES]
        if not own and not digest.training:
            self._check_gone(place, digest.body, operator)
        proven = self._receipts.prove(code)
        if proven.sale_id not in (None, keyed_in_id(*place)):
            raise ServiceRefusal("SALE_IS_HERE", number=proven.number)
        with self._book.read() as reader:
            number = _number(reader, digest)
        return LostPaper(number=number, place=place, digest=digest, code=code, till=proven.till)

    def _numbered(self, number: str, operator: Operator) -> LostPaper:
        found = number_place(number)
        with self._book.read() as reader:
            facts, label = reader.facts, number.rsplit("-", 2)[0]
            others = halves_called(reader, label)
            own = label in labels_of(reader.settings, facts)
        if not own and not others:
            raise ServiceRefusal("RECEIPT_OTHER_TILL", number=number)
        if found is None:
            raise ServiceRefusal("BAD_RECEIPT_NUMBER", number=number)
        if len(others) + own > 1:
            raise ServiceRefusal("NUMBER_OF_TWO_TILLS", number=number)
        half = facts.till_id[:TILL_BYTES] if own else others[0]
        place = LostPlace(half, *found)
        with self._book.read() as reader:
            _check_new(reader, place)
        if not own:
            self._check_gone(place, b"", operator)
        return LostPaper(number=number, place=place, till="" if own else label)

    def _check_gone(self, place: LostPlace, body: bytes, operator: Operator) -> None:
        """Refuse unless the till is no more, and head office does not have the sale."""
        with self._book.read() as reader:
            till = reader.tills.by_half(place.half)
        gone = till is not None and till.gone
        try:
            known = self._ask(place, body)
        except ServiceRefusal as refused:
            if gone and refused.reason == "OFFICE_NOT_REACHED":
                return
            raise
        if known is None:
            if till is None:
                raise ServiceRefusal("RECEIPT_TILL_UNKNOWN")
            if not gone and till.revoked_at is None:
                raise ServiceRefusal("RECEIPT_TILL_ALIVE", till=till.label)
            return
        label = f"{known.store}-{known.code}"
        if not known.gone:
            raise ServiceRefusal("RECEIPT_TILL_ALIVE", till=label)
        if known.kept:
            number = receipt_number(
                store=known.store, till=known.code, epoch=place.epoch, seq=place.seq
            )
            raise ServiceRefusal("RECEIPT_AT_OFFICE", number=number)
        if not gone:
            self._tills().hear_gone(self._file(known, place), operator)

    def _file(self, known: PaperKnown, place: LostPlace) -> TillFile:
        """The till as head office knows it, when its certificate is its own."""
        try:
            named = read_certificate(bytes.fromhex(known.certificate)).till_id
        except (BadCertificate, ValueError):
            named = b""
        if named.hex() != known.till or named[:TILL_BYTES] != place.half:
            raise ServiceRefusal("RECEIPT_TILL_UNKNOWN")
        return TillFile(
            till_id=bytes.fromhex(known.till),
            store=known.store,
            code=known.code,
            name=known.name,
            currency=self._currency(),
            certificates=(bytes.fromhex(known.certificate),),
        )


def _check_new(reader: Reader, place: LostPlace) -> None:
    stored = reader.sales.by_id(keyed_in_id(*place))
    if stored is not None:
        raise ServiceRefusal("KEYED_ALREADY", number=stored.sale.again)


def check_lost(unit: Reader | UnitOfWork, paper: LostPaper) -> None:
    """Refuse SALE_IS_HERE and RECEIPT_NOT_LOST where the book has what the receipt speaks of, and
    GOODS_CAME_BACK where goods came back with it before.

    A signature alone proves a sale; a number of this till that somebody read has to be one of an
    epoch that it has left, at a place that its book does not hold.
    """
    digest, place = paper.digest, paper.place
    if digest is not None:
        known = derive_id("receipt", digest.till, digest.epoch, digest.seq, digest.body)
        if unit.refunds.of_sale(known):
            raise ServiceRefusal("GOODS_CAME_BACK", number=paper.number)
        return
    if paper.till:
        return
    if unit.sales.by_number(paper.number) is not None:
        raise ServiceRefusal("SALE_IS_HERE", number=paper.number)
    there = next(unit.journal.events(after_seq=place.seq - 1, limit=1), None)
    held = there is not None and there.seq == place.seq and there.epoch == place.epoch
    if held or place.epoch >= unit.journal.head().epoch:
        raise ServiceRefusal("RECEIPT_NOT_LOST", number=paper.number)


def _number(reader: Reader, digest: ReceiptDigest) -> str:
    """The number as it is printed on the paper."""
    signer = signer_of(reader, digest.till)
    assert signer is not None  # its signature was verified
    return receipt_number(store=signer.store, till=signer.code, epoch=digest.epoch, seq=digest.seq)
