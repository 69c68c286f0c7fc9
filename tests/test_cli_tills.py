"""`posloyalty tills`: two books of one shop come to know each other's receipts."""

from __future__ import annotations

from pathlib import Path

import pytest

from posloyalty.cli.console import Exit
from tests.test_cli import run


def new(folder: Path, till_code: str) -> Path:
    made = run(
        "new", "--book", folder, "--name", "Mine", "--store", "Main", "--manager", "Ann",
        "--pin", "2580", "--till-code", till_code,
    )  # fmt: skip
    assert made.code == 0
    return folder


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return new(tmp_path / "one", "T1")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "two.till"
    assert run("tills", "export", "--book", new(tmp_path / "two", "T2"), "--to", path).code == 0
    return path


def code_of(said: str) -> str:
    return said.strip().rsplit(" ", 1)[1]


def test_a_till_is_trusted_by_its_file_and_its_check_code(
    book: Path, file: Path, tmp_path: Path
) -> None:
    code = code_of(run("tills", "list", "--book", tmp_path / "two").out)
    trusted = run("tills", "trust", file, "--book", book, "--code", code.lower())
    assert trusted.out == f"Trusted: S1-T2 Main, check code {code}\n"
    own, other = run("tills", "list", "--book", book).out.splitlines()
    assert own.startswith("This till: S1-T1 Main, check code ")
    assert other == trusted.out.strip()
    revoked = run("tills", "revoke", "s1-t2", "--book", book)
    assert revoked.out == f"No longer trusted: S1-T2 Main, check code {code}\n"
    assert run("tills", "list", "--book", book).out.splitlines()[1] == revoked.out.strip()
    assert run("verify", "--book", book).code == 0


def test_another_check_code_trusts_nothing(book: Path, file: Path) -> None:
    said = run("tills", "trust", file, "--book", book, "--code", "AAAA-BBBB-CCCC-DDDD")
    assert said.code == Exit.REFUSED
    assert "S1-T2 was not trusted" in said.err
    assert len(run("tills", "list", "--book", book).out.splitlines()) == 1


def test_what_is_no_tills_file_or_no_trusted_till_is_refused(book: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.till"
    bad.write_text("a photograph")
    assert run("tills", "trust", bad, "--book", book, "--code", "A").code == Exit.REFUSED
    missing = run("tills", "trust", tmp_path / "none.till", "--book", book, "--code", "A")
    assert missing.code == Exit.FILE
    assert run("tills", "revoke", "S1-T9", "--book", book).code == Exit.REFUSED
