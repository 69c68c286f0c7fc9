"""The tills of a shop without head office: whose receipts prove a sale here, by a manager's word.

Shape: `own` is this till's file; `read` checks another till's, `trust` keeps it, `revoke` takes it
back, `say_gone` lets its receipts be keyed in here. A manager carries the file and compares the
check code on both screens. The tills of a chain need none: head office vouches for them, and
`of_chain` counts those (`receipt_signers.py` is what a receipt is judged by).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import UNSET

from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.services.book.certificates import BadCertificate, Certificate, read_certificate
from posloyalty.services.book.signing import SigningKey, verify
from posloyalty.services.office.joined_office import has_joined
from posloyalty.services.office.receipt_signers import as_judged
from posloyalty.services.office.till_name import till_name
from posloyalty.services.people.note_change import require
from posloyalty.services.ports import Book, Ids, TrustedTill, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.practice import is_practice
from posloyalty.sync.events import TillTrust
from posloyalty.sync.receipt_digest import TILL_BYTES
from posloyalty.sync.till_file import BadTillFile, TillFile, decode, encode

if TYPE_CHECKING:
    from posloyalty.services.shop.shop_settings import ShopDetails

TILLS_MOST = 200


class TrustedTills:
    """Trusting the tills of the shop, by a manager."""

    def __init__(self, *, book: Book, ids: Ids, details: Callable[[], ShopDetails]) -> None:
        self._book = book
        self._ids = ids
        self._details = details

    def known(self) -> tuple[TrustedTill, ...]:
        """Every till that was ever trusted, those that were revoked too, here or at head office."""
        with self._book.read() as reader:
            return tuple(as_judged(reader, one) for one in reader.tills.all())

    def of_chain(self) -> int:
        """How many other tills head office vouches for; none where this one has not joined."""
        with self._book.read() as reader:
            return reader.card_keys.count() if has_joined(reader.settings) else 0

    def own(self) -> tuple[TillFile, bytes]:
        """What this till tells of itself, and the bytes of the file. Raises `ServiceRefusal`
        TILL_IN_TRAINING.
        """
        with self._book.read() as reader:
            if is_practice(reader.settings):
                raise ServiceRefusal("TILL_IN_TRAINING")
            facts, keys = reader.facts, reader.tokens.keys()
            named = till_name(reader.settings, facts)
        details = self._details()
        file = TillFile(
            till_id=facts.till_id,
            store=named.store,
            code=named.code,
            name=details.store_name,
            currency=details.currency,
            certificates=tuple(one.certificate for one in keys),
        )
        return file, encode(file, SigningKey.generate(keys[-1].seed).sign)

    def read(self, data: bytes) -> TillFile:
        """A till's file, checked. Raises `ServiceRefusal` TILL_FILE_BAD, TILL_IS_THIS, TILL_MONEY
        (`code`), TILL_CODES_OURS (`till`).
        """
        try:
            file, message, signature = decode(data)
            certificates = [read_certificate(one) for one in file.certificates]
        except (BadTillFile, BadCertificate):
            raise ServiceRefusal("TILL_FILE_BAD") from None
        if not _stands(file, certificates, message, signature):
            raise ServiceRefusal("TILL_FILE_BAD")
        with self._book.read() as reader:
            facts, named = reader.facts, till_name(reader.settings, reader.facts)
        money = self._details().currency
        if file.till_id[:TILL_BYTES] == facts.till_id[:TILL_BYTES]:
            raise ServiceRefusal("TILL_IS_THIS")
        if (file.store, file.code) == named:
            # Its receipts would carry our numbers.
            raise ServiceRefusal("TILL_CODES_OURS", till=file.label)
        if file.currency != money:
            raise ServiceRefusal("TILL_MONEY", till=file.label, code=file.currency)
        return file

    def trust(self, data: bytes, operator: Operator) -> TillFile:
        """Believe another till's receipts from now on; the same file again changes nothing.

        Raises `ServiceRefusal` NOT_ALLOWED, TILLS_MOST, or what `read` raises.
        """
        require(operator, Right.CHANGE_SETTINGS)
        file = self.read(data)
        with self._book.write() as unit:
            tills = unit.tills.all()
            before = next((one for one in tills if one.till_id == file.till_id), None)
            if before is None and len(tills) >= TILLS_MOST:
                raise ServiceRefusal("TILLS_MOST", limit=TILLS_MOST)
            for certificate in _missing(file, before):
                trusted = self._event(unit, operator, "trust", file, certificate)
                unit.tills.book(trusted)
            unit.commit()
        return file

    def revoke(self, till_id: bytes, operator: Operator) -> TrustedTill:
        """Believe a till's receipts no longer, also those that it signed before: whoever has its
        key can date them back. Raises `ServiceRefusal` NOT_ALLOWED, TILL_UNKNOWN.
        """
        require(operator, Right.CHANGE_SETTINGS)
        with self._book.write() as unit:
            till = next((one for one in unit.tills.all() if one.till_id == till_id), None)
            if till is None:
                raise ServiceRefusal("TILL_UNKNOWN")
            if till.revoked_at is None:
                unit.tills.book(self._event(unit, operator, "revoke", till))
                unit.commit()
        return till

    def say_gone(self, till_id: bytes, operator: Operator) -> TrustedTill:
        """A till that was trusted is no more, and nobody has its key: from now on its receipts may
        be keyed in here. Raises `ServiceRefusal` NOT_ALLOWED, TILL_UNKNOWN, RECEIPT_TILL_REVOKED.
        """
        require(operator, Right.CHANGE_SETTINGS)
        with self._book.write() as unit:
            till = next((one for one in unit.tills.all() if one.till_id == till_id), None)
            if till is None:
                raise ServiceRefusal("TILL_UNKNOWN")
            if till.revoked_at is not None:
                raise ServiceRefusal("RECEIPT_TILL_REVOKED", till=till.label)
            if not till.gone:
                newest = till.certificates[-1]
                unit.tills.book(self._event(unit, operator, "trust", till, newest, gone=True))
                unit.commit()
        return till

    def hear_gone(self, till: TillFile, operator: Operator) -> None:
        """The same of one of which head office said so, by the certificate that it has."""
        with self._book.write() as unit:
            known = unit.tills.by_half(till.till_id[:TILL_BYTES])
            if known is None or not known.gone or known.revoked_at is not None:
                newest = till.certificates[-1]
                unit.tills.book(self._event(unit, operator, "trust", till, newest, gone=True))
                unit.commit()

    def _event(
        self,
        unit: UnitOfWork,
        operator: Operator,
        move: str,
        till: TillFile | TrustedTill,
        certificate: bytes = b"",
        *,
        gone: bool = False,
    ) -> TillTrust:
        stamp = unit.journal.stamp()
        return TillTrust(
            id=self._ids.new_id().hex(),
            at=stamp.at,
            hlc=stamp.hlc,
            actor=operator.id.hex(),
            move=move,
            till=till.till_id.hex(),
            store=till.store,
            code=till.code,
            name=till.name,
            cert=certificate.hex() if certificate else UNSET,
            gone=True if gone else UNSET,
        )


def _stands(
    file: TillFile, certificates: list[Certificate], message: bytes, signature: bytes
) -> bool:
    """Whether the certificates are the till's own, and the newest one's key signed the file."""
    own = all(one.till_id == file.till_id for one in certificates)
    return own and verify(certificates[-1].key, message, signature)


def _missing(file: TillFile, before: TrustedTill | None) -> tuple[bytes, ...]:
    """The certificates that are not believed yet; all of them where the till is called otherwise
    now, or was revoked.
    """
    told = (file.store, file.code, file.name)
    if before is None or before.revoked_at is not None:
        return file.certificates
    if (before.store, before.code, before.name) != told:
        return file.certificates
    return tuple(one for one in file.certificates if one not in before.certificates)
