"""Tables of the web console and of publishing, beside those of the journals (`tables`).

`audit_entry` and `matter_decision` are never changed. A session and a browser are known by the hash
of their token alone, and a second factor's secret is sealed with head office's key, so that a copy
of the database lets nobody in.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from posloyalty.headoffice.store.tables import METADATA

OFFICE_OPERATOR: Final = Table(
    "office_operator",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("second_factor", LargeBinary, nullable=False),  # sealed
    Column("last_step", BigInteger, nullable=False),  # of the last code that was taken
    Column("active", Integer, nullable=False),
    Column("made_s", BigInteger, nullable=False),
)
OFFICE_SESSION: Final = Table(
    "office_session",
    METADATA,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("operator", Text, ForeignKey("office_operator.name"), nullable=False),
    Column("form_token", Text, nullable=False),
    Column("made_s", BigInteger, nullable=False),
    Column("seen_s", BigInteger, nullable=False),
)
Index("office_session_by_operator", OFFICE_SESSION.c.operator)
KNOWN_BROWSER: Final = Table(
    "known_browser",
    METADATA,
    Column("token_hash", LargeBinary, nullable=False),
    Column("operator", Text, ForeignKey("office_operator.name"), nullable=False),
    Column("seen_s", BigInteger, nullable=False),  # when the operator signed in there last
    PrimaryKeyConstraint("token_hash", "operator"),
)
Index("known_browser_by_operator", KNOWN_BROWSER.c.operator)
SIGN_IN_TRY: Final = Table(
    "sign_in_try",
    METADATA,
    Column("kind", Text, nullable=False),  # inside, browser, place, address, name
    Column("name", Text, nullable=False),  # an operator's; empty for every name that nobody has
    Column("source", Text, nullable=False),  # an address or a browser's hash
    Column("tries", BigInteger, nullable=False),
    Column("failures", BigInteger, nullable=False),  # that still count
    Column("passwords", BigInteger, nullable=False),  # tries with the right one, and a wrong code
    Column("first_s", BigInteger, nullable=False),
    Column("last_s", BigInteger, nullable=False),
    Column("held_until_s", BigInteger, nullable=False),
    PrimaryKeyConstraint("kind", "name", "source"),
)
Index("sign_in_try_by_last", SIGN_IN_TRY.c.last_s)
AUDIT_ENTRY: Final = Table(
    "audit_entry",
    METADATA,
    Column("number", BigInteger, primary_key=True),
    Column("at_s", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("facts", Text, nullable=False),  # a JSON object of texts
    Column("hash", LargeBinary, nullable=False),  # over the entry and the hash before it
)
MATTER_DECISION: Final = Table(
    "matter_decision",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at_s", BigInteger, nullable=False),
    PrimaryKeyConstraint("till_id", "epoch", "seq", "code"),
)
PROGRAMME_FILE: Final = Table(
    "programme_file",
    METADATA,
    Column("hash", LargeBinary, primary_key=True),
    Column("programme_id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("toml", LargeBinary, nullable=False),
    Column("kept_by", Text, nullable=False),
    Column("kept_s", BigInteger, nullable=False),
)
PUBLICATION: Final = Table(
    "publication",
    METADATA,
    Column("number", BigInteger, primary_key=True),
    Column("hash", LargeBinary, ForeignKey("programme_file.hash"), nullable=False),
    Column("kind", Text, nullable=False),  # publish, back, stop
    Column("stops", Text, nullable=False),  # the offer that a stop takes out
    Column("state", Text, nullable=False),  # proposed, approved, withdrawn
    Column("from_s", BigInteger, nullable=False),
    Column("until_s", BigInteger),
    Column("min_app", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_s", BigInteger, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_s", BigInteger, nullable=False),
    Column("envelope", LargeBinary, nullable=False),  # empty until it is approved
    Column("signature", LargeBinary, nullable=False),
)
TRY_OUT: Final = Table(
    "try_out",
    METADATA,
    Column("hash", LargeBinary, ForeignKey("programme_file.hash"), primary_key=True),
    Column("state", Text, nullable=False),  # waiting, running, done, stopped, failed
    Column("asked_by", Text, nullable=False),
    Column("asked_s", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("report", Text, nullable=False),  # a JSON object of lines by language
)
ANNOUNCED: Final = Table(
    "announced",
    METADATA,
    Column("id", Integer, primary_key=True),  # always 1; its row is locked until the commit
    Column("n", BigInteger, nullable=False),
)
TILL_PROGRAMME: Final = Table(
    "till_programme",
    METADATA,
    Column("till_id", LargeBinary, ForeignKey("till.till_id"), primary_key=True),
    Column("schedule", Text, nullable=False),  # the mark of the list that the till goes by
    Column("hash", Text, nullable=False),  # of the programme in effect there, hexadecimal
    Column("refused", Text, nullable=False),  # why the newest one was not taken
    Column("said_s", BigInteger, nullable=False),
    # of how many announcements it has heard
    Column("announced", BigInteger, nullable=False, server_default="0"),
)
