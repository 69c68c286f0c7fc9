"""What articles, stores' prices and taxes will be from later days on."""

from alembic import op

revision = "0029"
down_revision = "0028"

_TABLES = """
CREATE TABLE article_coming (
    number BIGINT NOT NULL REFERENCES article_file (number),
    place BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('article', 'price', 'tax')),
    code TEXT NOT NULL,
    store_code TEXT NOT NULL,
    day TEXT NOT NULL,
    body {blob} NOT NULL,
    PRIMARY KEY (number, place)
);
CREATE INDEX article_coming_by_code ON article_coming (code);
CREATE INDEX article_coming_by_day ON article_coming (day, number, place);
ALTER TABLE article_tax ADD COLUMN since TEXT NOT NULL DEFAULT '';
ALTER TABLE article_file ADD COLUMN coming BIGINT NOT NULL DEFAULT 0;
ALTER TABLE article_file ADD COLUMN first_day TEXT NOT NULL DEFAULT '';
ALTER TABLE article_file ADD COLUMN taken_back_by TEXT NOT NULL DEFAULT '';
ALTER TABLE article_file ADD COLUMN taken_back_s BIGINT NOT NULL DEFAULT 0
"""


def upgrade() -> None:
    """Make them."""
    connection = op.get_bind()
    blob = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    for statement in _TABLES.format(blob=blob).split(";"):
        connection.exec_driver_sql(statement)
