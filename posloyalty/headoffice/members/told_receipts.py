"""A receipt as somebody tells it at head office: its signed code, or its number.

Shape: `read_receipt(connection, text)` gives where the sale stands in its till's journal, and half
of the sale's hash where a code says it. A code's signature is looked at: the sale may not be here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from posloyalty.headoffice.store.tables import TILL
from posloyalty.services.book.signing import verify
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.goods_back import SoldPlace
from posloyalty.sync.journal import receipt_number
from posloyalty.sync.receipt_digest import TILL_BYTES, BadDigest, decode

_NUMBER: Final = re.compile(r"([A-Za-z0-9]{1,8})-([A-Za-z0-9]{1,8})-(\d{1,9})-(\d{1,12})")
_T: Final = TILL.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldReceipt:
    """Where a sale stands; `body` is half of its hash, empty where only a number was told."""

    place: SoldPlace
    number: str
    body: bytes = b""


def read_receipt(connection: Connection, text: str) -> ToldReceipt:
    """Refuses RECEIPT_NOT_OURS, RECEIPT_TRAINING, RECEIPT_TILL_UNKNOWN and RECEIPT_FORGED."""
    typed = "".join(text.split())
    told = _NUMBER.fullmatch(typed)
    if told is not None:
        store, code, epoch, seq = told.groups()
        newest = _T.joined_s.desc()
        asked = select(TILL).where(_T.store_code == store, _T.till_code == code).order_by(newest)
        till = connection.execute(asked).first()
        if till is None:
            raise ServiceRefusal("RECEIPT_TILL_UNKNOWN")
        place = SoldPlace(bytes(till.till_id)[:TILL_BYTES], int(epoch), int(seq))
        return ToldReceipt(place=place, number=typed)
    return _of_code(connection, typed.upper())


def _of_code(connection: Connection, code: str) -> ToldReceipt:
    try:
        digest, message, signature = decode(code)
    except BadDigest:
        raise ServiceRefusal("RECEIPT_NOT_OURS") from None
    if digest.training:
        raise ServiceRefusal("RECEIPT_TRAINING")
    tills = _tills(connection, digest.till)
    if not tills:
        raise ServiceRefusal("RECEIPT_TILL_UNKNOWN")
    signer = next((one for one in tills if verify(bytes(one.public_key), message, signature)), None)
    if signer is None:
        raise ServiceRefusal("RECEIPT_FORGED")
    number = receipt_number(
        store=signer.store_code, till=signer.till_code, epoch=digest.epoch, seq=digest.seq
    )
    place = SoldPlace(digest.till, digest.epoch, digest.seq)
    return ToldReceipt(place=place, number=number, body=digest.body)


def _tills(connection: Connection, half: bytes) -> list[Any]:
    """The tills whose ids begin so."""
    ends = bytes(16 - TILL_BYTES), b"\xff" * (16 - TILL_BYTES)
    asked = select(TILL).where(_T.till_id.between(half + ends[0], half + ends[1]))
    return list(connection.execute(asked).all())
