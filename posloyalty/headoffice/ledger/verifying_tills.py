"""Proving a till's own row and place: its key, where its chain begins, and what it signed.

Shape: `differing_key(till)` holds the columns of a till against the certificate that it made for
itself, which its journal's first link covers; `differing_place(...)` holds how far head office says
that it has the journal against what was read of it. What was signed is proved where the journal
still ends there: a till that went back begins again at a place that it signed nothing about.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from posloyalty.headoffice.tills.certificates import BadCertificate, read_own
from posloyalty.services.book.signing import verify
from posloyalty.services.book.verify_book import Difference
from posloyalty.sync.journal import genesis_predecessor
from posloyalty.sync.wire.batch import head_statement


def differing_key(till: Any) -> Iterator[Difference]:
    """What a row of `till` says otherwise than its certificate."""
    der = bytes(till.certificate)
    try:
        own = read_own(der)
    except BadCertificate:
        yield _difference(till, 0, "a certificate of its own", "none")
        return
    should = (own.till_id, own.public_key, genesis_predecessor(own.till_id, der))
    found = (bytes(till.till_id), bytes(till.public_key), bytes(till.genesis))
    if should != found:
        yield _difference(till, 0, _told(should), _told(found))


def differing_place(
    till: Any, place: Any, *, ends: tuple[int, int], written: int
) -> Iterator[Difference]:
    """Whether a till signed the end of its journal, its last row at `ends`, where that is the end
    still; the row was `written` in that epoch.
    """
    if (place.epoch, place.seq) != ends or not place.seq:
        return
    said = head_statement(
        till_id=bytes(till.till_id), epoch=written, seq=place.seq, head=bytes(place.hash)
    )
    if not verify(bytes(till.public_key), said, bytes(place.signature)):
        yield _difference(till, place.seq, "signed by the till", "not signed")


def _told(values: tuple[bytes, ...]) -> str:
    return " ".join(one.hex() for one in values)


def _difference(till: Any, seq: int, expected: str, found: str) -> Difference:
    which = bytes(till.till_id).hex()
    return Difference(seq=seq, what="till", which=which, expected=expected, found=found)
