"""A real book and a real head office with a network between them that a test spoils."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.tables import JOURNAL_EVENT
from posloyalty.services.office.join_head_office import JoinHeadOffice
from posloyalty.services.office.send_journal import SendJournal
from posloyalty.services.ports.head_office import OfficeFacts
from posloyalty.services.ports.outbox import OutboxRow
from tests.fakes.time import SeededChance
from tests.headoffice.a_network import Connected, Network, connected
from tests.headoffice.an_office import new_office
from tests.services.a_shop import Shop, new_shop


@dataclass
class Pair:
    """A till and its head office."""

    shop: Shop
    office: OpenOffice
    network: Network
    till: Connected

    @property
    def sending(self) -> SendJournal:
        return self.till.sending

    @property
    def joining(self) -> JoinHeadOffice:
        return self.till.joining

    def join(self) -> OfficeFacts:
        return self.till.join()

    def note(self, count: int) -> None:
        self.till.note(count)

    def journal(self) -> list[tuple[int, bytes, bytes]]:
        with self.shop.till.book.read() as reader:
            return [(one.seq, one.body, one.hash) for one in reader.journal.events()]

    def at_office(self) -> list[tuple[int, bytes, bytes]]:
        c = JOURNAL_EVENT.c
        with self.office.database.read() as connection:
            rows = connection.execute(select(c.seq, c.body, c.hash).order_by(c.seq)).all()
        return [(row.seq, bytes(row.body), bytes(row.hash)) for row in rows]

    def outbox(self) -> tuple[OutboxRow, ...]:
        with self.shop.till.book.read() as reader:
            return reader.outbox.shown(most=100)

    def waiting(self) -> int:
        with self.shop.till.book.read() as reader:
            first = reader.outbox.first_waiting()
            return 0 if first is None else reader.journal.head().seq - first + 1


@contextmanager
def opened_pair(folder: Path) -> Iterator[Pair]:
    """A till that has not joined yet, and the head office that it may join."""
    with (
        new_shop(folder) as shop,
        new_office(folder / "office", clock=shop.clock, chance=SeededChance(9)) as office,
    ):
        office.administration.add_store("S1", "Main Street")
        network = Network(office)
        till = connected(shop, network)
        yield Pair(shop, office, network, till)
        till.sending.close()
