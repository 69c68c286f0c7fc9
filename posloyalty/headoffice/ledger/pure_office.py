"""The head office of `sync/office` on this server's database, inside one transaction.

Shape: `head_office(database, connection, office, now=…)` is good until the transaction ends; what
it takes in, decides and lends is kept when that commits.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from posloyalty.headoffice.ledger.archive import DatabaseArchive
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.tills.lives import arriving, lends
from posloyalty.sync.fold import Overspend
from posloyalty.sync.office.head_office import HeadOffice
from posloyalty.sync.office.lives import born
from posloyalty.sync.office.rules import OfficeRules


def head_office(
    database: Database,
    connection: Connection,
    office: Office,
    *,
    now: datetime,
    rules: OfficeRules | None = None,
    overspend: Overspend = Overspend.STORE,
) -> HeadOffice:
    """Head office on this database; its own journal hangs on the server's key."""
    return HeadOffice(
        bytes.fromhex(office.id),
        certificate=office.key.public,
        overspend=overspend,
        rules=rules,
        archive=archive_of(database, connection, office, now=now),
        born=born(office.life, bytes.fromhex(office.life_name)),
        lends=lambda: lends(connection),
        arriving=arriving(connection),
    )


def archive_of(
    database: Database, connection: Connection, office: Office, *, now: datetime
) -> DatabaseArchive:
    """The archive alone, for whoever reads and decides nothing."""
    office_id = bytes.fromhex(office.id)
    return DatabaseArchive(database, connection, office_id=office_id, now_s=int(now.timestamp()))
