"""A head office of an earlier release has no keys of cards: the upgrade makes them of its tills."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import select

from posloyalty.domain.members.card_token import key_mark
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.card_tables import CARD_HEARD, CARD_KEY, CARD_KEY_PLACE
from posloyalty.headoffice.store.tables import TILL
from posloyalty.headoffice.store.upgrade import REVISIONS
from posloyalty.sync import events
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.store.test_quicker_intake import brought_to

TOKEN = sha256(b"a card").digest()


def test_tills_that_joined_before_have_their_keys_and_revoked_ones_their_cards(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    stolen = ATill(clock, 2)
    stolen.join(office, office.administration.new_code("S1"), till_code="T2")
    made(stolen)
    assert stolen.push(office, 1, 1).status == 200
    office.administration.revoke(stolen.id.hex())
    with office.database.write() as connection:
        for table in ("card_heard", "card_key", "card_key_place"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0023'")
        brought_to(connection, "0024")
        # What later steps made is still there.
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{REVISIONS[-1]}'")
    with office.database.read() as connection:
        rows = connection.execute(select(CARD_KEY).order_by(CARD_KEY.c.n)).all()
        keys = dict(connection.execute(select(TILL.c.till_id, TILL.c.public_key)).all())
        heard = connection.execute(select(CARD_HEARD)).all()
        (place,) = connection.execute(select(CARD_KEY_PLACE.c.n)).scalars().all()
    assert [(row.n, row.doubted) for row in rows] in ([(1, 0), (2, 1)], [(1, 1), (2, 0)])
    assert all(row.mark == key_mark(bytes(keys[row.till_id])) for row in rows)
    (lost,) = (row for row in rows if row.doubted)
    assert bytes(lost.till_id) == stolen.id
    assert lost.lost_s == int(clock.now().timestamp()) + 1
    assert [bytes(row.token) for row in heard] == [TOKEN]
    assert place == 2


def made(till: ATill) -> None:
    """The till makes a card."""
    event_id = till.chance.token_bytes(16)
    card = events.CardIssue(
        id=event_id.hex(),
        at=till.clock.now().isoformat(timespec="milliseconds"),
        hlc=(1, 1),
        member="ab" * 16,
        card="cd" * 16,
        token=TOKEN.hex(),
        kid=1,
        issued=1,
        expires=2,
    )
    till.add(events.encode(card), event_id=event_id)
