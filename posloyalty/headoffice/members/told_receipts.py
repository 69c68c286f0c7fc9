"""A receipt as somebody tells it at head office: its signed code, or its number.

Shape: `read_receipt(connection, text)` gives where the sale stands in its till's journal, and half
of the sale's hash where a code says it. A code's signature is looked at: the sale may not be here.
`numbered(connection, text)` finds the sale, or the return, that a number was printed on.

A number names store and till as the till called them. One that was alone before it joined may have
called itself otherwise, so what a sale says of itself goes before the names that head office gave.
Two that were each alone may have printed the same number, and so may a till and the machine that
took its place. Then it says which of them, behind an "at": by the name that it has here, or by the
beginning of its id (`S1-T1-1-57@S2-T3`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from posloyalty.headoffice.store.tables import JOURNAL_EVENT, TILL
from posloyalty.services.book.signing import verify
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.goods_back import SoldPlace
from posloyalty.sync.journal import receipt_number
from posloyalty.sync.receipt_digest import TILL_BYTES, BadDigest, decode

_NUMBER: Final = re.compile(
    r"([A-Za-z0-9]{1,8})-([A-Za-z0-9]{1,8})-(\d{1,9})-(\d{1,12})"
    r"(?:@([A-Za-z0-9]{1,8}-[A-Za-z0-9]{1,8}|[0-9a-f]{12,32}))?"
)
ID_DIGITS: Final = 12
"""The fewest digits of a till's id that tell two of one name apart: the moment that made it."""
_T: Final = TILL.c
_E: Final = JOURNAL_EVENT.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldReceipt:
    """Where a sale stands; `body` is half of its hash, empty where only a number was told."""

    place: SoldPlace
    number: str
    body: bytes = b""


def read_receipt(connection: Connection, text: str) -> ToldReceipt:
    """Refuses RECEIPT_NOT_OURS, RECEIPT_TRAINING, RECEIPT_OF_NO_TILL, RECEIPT_FORGED, and what
    `numbered` refuses.
    """
    typed = "".join(text.split())
    told = _NUMBER.fullmatch(typed)
    if told is not None:
        store, code, epoch, seq, at = told.groups()
        printed = numbered(connection, typed)
        till_id = _named(connection, at or f"{store}-{code}") if printed is None else printed[0]
        if till_id is None:
            raise ServiceRefusal("RECEIPT_OF_NO_TILL")
        place = SoldPlace(till_id[:TILL_BYTES], int(epoch), int(seq))
        return ToldReceipt(place=place, number=typed.partition("@")[0])
    return _of_code(connection, typed.upper())


def numbered(
    connection: Connection, number: str
) -> tuple[bytes, events.Sale | events.Refund] | None:
    """(till, event) of a receipt's number: the one that says so itself, else the one at its place
    in the journal of the till that has these names here; None where there is neither.

    Refuses NUMBER_OF_SEVERAL (`number`, `tills`, and `told`, how one of them is meant) where more
    than one till printed it.
    """
    told = _NUMBER.fullmatch(number)
    if told is None:
        return None
    store, code, epoch, seq, at = told.groups()
    asked = (
        select(_T.till_id, _T.store_code, _T.till_code, _E.body)
        .join(JOURNAL_EVENT, _E.till_id == _T.till_id)
        .where(_E.epoch == int(epoch), _E.seq == int(seq))
        .order_by(_T.joined_s.desc())
    )
    printed: dict[bytes, tuple[str, events.Sale | events.Refund]] = {}
    of_names = None
    for row in connection.execute(asked):
        till_id, label = bytes(row.till_id), f"{row.store_code}-{row.till_code}"
        if at is not None and label != at and not till_id.hex().startswith(at):
            continue
        try:
            event = events.decode(bytes(row.body))
        except (ValueError, RecursionError):
            continue  # listed as an anomaly already
        if not isinstance(event, events.Sale | events.Refund):
            continue
        if event.no == number.partition("@")[0]:
            printed[till_id] = label, event
        elif of_names is None and label == f"{store}-{code}":
            of_names = till_id, event
    if len(printed) > 1:
        raise _of_several(number.partition("@")[0], {one: printed[one][0] for one in printed})
    for till_id, (_label, event) in printed.items():
        return till_id, event
    return of_names


def _of_several(number: str, labels: Mapping[bytes, str]) -> ServiceRefusal:
    """By the name that each has here, or by its id where they share that too."""
    tills, digits = sorted(set(labels.values())), ID_DIGITS
    while len(tills) < len(labels):
        tills, digits = sorted({one.hex()[:digits] for one in labels}), digits + 1
    return ServiceRefusal(
        "NUMBER_OF_SEVERAL", number=number, tills=", ".join(tills), told=f"{number}@{tills[0]}"
    )


def _named(connection: Connection, label: str) -> bytes | None:
    """The till that has this name here; the newest, where one took another's place."""
    store, _, code = label.partition("-")
    newest = _T.joined_s.desc()
    asked = select(_T.till_id).where(_T.store_code == store, _T.till_code == code).order_by(newest)
    found = connection.execute(asked).scalar()
    return None if found is None else bytes(found)


def _of_code(connection: Connection, code: str) -> ToldReceipt:
    try:
        digest, message, signature = decode(code)
    except BadDigest:
        raise ServiceRefusal("RECEIPT_NOT_OURS") from None
    if digest.training:
        raise ServiceRefusal("RECEIPT_TRAINING")
    tills = _tills(connection, digest.till)
    if not tills:
        raise ServiceRefusal("RECEIPT_OF_NO_TILL")
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
