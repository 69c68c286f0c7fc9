"""What the chain sells, on head office's command line: imported after a look, listed, exported."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.cli.console import Exit
from posloyalty.headoffice.console.second_factor import code_at
from tests.test_cli import run
from tests.test_cli_office_desk import CLOCK, Desk, books, desk

__all__ = ["desk"]

LATER = (CLOCK.now() + timedelta(days=9)).strftime("%Y-%m-%d")
TAXES = "code,name,rate,mode\nstd13,13 %,13%,inclusive\n"
ARTICLES = "sku,name,price,tax_class,codes\n77,Milk,9.80,std13,4006381333931\n78,Tea,5.00,std13,\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "taxes.csv").write_text(TAXES)
    (tmp_path / "all.csv").write_text(ARTICLES)
    (tmp_path / "milk.csv").write_text("".join(ARTICLES.splitlines(keepends=True)[:2]))
    (tmp_path / "bad.csv").write_text(ARTICLES.replace("std13,\n", "none,\n"))
    return tmp_path


def test_a_file_is_looked_at_and_then_done(desk: Desk, files: Path) -> None:
    said = desk.act("Ann", "articles", "import", files / "taxes.csv", "--yes")
    done = "Done. New: 1, changed: 0, withdrawn: 0. Tills hear of it now."
    assert (said.code, said.out.strip()) == (0, done)
    said = desk.act("Ann", "articles", "import", files / "all.csv", "--yes")
    assert "New: 2, changed: 0, withdrawn: 0, as they are: 0." in said.err
    listed = desk.run("articles", "list", "milk")
    assert listed.out == "77  Milk  9.80  04006381333931  \n"
    assert "2 on sale, 0 withdrawn. Tills that have all of it: 0 of 0." in listed.err
    said = desk.act("Ben", "articles", "import", files / "milk.csv", "--whole", "--yes")
    assert "Withdrawn: 78 Tea" in said.err
    assert desk.run("articles", "list", "tea").out == "78  Tea  5.00    withdrawn\n"
    said = desk.run("articles", "export", files / "out.csv")
    assert said.out == f"2 articles written to {files / 'out.csv'}.\n"
    assert (files / "out.csv").read_text("utf-8-sig").count("\n") == 3


def test_whoever_says_no_changes_nothing(desk: Desk, files: Path) -> None:
    person = desk.people["Ann"]
    code = code_at(person.secret, int(CLOCK.now().timestamp()))
    told = ("articles", "import", files / "taxes.csv", "--as", "Ann", "--code", code)
    said = run("headoffice", "--data", desk.data, *told, typed=f"{person.password}\nn\n")
    assert said.out.splitlines()[-1] == "Nothing was changed; file 1 is dropped."
    with desk.opened() as office:
        assert office.articles.taxes() == ()
        assert [one.state for one in office.articles.files()] == ["dropped"]


def test_a_file_with_findings_names_each_and_changes_nothing(
    desk: Desk,
    files: Path,
) -> None:
    desk.act("Ann", "articles", "import", files / "taxes.csv", "--yes")
    said = desk.act("Ann", "articles", "import", files / "bad.csv", "--yes")
    assert said.code == Exit.FOUND
    assert "line 3, tax_class: The shop has no such tax class." in said.err
    assert desk.run("articles", "list").out == ""


def test_only_who_keeps_articles_may(desk: Desk, files: Path) -> None:
    said = desk.act("Vic", "articles", "import", files / "taxes.csv", "--yes")
    assert said.code == Exit.REFUSED


def test_changes_of_later_days_are_said_listed_and_taken_back(desk: Desk, files: Path) -> None:
    desk.act("Ann", "articles", "import", files / "taxes.csv", "--yes")
    desk.act("Ann", "articles", "import", files / "all.csv", "--yes")
    (files / "dearer.csv").write_text(ARTICLES.replace("9.80", "12.00"))
    said = desk.act("Ben", "articles", "import", files / "dearer.csv", "--from", LATER, "--yes")
    assert f"From {LATER}: 77 Milk · Price: 9.80 → 12.00" in said.err
    assert "changed: 1, withdrawn: 0, as they are: 1." in said.err
    assert desk.run("articles", "list", "milk").out == "77  Milk  9.80  04006381333931  \n"
    listed = desk.run("articles", "coming")
    assert listed.out == f"{LATER}  77  Milk  Price: 9.80 → 12.00  (file 3)\n"
    said = desk.act("Ben", "articles", "take-back", "3")
    assert said.out.strip().splitlines() == [
        "Changes of file 3 that are taken back: 1. Tills hear of it now.",
        "Every till has heard of it.",  # there is none yet
    ]
    assert desk.run("articles", "coming").err.strip() == "No changes are waiting."


def test_one_article_is_taken_back_and_the_tills_that_have_not_heard_are_named(
    desk: Desk, files: Path
) -> None:
    desk.act("Ann", "articles", "import", files / "taxes.csv", "--yes")
    desk.act("Ann", "articles", "import", files / "all.csv", "--yes")
    dearer = ARTICLES.replace("9.80", "12.00").replace("5.00", "6.00")
    (files / "dearer.csv").write_text(dearer)
    desk.act("Ben", "articles", "import", files / "dearer.csv", "--from", LATER, "--yes")
    with desk.opened() as office:
        books(office)
    assert desk.run("articles", "unheard", "3").out == "Every till has heard of it.\n"
    said = desk.act("Ben", "articles", "take-back", "3", "--only", "77")
    done, unheard = said.out.strip().splitlines()
    assert done == "Changes of file 3 that are taken back: 1. Tills hear of it now."
    assert unheard.startswith("S1-T1 ")
    assert desk.run("articles", "unheard", "3").out == f"{unheard}\n"
    (left,) = desk.run("articles", "coming").out.splitlines()
    assert "78  Tea  Price: 5.00 → 6.00" in left
    again = desk.act("Cleo", "articles", "take-back", "3", "--only", "99")
    assert again.code == Exit.REFUSED
    assert "99" in again.err


def test_a_day_that_is_over_is_refused(desk: Desk, files: Path) -> None:
    over = "2020-01-01"
    said = desk.act("Ann", "articles", "import", files / "taxes.csv", "--from", over, "--yes")
    assert said.code == Exit.REFUSED
    assert "A change may hold from" in said.err


def test_a_store_gets_another_assortment(desk: Desk, files: Path) -> None:
    desk.act("Ann", "articles", "import", files / "taxes.csv", "--yes")
    (files / "all.csv").write_text("sku,name,tax_class,assortments\n77,Milk,std13,alps\n")
    desk.act("Ann", "articles", "import", files / "all.csv", "--yes")
    with desk.opened() as office:
        for code in ("Q1", "Q2"):
            office.administration.add_store(code, "Street")
    said = desk.act("Ben", "articles", "assort", "Q1", "alps")
    assert said.out.strip() == "Done. Articles that Q1 gains or loses: 0. Tills hear of it now."
    listed = desk.run("articles", "assortments").out.splitlines()
    assert [one for one in listed if one[0] == "Q"] == ["Q1  ALPS", "Q2  everything"]
    assert desk.act("Ben", "articles", "assort", "Q1", "coast").code == Exit.REFUSED
