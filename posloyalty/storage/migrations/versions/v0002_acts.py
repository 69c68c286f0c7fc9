"""Refunds, acts, rights and meters: the tables that programmes beyond points need.

What members earned and bought before is entered into the meters from the journal itself, by the
reader that turns a first release's sale into today's shape, so that `verify` finds the same.
"""

from collections.abc import Iterator
from typing import Any

from alembic import op

from posloyalty.storage.repositories.meters import meter_rows
from posloyalty.sync import events
from posloyalty.sync.consequence_event import Doing, consequences_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    connection = op.get_bind()
    marks = ", ".join("?" * 8)
    for seq, event in earlier(connection):
        for row in meter_rows(seq, consequences_of(event).meters):
            connection.exec_driver_sql(f"INSERT INTO meter_entry VALUES ({marks})", tuple(row))


def earlier(connection: Any) -> Iterator[tuple[int, Doing]]:
    """The events so far that did something to a member, read in pieces."""
    after = 0
    while True:
        found = connection.exec_driver_sql(
            "SELECT seq, body FROM journal_event"
            " WHERE seq > ? AND type IN ('sale', 'opening') ORDER BY seq LIMIT 500",
            (after,),
        ).fetchall()
        for seq, body in found:
            event = events.decode(body)
            if isinstance(event, Doing):
                yield seq, event
        if len(found) < 500:
            return
        after = found[-1][0]


