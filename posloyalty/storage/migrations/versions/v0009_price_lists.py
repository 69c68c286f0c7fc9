"""Price lists: prices by store and date, for everybody or for some members."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


STATEMENTS = (
    """
    CREATE TABLE price_list (
        id BLOB NOT NULL,
        code TEXT NOT NULL,
        name TEXT NOT NULL,
        stores TEXT NOT NULL,
        first_day TEXT,
        last_day TEXT,
        buyers TEXT NOT NULL,
        buyers_of TEXT NOT NULL,
        numerator INTEGER,
        denominator INTEGER,
        active INTEGER NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT active_is_a_flag CHECK (active IN (0, 1)),
        CONSTRAINT price_list_code_once UNIQUE (code),
        CONSTRAINT buyers_is_known CHECK (buyers IN ('everybody', 'members', 'tier', 'segment')),
        CONSTRAINT list_rate_is_a_ratio CHECK ((numerator IS NULL) = (denominator IS NULL)
            AND numerator >= 0 AND denominator > 0)
    )
     WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE listed_price (
        list_id BLOB NOT NULL,
        product_id BLOB NOT NULL,
        price_minor INTEGER NOT NULL,
        PRIMARY KEY (list_id, product_id),
        CONSTRAINT listed_price_not_negative CHECK (price_minor >= 0),
        FOREIGN KEY(list_id) REFERENCES price_list (id),
        FOREIGN KEY(product_id) REFERENCES product (id)
    )
     WITHOUT ROWID, STRICT
    """,
    """
    CREATE INDEX listed_price_by_product ON listed_price (product_id)
    """,
)
