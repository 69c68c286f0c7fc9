"""What declared things were given, read from the book for reports."""

from __future__ import annotations

from datetime import date, datetime

from posloyalty.domain.engine.shared_counts import shared_owners
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.definition import Programme
from posloyalty.services.ports import Book
from posloyalty.services.programmes.programmes import Programmes
from posloyalty.services.refusal import ServiceRefusal


def programme_and_counts(
    book: Book, programmes: Programmes, at: datetime
) -> tuple[Programme, tuple[MeterEntry, ...]]:
    """The programme in effect, and everything that was counted for its causes, campaigns and
    partners. Raises `ServiceRefusal` NO_PROGRAMME.
    """
    with book.read() as reader:
        programme = programmes.at(reader, at)
        if programme is None:
            raise ServiceRefusal("NO_PROGRAMME")
        counts = [
            entry
            for owner in shared_owners(programme)
            for entry in reader.ledger.meters(owner, date.min)
        ]
    return programme, tuple(counts)
