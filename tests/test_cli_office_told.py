"""What head office's commands say where there is nothing, or where something failed."""

from __future__ import annotations

from pathlib import Path

import pytest

from posloyalty.cli.console import Exit
from posloyalty.headoffice.running.opening import opened_office
from posloyalty.headoffice.store.database import open_database
from posloyalty.headoffice.store.upgrade import REVISIONS
from posloyalty.sync.wire import messages
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_till import ATill
from tests.test_cli_headoffice import office

EARLIER = "0042"


def joined(data: Path) -> ATill:
    """A till of a store `S1`."""
    till = ATill(SetClock())
    with opened_office(data, "", clock=SetClock(), chance=SeededChance(1)) as found:
        found.administration.add_store("S1", "Main Street")
        assert till.join(found, found.administration.new_code("S1")).status == 201
    return till


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_of_nothing_says_so(tmp_path: Path, language: str) -> None:
    joined(tmp_path)
    words = Words(language)
    for command, said in (("epochs", "cli.no_epochs"), ("claims", "cli.no_claims")):
        assert office(tmp_path, command, language=language).out == words(said) + "\n"


def test_before_anything_is_published_no_till_has_heard(tmp_path: Path) -> None:
    joined(tmp_path)
    said = office(tmp_path, "programme", "list").out
    assert said == "Nothing is published yet.\nS1-T1  -  nothing published yet\n"


def test_what_is_set_aside_is_counted_in_events_for_each_till(tmp_path: Path) -> None:
    till = joined(tmp_path)
    assert "set aside: 0  " in office(tmp_path, "tills").out
    assert office(tmp_path, "revoke", "S1-T1").code == 0
    till.sell(3)
    with opened_office(tmp_path, "", clock=SetClock(), chance=SeededChance(2)) as found:
        for first, last in ((1, 2), (3, 3)):
            assert till.push(found, first, last, path=messages.QUARANTINE).status == 202
    assert "set aside: 3  " in office(tmp_path, "tills").out


def test_a_revoked_till_is_not_taken_for_gone_and_says_what_to_do(tmp_path: Path) -> None:
    joined(tmp_path)
    office(tmp_path, "revoke", "S1-T1")
    said = office(tmp_path, "gone", "S1-T1")
    assert said.code == Exit.REFUSED
    assert "make a joining code for its store" in said.err


def test_an_upgrade_that_fails_says_what_failed(tmp_path: Path) -> None:
    database = open_database("", tmp_path)
    with database.write() as connection:
        # Tables of this release under an earlier one's number: what it would make is there.
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{EARLIER}'")
    database.close()
    said = office(tmp_path, "stores")
    assert said.code == Exit.REFUSED
    assert f"could not be upgraded from {EARLIER} to {REVISIONS[-1]}" in said.err
    assert "does not answer" not in said.err
