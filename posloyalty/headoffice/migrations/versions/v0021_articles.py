"""What the chain sells: articles, taxes, prices by store, files, and how far tills have heard."""

from alembic import op

revision = "0021"
down_revision = "0020"

_TABLES = """
CREATE TABLE article (
    sku TEXT NOT NULL PRIMARY KEY,
    n BIGINT NOT NULL,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    body {blob} NOT NULL,
    changed_s BIGINT NOT NULL
);
CREATE INDEX article_by_number ON article (n);
CREATE TABLE article_place (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    n BIGINT NOT NULL,
    currency TEXT
);
CREATE TABLE article_tax (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    numerator BIGINT NOT NULL CHECK (numerator >= 0),
    denominator BIGINT NOT NULL CHECK (denominator > 0),
    mode TEXT NOT NULL CHECK (mode IN ('inclusive', 'exclusive')),
    fixed_minor BIGINT NOT NULL CHECK (fixed_minor >= 0),
    n BIGINT NOT NULL
);
CREATE TABLE article_price (
    sku TEXT NOT NULL REFERENCES article (sku),
    store_code TEXT NOT NULL REFERENCES store (code),
    price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
    PRIMARY KEY (sku, store_code)
);
CREATE TABLE article_file (
    number BIGINT PRIMARY KEY CHECK (number > 0),
    state TEXT NOT NULL CHECK (state IN ('proposed', 'taken', 'dropped')),
    kind TEXT NOT NULL CHECK (kind IN ('articles', 'prices', 'taxes')),
    added BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    withdrawn BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    basis BIGINT NOT NULL,
    changes {blob} NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_s BIGINT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_s BIGINT NOT NULL
);
CREATE TABLE article_heard (
    till_id {blob} NOT NULL PRIMARY KEY REFERENCES till (till_id),
    n BIGINT NOT NULL,
    said_s BIGINT NOT NULL
)
"""


def upgrade() -> None:
    """Make the tables."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
