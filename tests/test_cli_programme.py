"""Programmes on the command line: checked, tried out, attacked, and their schema printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import resources
from posloyalty.cli import programme_commands
from posloyalty.cli.console import Exit
from tests.insight.draft import drafts
from tests.replay import independent
from tests.replay.sample import sample_file
from tests.services.a_shop import new_shop
from tests.test_cli import PROGRAMME, run


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A closed book of a small shop."""
    with new_shop(tmp_path) as shop:
        return shop.folder


def test_a_programme_is_checked_and_every_finding_named(tmp_path: Path, book: Path) -> None:
    good = run("programme", "check", resources.path("programmes/dawn-club.toml"))
    assert good.code == 0
    assert good.out.startswith("Dawn Club (dawn-club, version 1)")
    bad = tmp_path / "bad.toml"
    bad.write_text(Path(PROGRAMME).read_text().replace('"USD"', '"XXX"').replace("500", '"many"'))
    said = run("programme", "check", bad)
    assert said.code == Exit.FOUND
    assert len(said.err.splitlines()) >= 2
    assert run("programme", "install", bad, "--book", book).code == Exit.FOUND
    assert run("programme", "check", tmp_path / "none.toml").code == Exit.FILE
    again = resources.path("programmes/dawn-club.toml")
    assert run("programme", "install", again, "--book", book).code == 0
    ran = run("programme", "run", "--book", book)
    assert (ran.code, ran.out.startswith("Given: 0. Members looked at:")) == (0, True)
    assert run("programme", "run", "--book", book, "--rule", "none").code == Exit.REFUSED


def test_a_try_out_says_what_a_replay_would_book_and_compares_two(tmp_path: Path) -> None:
    sample = sample_file(tmp_path / "sample.txt", every=1000)
    expected = independent.members(independent.purchases(sample))
    richer = tmp_path / "richer.toml"
    text = Path(PROGRAMME).read_text("utf-8")
    richer.write_text(text.replace("points = 1,", "points = 2,"), "utf-8")
    out = tmp_path / "members.csv"
    said = run(
        *("try-out", richer, "--sales", sample, "--against", PROGRAMME),
        *("--as-of", "1998-06-30", "--json", "--members", out),
    )
    assert said.code == 0, said.err
    told = json.loads(said.out)
    ours, theirs = told["programmes"]
    assert theirs["wallets"][0]["issued"] == int(expected["earned"].sum())
    assert ours["wallets"][0]["issued"] > theirs["wallets"][0]["issued"]
    assert told["difference"]["changes"][0]["members"] == len(expected)
    assert len(out.read_text("utf-8").splitlines()) == len(expected) + 1
    plain = run("try-out", PROGRAMME, "--sales", sample, "--as-of", "1998-06-30")
    assert f"issued {int(expected['earned'].sum()):,}" in plain.out


def test_a_try_out_of_a_book_reads_its_sales(book: Path) -> None:
    said = run("try-out", resources.path("programmes/dawn-club.toml"), "--sales", book, "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["programmes"][0]["id"] == "dawn-club"


@pytest.mark.parametrize("share", ["-1", "101%", "many"])
def test_a_share_of_redeemers_is_between_none_and_all(tmp_path: Path, share: str) -> None:
    said = run("try-out", PROGRAMME, "--sales", tmp_path, "--redeemers", share)
    assert said.code == Exit.WRONG_USE


def test_a_programme_may_be_a_folder_whose_findings_name_their_file(tmp_path: Path) -> None:
    text = resources.path("programmes/dawn-club.toml").read_text("utf-8")
    head, offers = text.split("[[offer]]", 1)
    (tmp_path / "programme.toml").write_text(head, "utf-8")
    (tmp_path / "offers.toml").write_text("[[offer]]" + offers, "utf-8")
    assert run("programme", "check", tmp_path).code == 0
    (tmp_path / "offers.toml").write_text("[[offer]]\nid = 5\n" + "[[offer]]" + offers, "utf-8")
    said = run("programme", "check", tmp_path)
    assert said.code == Exit.FOUND
    assert said.err.startswith("offers.toml: Line 1, offer[1]")
    (tmp_path / "programme.toml").unlink()
    assert run("programme", "check", tmp_path).code == Exit.FILE


def test_the_schema_is_printed_as_it_ships(monkeypatch: pytest.MonkeyPatch) -> None:
    """`tests/domain/programme/test_schema.py` holds that it is what the readers say."""
    ships = resources.text("programme.schema.json")
    monkeypatch.setattr(programme_commands, "programme_schema", lambda: json.loads(ships))
    said = run("programme", "schema")
    assert (said.code, said.out) == (0, ships)


def test_a_warning_ends_with_an_exit_code_only_when_asked(tmp_path: Path) -> None:
    file = tmp_path / "draft.toml"
    file.write_text(
        resources.text("programmes/cdnow.toml") + '[[multiplier]]\nid = "m"\ntimes = 1\n',
        encoding="utf-8",
    )
    said = run("programme", "check", file)
    assert (said.code, said.out.splitlines()[-2].startswith("Warning: Line ")) == (0, True)
    strict = run("programme", "check", file, "--strict", "--on", "2026-11-29")
    assert (strict.code, strict.out) == (Exit.FOUND, said.out)


def test_an_attack_is_told_and_left_as_a_scenario_that_runs(tmp_path: Path) -> None:
    file = tmp_path / "draft.toml"
    file.write_text(drafts.HEAD + drafts.points(points=1, money="1.50"), encoding="utf-8")
    attacked = run("programme", "check", file, "--attack", "--steps", 100, "--on", "2026-11-29")
    assert attacked.code == Exit.FOUND
    assert "This is a hole" in attacked.out
    left = tmp_path / "draft.attack.toml"
    assert str(left) in attacked.out
    played = run("scenario", "run", left)
    assert (played.code, played.out) == (0, "1 passed, 0 failed\n")


def test_a_sale_that_hands_out_too_much_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "draft.toml"
    file.write_text(drafts.FAIR, encoding="utf-8")
    above = run("programme", "check", file, "--most-share", "5%", "--strict")
    assert (above.code, above.out.startswith("Warning: One sale hands out 10.9 %")) == (1, True)
    assert run("programme", "check", file, "--most-share", "15%", "--strict").code == 0
    assert run("programme", "check", file, "--most-share", "much").code == Exit.WRONG_USE


def test_more_than_the_goods_cost_is_a_warning_without_being_asked_for(tmp_path: Path) -> None:
    """80 off, and 900 times the 20 points for what is paid, at 100 to 1.00: 180 more."""
    file = tmp_path / "draft.toml"
    off = drafts.TEN_PERCENT.replace("10%", "80%").replace("100.00", "0.01")
    file.write_text(drafts.HEAD + drafts.points() + off, encoding="utf-8")
    assert run("programme", "check", file, "--strict").code == 0
    much = drafts.HEAD + drafts.points() + off + '[[multiplier]]\nid = "m"\ntimes = 900\n'
    file.write_text(much, encoding="utf-8")
    told = run("programme", "check", file, "--strict")
    assert told.code == Exit.FOUND
    assert told.out.startswith("Warning: One sale hands out 260 % of what its goods cost")
    assert run("programme", "check", file, "--strict", "--most-share", "400%").code == 0