STATEMENTS = (
    """
    CREATE TABLE refund (
        seq INTEGER NOT NULL,
        id BLOB NOT NULL,
        number TEXT NOT NULL,
        at TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        day TEXT NOT NULL,
        currency TEXT NOT NULL,
        operator_id BLOB NOT NULL,
        member_id BLOB,
        sale_id BLOB NOT NULL,
        of_number TEXT NOT NULL,
        kind TEXT NOT NULL,
        cause TEXT NOT NULL,
        faulty INTEGER NOT NULL,
        gross_minor INTEGER NOT NULL,
        offers_minor INTEGER NOT NULL,
        redeemed_minor INTEGER NOT NULL,
        withheld_minor INTEGER NOT NULL,
        tax_minor INTEGER NOT NULL,
        total_minor INTEGER NOT NULL,
        rounding_minor INTEGER NOT NULL,
        PRIMARY KEY (seq),
        CONSTRAINT faulty_is_a_flag CHECK (faulty IN (0, 1)),
        CONSTRAINT kind_is_known CHECK (kind IN ('return', 'void')),
        CONSTRAINT refund_id_once UNIQUE (id),
        CONSTRAINT refund_number_once UNIQUE (number),
        FOREIGN KEY(seq) REFERENCES journal_event (seq)
    )
     STRICT
    """,
    """
    CREATE INDEX refund_by_day ON refund (day)
    """,
    """
    CREATE INDEX refund_by_sale ON refund (sale_id)
    """,
    """
    CREATE TABLE refund_line (
        seq INTEGER NOT NULL,
        number INTEGER NOT NULL,
        sale_id BLOB NOT NULL,
        quantity_milli INTEGER NOT NULL,
        gross_minor INTEGER NOT NULL,
        net_minor INTEGER NOT NULL,
        tax_class TEXT NOT NULL,
        tax_minor INTEGER NOT NULL,
        PRIMARY KEY (seq, number),
        CONSTRAINT something_goes_back CHECK (quantity_milli > 0),
        FOREIGN KEY(seq) REFERENCES refund (seq)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX refund_line_by_sale ON refund_line (sale_id, number)
    """,
    """
    CREATE TABLE refund_tender (
        seq INTEGER NOT NULL,
        number INTEGER NOT NULL,
        kind TEXT NOT NULL,
        amount_minor INTEGER NOT NULL,
        rounding_minor INTEGER NOT NULL,
        reference TEXT,
        PRIMARY KEY (seq, number),
        FOREIGN KEY(seq) REFERENCES refund (seq)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE act (
        seq INTEGER NOT NULL,
        id BLOB NOT NULL,
        kind TEXT NOT NULL,
        what TEXT NOT NULL,
        member_id BLOB,
        day TEXT NOT NULL,
        PRIMARY KEY (seq),
        CONSTRAINT act_id_once UNIQUE (id),
        FOREIGN KEY(seq) REFERENCES journal_event (seq)
    )
     STRICT
    """,
    """
    CREATE INDEX act_by_kind ON act (kind, seq)
    """,
    """
    CREATE INDEX act_by_member ON act (member_id, seq)
    """,
    """
    CREATE TABLE held_right (
        id BLOB NOT NULL,
        seq INTEGER NOT NULL,
        kind TEXT NOT NULL,
        "of" TEXT NOT NULL,
        programme TEXT NOT NULL,
        owner BLOB NOT NULL,
        code TEXT,
        uses INTEGER NOT NULL,
        used INTEGER NOT NULL,
        from_day TEXT,
        last_day TEXT,
        held INTEGER NOT NULL,
        released INTEGER NOT NULL,
        cancelled INTEGER NOT NULL,
        paid_minor INTEGER NOT NULL,
        line INTEGER NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT held_is_a_flag CHECK (held IN (0, 1)),
        CONSTRAINT used_fits CHECK (used >= 0 AND (uses = 0 OR used <= uses)),
        FOREIGN KEY(seq) REFERENCES journal_event (seq)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX held_right_by_code ON held_right (code) WHERE code IS NOT NULL
    """,
    """
    CREATE INDEX held_right_by_origin ON held_right (seq)
    """,
    """
    CREATE INDEX held_right_by_owner ON held_right (owner, kind)
    """,
    """
    CREATE TABLE right_change (
        seq INTEGER NOT NULL,
        place INTEGER NOT NULL,
        id BLOB NOT NULL,
        right_id BLOB NOT NULL,
        move TEXT NOT NULL,
        amount INTEGER NOT NULL,
        PRIMARY KEY (seq, place),
        CONSTRAINT right_change_id_once UNIQUE (id),
        CONSTRAINT move_is_known CHECK (move IN ('issue', 'release', 'use', 'give_back',
            'extend', 'cancel', 'revive')),
        FOREIGN KEY(seq) REFERENCES journal_event (seq),
        FOREIGN KEY(right_id) REFERENCES held_right (id)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX right_change_by_right ON right_change (right_id)
    """,
    """
    CREATE TABLE meter_entry (
        owner BLOB NOT NULL,
        day TEXT NOT NULL,
        seq INTEGER NOT NULL,
        place INTEGER NOT NULL,
        meter TEXT NOT NULL,
        at TEXT NOT NULL,
        amount INTEGER NOT NULL,
        undoes BLOB,
        PRIMARY KEY (owner, day, seq, place),
        CONSTRAINT counts_something CHECK (amount <> 0),
        FOREIGN KEY(seq) REFERENCES journal_event (seq)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX meter_entry_by_event ON meter_entry (seq)
    """,
    """
    CREATE TRIGGER refund_no_update BEFORE UPDATE ON refund
    BEGIN
        SELECT RAISE(ABORT, 'refund is append-only');
    END
    """,
    """
    CREATE TRIGGER refund_no_delete BEFORE DELETE ON refund
    BEGIN
        SELECT RAISE(ABORT, 'refund is append-only');
    END
    """,
    """
    CREATE TRIGGER refund_line_no_update BEFORE UPDATE ON refund_line
    BEGIN
        SELECT RAISE(ABORT, 'refund_line is append-only');
    END
    """,
    """
    CREATE TRIGGER refund_line_no_delete BEFORE DELETE ON refund_line
    BEGIN
        SELECT RAISE(ABORT, 'refund_line is append-only');
    END
    """,
    """
    CREATE TRIGGER refund_tender_no_update BEFORE UPDATE ON refund_tender
    BEGIN
        SELECT RAISE(ABORT, 'refund_tender is append-only');
    END
    """,
    """
    CREATE TRIGGER refund_tender_no_delete BEFORE DELETE ON refund_tender
    BEGIN
        SELECT RAISE(ABORT, 'refund_tender is append-only');
    END
    """,
    """
    CREATE TRIGGER act_no_update BEFORE UPDATE ON act
    BEGIN
        SELECT RAISE(ABORT, 'act is append-only');
    END
    """,
    """
    CREATE TRIGGER act_no_delete BEFORE DELETE ON act
    BEGIN
        SELECT RAISE(ABORT, 'act is append-only');
    END
    """,
    """
    CREATE TRIGGER right_change_no_update BEFORE UPDATE ON right_change
    BEGIN
        SELECT RAISE(ABORT, 'right_change is append-only');
    END
    """,
    """
    CREATE TRIGGER right_change_no_delete BEFORE DELETE ON right_change
    BEGIN
        SELECT RAISE(ABORT, 'right_change is append-only');
    END
    """,
    """
    CREATE TRIGGER meter_entry_no_update BEFORE UPDATE ON meter_entry
    BEGIN
        SELECT RAISE(ABORT, 'meter_entry is append-only');
    END
    """,
    """
    CREATE TRIGGER meter_entry_no_delete BEFORE DELETE ON meter_entry
    BEGIN
        SELECT RAISE(ABORT, 'meter_entry is append-only');
    END
    """,
    # Stored value is bounded like a member's points: a card never pays what is not on it.
    """
    CREATE TRIGGER account_card_not_negative BEFORE UPDATE ON account
    WHEN NEW.kind = 'gift_card' AND NEW.dr > NEW.cr
    BEGIN
        SELECT RAISE(ABORT, 'CHECK constraint failed: card_not_negative');
    END
    """,
)
