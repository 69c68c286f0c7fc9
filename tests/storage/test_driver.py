"""Values on their way into SQLite: unchanged, and nobody is searched for who would change them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

import posloyalty.storage.driver  # noqa: F401 - whoever connects to a book has it

VALUES = [b"", b"\x00\xff" * 8, memoryview(b"a\x00b"), True, False, None]
AS_A_SERVER = """
import pathlib, sys
import sqlcipher3.dbapi2 as sqlcipher
from posloyalty.headoffice.store.database import open_database
open_database("", pathlib.Path(sys.argv[1])).close()
print(sqlcipher.adapt(b"raw"), sqlcipher.adapt(None))
"""


def named(value: object) -> str:
    """Alike in every process, which a view of memory is not by itself."""
    return f"view of {value.tobytes()!r}" if isinstance(value, memoryview) else repr(value)


@pytest.mark.parametrize("value", VALUES, ids=named)
def test_a_value_is_taken_as_it_is(value: object) -> None:
    assert sqlcipher.adapt(value) == value
    assert type(sqlcipher.adapt(value)) is type(value)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (b"", ("blob", b"")),
        (b"a\x00b", ("blob", b"a\x00b")),
        (memoryview(b"a\x00b"), ("blob", b"a\x00b")),
        (True, ("integer", 1)),
        (False, ("integer", 0)),
        (None, ("null", None)),
        ("raw", ("text", "raw")),
        (-(2**63), ("integer", -(2**63))),
    ],
    ids=named,
)
def test_what_is_stored_is_what_it_always_was(value: object, stored: tuple[str, object]) -> None:
    connection = sqlcipher.connect(":memory:")
    try:
        assert connection.execute("SELECT typeof(?1), ?1", (value,)).fetchone() == stored
    finally:
        connection.close()


def test_a_server_that_opens_no_book_takes_them_likewise(tmp_path: Path) -> None:
    command = [sys.executable, "-c", AS_A_SERVER, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told == "b'raw' None\n"
