"""The first book: every table, index and append-only trigger of version 0.1.0."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    CREATE TABLE account (
        id BLOB NOT NULL,
        ledger TEXT NOT NULL,
        kind TEXT NOT NULL,
        owner BLOB NOT NULL,
        dr INTEGER NOT NULL,
        cr INTEGER NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT sums_only_grow CHECK (dr >= 0 AND cr >= 0),
        CONSTRAINT member_not_negative CHECK (kind <> 'member' OR cr >= dr),
        CONSTRAINT debt_not_negative CHECK (kind <> 'member_debt' OR dr >= cr)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX account_by_owner ON account (owner, kind)
    """,
    """
    CREATE TABLE book (
        id INTEGER NOT NULL,
        book_id BLOB NOT NULL,
        till_id BLOB NOT NULL,
        certificate BLOB NOT NULL,
        store_code TEXT NOT NULL,
        till_code TEXT NOT NULL,
        made_by TEXT NOT NULL,
        made_at TEXT NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT one_book CHECK (id = 1)
    )
     STRICT
    """,
    """
    CREATE TABLE category (
        id BLOB NOT NULL,
        name TEXT NOT NULL,
        colour TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (id)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE draft (
        id INTEGER NOT NULL,
        sale_id BLOB NOT NULL,
        operator_id BLOB NOT NULL,
        saved_at TEXT NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT one_draft CHECK (id = 1)
    )
     STRICT
    """,
    """
    CREATE TABLE import_mark (
        "key" BLOB NOT NULL,
        kind TEXT NOT NULL,
        at TEXT NOT NULL,
        summary TEXT NOT NULL,
        PRIMARY KEY ("key")
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE journal_event (
        seq INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        event_id BLOB NOT NULL,
        type TEXT NOT NULL,
        at TEXT NOT NULL,
        hlc_ms INTEGER NOT NULL,
        hlc_counter INTEGER NOT NULL,
        body BLOB NOT NULL,
        hash BLOB NOT NULL,
        PRIMARY KEY (seq),
        CONSTRAINT event_id_once UNIQUE (event_id),
        CONSTRAINT seq_from_one CHECK (seq >= 1),
        CONSTRAINT hash_is_sha256 CHECK (length(hash) = 32)
    )
     STRICT
    """,
    """
    CREATE TABLE line_share (
        seq INTEGER NOT NULL,
        number INTEGER NOT NULL,
        kind TEXT NOT NULL,
        ref TEXT NOT NULL,
        amount_minor INTEGER NOT NULL,
        points INTEGER NOT NULL,
        PRIMARY KEY (seq, number, kind, ref),
        CONSTRAINT kind_is_known CHECK (kind IN ('offer', 'redeem', 'earn'))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE member (
        id BLOB NOT NULL,
        status TEXT NOT NULL,
        joined_on TEXT NOT NULL,
        home_store TEXT NOT NULL,
        changed INTEGER NOT NULL,
        purchases INTEGER NOT NULL,
        last_sale INTEGER,
        PRIMARY KEY (id),
        CONSTRAINT status_is_known CHECK (status IN ('active', 'frozen', 'closed', 'erased'))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX member_by_change ON member (changed)
    """,
    """
    CREATE TABLE operator (
        id BLOB NOT NULL,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        active INTEGER NOT NULL,
        pin_hash TEXT,
        failures INTEGER NOT NULL,
        locked_until TEXT,
        PRIMARY KEY (id),
        CONSTRAINT active_is_a_flag CHECK (active IN (0, 1)),
        CONSTRAINT role_is_known CHECK (role IN ('cashier', 'supervisor', 'manager'))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE programme (
        hash BLOB NOT NULL,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        effective_from TEXT NOT NULL,
        effective_ms INTEGER NOT NULL,
        toml BLOB NOT NULL,
        PRIMARY KEY (hash)
    )
     STRICT
    """,
    """
    CREATE INDEX programme_by_effect ON programme (effective_ms, version)
    """,
    """
    CREATE TABLE replay_progress (
        "key" BLOB NOT NULL,
        rows INTEGER NOT NULL,
        sales INTEGER NOT NULL,
        PRIMARY KEY ("key")
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE setting (
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (name)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE setting_blob (
        name TEXT NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (name)
    )
     STRICT
    """,
    """
    CREATE TABLE tax_class (
        code TEXT NOT NULL,
        name TEXT NOT NULL,
        numerator INTEGER NOT NULL,
        denominator INTEGER NOT NULL,
        mode TEXT NOT NULL,
        PRIMARY KEY (code),
        CONSTRAINT rate_is_a_ratio CHECK (numerator >= 0 AND denominator > 0)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE till_key (
        key_id INTEGER NOT NULL,
        seed BLOB NOT NULL,
        public_key BLOB NOT NULL,
        certificate BLOB NOT NULL,
        made_at TEXT NOT NULL,
        retires_at TEXT,
        PRIMARY KEY (key_id)
    )
     STRICT
    """,
    """
    CREATE TABLE card (
        id BLOB NOT NULL,
        seq INTEGER NOT NULL,
        member_id BLOB NOT NULL,
        key_id INTEGER NOT NULL,
        short_code TEXT NOT NULL,
        token_text TEXT NOT NULL,
        issued_at TEXT NOT NULL,
        expires_at TEXT NOT NULL,
        revoked_at TEXT,
        PRIMARY KEY (id),
        CONSTRAINT short_code_once UNIQUE (short_code),
        FOREIGN KEY(seq) REFERENCES journal_event (seq),
        FOREIGN KEY(member_id) REFERENCES member (id)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX card_by_member ON card (member_id, seq)
    """,
    """
    CREATE TABLE consent (
        id INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        member_id BLOB NOT NULL,
        purpose TEXT NOT NULL,
        channel TEXT NOT NULL,
        granted INTEGER NOT NULL,
        text_version TEXT NOT NULL,
        language TEXT NOT NULL,
        at TEXT NOT NULL,
        operator_id BLOB NOT NULL,
        till_id BLOB NOT NULL,
        source TEXT NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT granted_is_a_flag CHECK (granted IN (0, 1)),
        FOREIGN KEY(seq) REFERENCES journal_event (seq),
        FOREIGN KEY(member_id) REFERENCES member (id)
    )
     STRICT
    """,
    """
    CREATE INDEX consent_by_member ON consent (member_id)
    """,
    """
    CREATE TABLE identifier (
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        member_id BLOB NOT NULL,
        place INTEGER NOT NULL,
        PRIMARY KEY (kind, value, member_id),
        FOREIGN KEY(member_id) REFERENCES member (id)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX identifier_by_member ON identifier (member_id)
    """,
    """
    CREATE UNIQUE INDEX identifier_once ON identifier (kind, value)
    WHERE kind IN ('card', 'foreign')
    """,
    """
    CREATE TABLE lot (
        id BLOB NOT NULL,
        seq INTEGER NOT NULL,
        account BLOB NOT NULL,
        owner BLOB NOT NULL,
        original INTEGER NOT NULL,
        remaining INTEGER NOT NULL,
        earned_on TEXT NOT NULL,
        usable_from TEXT,
        last_day TEXT,
        PRIMARY KEY (id),
        CONSTRAINT remaining_fits CHECK (remaining BETWEEN 0 AND original),
        FOREIGN KEY(seq) REFERENCES journal_event (seq),
        FOREIGN KEY(account) REFERENCES account (id)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX lot_by_owner ON lot (owner, earned_on)
    """,
    """
    CREATE INDEX lot_open ON lot (owner)
    WHERE remaining > 0
    """,
    """
    CREATE TABLE outbox (
        seq INTEGER NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (seq),
        CONSTRAINT state_is_known CHECK (state IN ('waiting', 'acked', 'quarantined')),
        FOREIGN KEY(seq) REFERENCES journal_event (seq)
    )
     STRICT
    """,
    """
    CREATE INDEX outbox_waiting ON outbox (seq)
    WHERE state = 'waiting'
    """,
    """
    CREATE TABLE product (
        id BLOB NOT NULL,
        sku TEXT NOT NULL,
        name TEXT NOT NULL,
        initials TEXT NOT NULL,
        price_minor INTEGER,
        tax_class TEXT NOT NULL,
        unit TEXT NOT NULL,
        category_id BLOB,
        tags TEXT NOT NULL,
        picture TEXT,
        earns INTEGER NOT NULL,
        discountable INTEGER NOT NULL,
        gift_card INTEGER NOT NULL,
        deposit INTEGER NOT NULL,
        fee INTEGER NOT NULL,
        active INTEGER NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT earns_is_a_flag CHECK (earns IN (0, 1)),
        CONSTRAINT discountable_is_a_flag CHECK (discountable IN (0, 1)),
        CONSTRAINT gift_card_is_a_flag CHECK (gift_card IN (0, 1)),
        CONSTRAINT deposit_is_a_flag CHECK (deposit IN (0, 1)),
        CONSTRAINT fee_is_a_flag CHECK (fee IN (0, 1)),
        CONSTRAINT active_is_a_flag CHECK (active IN (0, 1)),
        CONSTRAINT sku_once UNIQUE (sku),
        FOREIGN KEY(tax_class) REFERENCES tax_class (code),
        FOREIGN KEY(category_id) REFERENCES category (id)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX product_by_category ON product (category_id)
    """,
    """
    CREATE INDEX product_by_tax_class ON product (tax_class)
    """,
    """
    CREATE TABLE profile (
        member_id BLOB NOT NULL,
        name TEXT NOT NULL,
        language TEXT NOT NULL,
        birth_month INTEGER,
        birth_day INTEGER,
        birth_year INTEGER,
        note TEXT NOT NULL,
        PRIMARY KEY (member_id),
        FOREIGN KEY(member_id) REFERENCES member (id)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE revocation (
        member_id BLOB NOT NULL,
        "before" TEXT NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (member_id),
        FOREIGN KEY(seq) REFERENCES journal_event (seq)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE sale (
        seq INTEGER NOT NULL,
        id BLOB NOT NULL,
        number TEXT NOT NULL,
        at TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        day TEXT NOT NULL,
        currency TEXT NOT NULL,
        operator_id BLOB NOT NULL,
        member_id BLOB,
        proof TEXT,
        programme_hash BLOB NOT NULL,
        lines INTEGER NOT NULL,
        gross_minor INTEGER NOT NULL,
        offers_minor INTEGER NOT NULL,
        redeemed_minor INTEGER NOT NULL,
        tax_minor INTEGER NOT NULL,
        payable_minor INTEGER NOT NULL,
        rounding_minor INTEGER NOT NULL,
        PRIMARY KEY (seq),
        CONSTRAINT sale_id_once UNIQUE (id),
        CONSTRAINT sale_number_once UNIQUE (number),
        FOREIGN KEY(seq) REFERENCES journal_event (seq)
    )
     STRICT
    """,
    """
    CREATE INDEX sale_by_day ON sale (day)
    """,
    """
    CREATE INDEX sale_by_member ON sale (member_id, seq)
    WHERE member_id IS NOT NULL
    """,
    """
    CREATE TABLE tier_holding (
        member_id BLOB NOT NULL,
        scheme TEXT NOT NULL,
        level TEXT NOT NULL,
        met_on TEXT NOT NULL,
        through TEXT NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (member_id, scheme, level),
        FOREIGN KEY(seq) REFERENCES journal_event (seq)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE transfer (
        seq INTEGER NOT NULL,
        place INTEGER NOT NULL,
        id BLOB NOT NULL,
        code TEXT NOT NULL,
        debit BLOB NOT NULL,
        credit BLOB NOT NULL,
        amount INTEGER NOT NULL,
        link BLOB,
        PRIMARY KEY (seq, place),
        CONSTRAINT transfer_id_once UNIQUE (id),
        CONSTRAINT amount_positive CHECK (amount > 0),
        CONSTRAINT two_sides CHECK (debit <> credit),
        FOREIGN KEY(seq) REFERENCES journal_event (seq),
        FOREIGN KEY(debit) REFERENCES account (id),
        FOREIGN KEY(credit) REFERENCES account (id)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE lot_use (
        seq INTEGER NOT NULL,
        place INTEGER NOT NULL,
        number INTEGER NOT NULL,
        lot_id BLOB NOT NULL,
        amount INTEGER NOT NULL,
        PRIMARY KEY (seq, place, number),
        CONSTRAINT use_not_zero CHECK (amount <> 0),
        FOREIGN KEY(seq) REFERENCES journal_event (seq),
        FOREIGN KEY(lot_id) REFERENCES lot (id)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE print_job (
        id INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        copy INTEGER NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT copy_is_a_flag CHECK (copy IN (0, 1)),
        CONSTRAINT state_is_known CHECK (
                state IN ('waiting', 'printing', 'printed', 'unknown', 'dismissed')
            ),
        FOREIGN KEY(seq) REFERENCES sale (seq)
    )
     STRICT
    """,
    """
    CREATE INDEX print_job_by_sale ON print_job (seq, copy)
    """,
    """
    CREATE INDEX print_job_open ON print_job (id)
    WHERE state IN ('waiting', 'printing')
    """,
    """
    CREATE INDEX print_job_unknown ON print_job (seq)
    WHERE state = 'unknown'
    """,
    """
    CREATE TABLE product_code (
        code TEXT NOT NULL,
        product_id BLOB NOT NULL,
        place INTEGER NOT NULL,
        PRIMARY KEY (code),
        FOREIGN KEY(product_id) REFERENCES product (id)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX product_code_by_product ON product_code (product_id)
    """,
    """
    CREATE TABLE quick_key (
        page BLOB NOT NULL,
        position INTEGER NOT NULL,
        product_id BLOB NOT NULL,
        PRIMARY KEY (page, position),
        FOREIGN KEY(product_id) REFERENCES product (id)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX quick_key_by_product ON quick_key (product_id)
    """,
    """
    CREATE TABLE sale_line (
        seq INTEGER NOT NULL,
        number INTEGER NOT NULL,
        product_id BLOB NOT NULL,
        sku TEXT NOT NULL,
        name TEXT NOT NULL,
        unit TEXT NOT NULL,
        quantity_milli INTEGER NOT NULL,
        unit_price_minor INTEGER NOT NULL,
        gross_minor INTEGER NOT NULL,
        net_minor INTEGER NOT NULL,
        tax_class TEXT NOT NULL,
        tax_numerator INTEGER NOT NULL,
        tax_denominator INTEGER NOT NULL,
        tax_mode TEXT NOT NULL,
        tax_minor INTEGER NOT NULL,
        PRIMARY KEY (seq, number),
        FOREIGN KEY(seq) REFERENCES sale (seq)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE sale_tax (
        seq INTEGER NOT NULL,
        tax_class TEXT NOT NULL,
        numerator INTEGER NOT NULL,
        denominator INTEGER NOT NULL,
        mode TEXT NOT NULL,
        base_minor INTEGER NOT NULL,
        tax_minor INTEGER NOT NULL,
        PRIMARY KEY (seq, tax_class),
        FOREIGN KEY(seq) REFERENCES sale (seq)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE sale_tender (
        seq INTEGER NOT NULL,
        number INTEGER NOT NULL,
        kind TEXT NOT NULL,
        amount_minor INTEGER NOT NULL,
        given_minor INTEGER NOT NULL,
        change_minor INTEGER NOT NULL,
        rounding_minor INTEGER NOT NULL,
        reference TEXT,
        PRIMARY KEY (seq, number),
        FOREIGN KEY(seq) REFERENCES sale (seq)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TRIGGER journal_event_no_update BEFORE UPDATE ON journal_event
    BEGIN
        SELECT RAISE(ABORT, 'journal_event is append-only');
    END
    """,
    """
    CREATE TRIGGER journal_event_no_delete BEFORE DELETE ON journal_event
    BEGIN
        SELECT RAISE(ABORT, 'journal_event is append-only');
    END
    """,
    """
    CREATE TRIGGER transfer_no_update BEFORE UPDATE ON transfer
    BEGIN
        SELECT RAISE(ABORT, 'transfer is append-only');
    END
    """,
    """
    CREATE TRIGGER transfer_no_delete BEFORE DELETE ON transfer
    BEGIN
        SELECT RAISE(ABORT, 'transfer is append-only');
    END
    """,
    """
    CREATE TRIGGER lot_use_no_update BEFORE UPDATE ON lot_use
    BEGIN
        SELECT RAISE(ABORT, 'lot_use is append-only');
    END
    """,
    """
    CREATE TRIGGER lot_use_no_delete BEFORE DELETE ON lot_use
    BEGIN
        SELECT RAISE(ABORT, 'lot_use is append-only');
    END
    """,
    """
    CREATE TRIGGER sale_no_update BEFORE UPDATE ON sale
    BEGIN
        SELECT RAISE(ABORT, 'sale is append-only');
    END
    """,
    """
    CREATE TRIGGER sale_no_delete BEFORE DELETE ON sale
    BEGIN
        SELECT RAISE(ABORT, 'sale is append-only');
    END
    """,
    """
    CREATE TRIGGER sale_line_no_update BEFORE UPDATE ON sale_line
    BEGIN
        SELECT RAISE(ABORT, 'sale_line is append-only');
    END
    """,
    """
    CREATE TRIGGER sale_line_no_delete BEFORE DELETE ON sale_line
    BEGIN
        SELECT RAISE(ABORT, 'sale_line is append-only');
    END
    """,
    """
    CREATE TRIGGER line_share_no_update BEFORE UPDATE ON line_share
    BEGIN
        SELECT RAISE(ABORT, 'line_share is append-only');
    END
    """,
    """
    CREATE TRIGGER line_share_no_delete BEFORE DELETE ON line_share
    BEGIN
        SELECT RAISE(ABORT, 'line_share is append-only');
    END
    """,
    """
    CREATE TRIGGER sale_tax_no_update BEFORE UPDATE ON sale_tax
    BEGIN
        SELECT RAISE(ABORT, 'sale_tax is append-only');
    END
    """,
    """
    CREATE TRIGGER sale_tax_no_delete BEFORE DELETE ON sale_tax
    BEGIN
        SELECT RAISE(ABORT, 'sale_tax is append-only');
    END
    """,
    """
    CREATE TRIGGER sale_tender_no_update BEFORE UPDATE ON sale_tender
    BEGIN
        SELECT RAISE(ABORT, 'sale_tender is append-only');
    END
    """,
    """
    CREATE TRIGGER sale_tender_no_delete BEFORE DELETE ON sale_tender
    BEGIN
        SELECT RAISE(ABORT, 'sale_tender is append-only');
    END
    """,
    """
    CREATE TRIGGER consent_no_update BEFORE UPDATE ON consent
    BEGIN
        SELECT RAISE(ABORT, 'consent is append-only');
    END
    """,
    """
    CREATE TRIGGER consent_no_delete BEFORE DELETE ON consent
    BEGIN
        SELECT RAISE(ABORT, 'consent is append-only');
    END
    """,
)
