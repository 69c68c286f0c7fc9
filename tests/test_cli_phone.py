"""A member's phone on the command line: its key at head office, and the code that it shows."""

from __future__ import annotations

import pytest

from posloyalty.cli.console import Exit
from posloyalty.domain.members.phone_code import read_code, read_key
from posloyalty.headoffice.members.phone_proof import taken
from posloyalty.sync.wire.phone_codes import PhoneStanding
from posloyalty.wording import LANGUAGES
from tests.domain.members.test_phone_code import AT_NOON, TEXT
from tests.headoffice.small_events import MEMBER
from tests.test_cli import run
from tests.test_cli_office_desk import CLOCK, Desk, books, desk

__all__ = ["desk"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("at", ["2026-01-01T12:00:00+00:00", "2026-01-01T20:00:14+08:00"])
def test_the_code_of_an_instant_is_shown_as_text_and_picture(language: str, at: str) -> None:
    said = run("--language", language, "phone-code", "--key", TEXT, "--at", at)
    text, *picture = said.out.splitlines()
    assert (text, said.code) == (AT_NOON, 0)
    assert len(picture) == 17  # 29 modules and the quiet zone, two to a line
    assert {len(row) for row in picture} == {33}


def test_a_slip_in_the_key_or_the_instant_is_refused() -> None:
    slip = run("phone-code", "--key", TEXT.replace("OB4", "OB5"))
    assert (slip.code, slip.out) == (Exit.REFUSED, "")
    assert "84 characters" in slip.err
    for at in (
        "noon",
        "2026-01-01T12:00:00",
        "1969-12-31T00:00:00+00:00",
        "9999-12-31T00:00:00+00:00",
    ):
        wrong = run("phone-code", "--key", TEXT, "--at", at)
        assert (wrong.code, at in wrong.err) == (Exit.REFUSED, True)


def test_a_key_that_head_office_gave_makes_a_code_of_now_that_it_takes(desk: Desk) -> None:
    with desk.opened() as office:
        made = books(office)
        made.joins()
        made.send(office)
    assert desk.act("Vic", "phone-key", MEMBER.hex()).code == Exit.REFUSED
    given = desk.act("Ann", "phone-key", MEMBER.hex()).out.splitlines()
    (key,) = [line for line in given if line.startswith("LK1:")]
    assert read_key(key).member_id == MEMBER
    code = run("phone-code", "--key", key).out.splitlines()[0]
    with desk.opened() as office, office.database.write() as connection:
        said = taken(connection, office.office, read_code(code), CLOCK.now())
    assert said is PhoneStanding.GOOD
    assert desk.act("Ben", "phone-key", MEMBER.hex(), "--withdraw").code == 0
    assert desk.act("Cleo", "phone-key", MEMBER.hex(), "--withdraw").code == Exit.REFUSED
