"""The console: what it prints, what it ends with, and that it needs no Qt."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

import resources
from posloyalty import __version__
from posloyalty.cli import language_of
from posloyalty.cli.commands import application
from posloyalty.cli.console import Exit, open_till
from posloyalty.documents.table_file import read_table
from posloyalty.services.people.sign_in import SignedIn
from posloyalty.services.shop.demo_shop import DemoShop
from posloyalty.wording import LANGUAGES, Words
from tests.replay import independent
from tests.replay.sample import sample_file
from tests.services.a_shop import csv_file, new_shop, of_few_members

PROGRAMME = str(resources.path("programmes/cdnow.toml"))
KILLED_REPLAY = """
import os, signal, sys
from posloyalty.storage.unit_of_work import SqlUnit
from posloyalty.cli import main
commit, left, before = SqlUnit.commit, int(sys.argv[1]), sys.argv[2] == "before"
def counted(unit):
    global left
    left -= 1
    if left == 0 and before:
        os.kill(os.getpid(), signal.SIGKILL)
    commit(unit)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
SqlUnit.commit = counted
main(sys.argv[3:])
"""


@dataclass(frozen=True)
class Said:
    """What a command printed and ended with."""

    code: int
    out: str
    err: str


def run(*arguments: object, language: str = "en", typed: str | None = None) -> Said:
    """A command within this process."""
    told = [str(one) for one in arguments]
    done = CliRunner().invoke(application(Words(language)), told, input=typed)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Said(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A closed book of a small shop."""
    with new_shop(tmp_path) as shop:
        folder = shop.folder
    return folder


def test_it_runs_without_qt() -> None:
    script = (
        "import sys\n"
        "from posloyalty.cli.commands import application\n"
        "from posloyalty.wording import Words\n"
        "application(Words('en'))\n"
        "print([name for name in sys.modules if name.split('.')[0] in "
        "('PySide6', 'shiboken6', 'ui')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_version_is_the_packages() -> None:
    assert run("version") == Said(0, f"{__version__}\n", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_names_every_command_in_the_chosen_language(language: str) -> None:
    said = run("--help", language=language)
    for command in ("new", "demo", "verify", "replay", "import-members", "recover", "programme"):
        assert command in said.out
    assert Words(language)("cli.help_new") in said.out


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        (["--language", "zh_TW", "verify"], {"LANG": "de_DE"}, "zh_TW"),
        (["verify", "--language=zh_CN"], {}, "zh_CN"),
        (["--language", "xx"], {"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ([], {"POSLOYALTY_LANGUAGE": "zh_TW", "LANG": "en_GB"}, "zh_TW"),
        ([], {"LC_ALL": "zh_HK.UTF-8", "LANG": "en_GB"}, "zh_TW"),
        ([], {"LANG": "C.UTF-8"}, "en"),
        ([], {}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_systems(
    arguments: list[str], environment: dict[str, str], language: str
) -> None:
    assert language_of(arguments, environment) == language


def test_an_unknown_language_is_wrong_use() -> None:
    assert run("--language", "xx", "version").code == Exit.WRONG_USE


def test_a_new_book_is_made_verified_copied_and_recovered(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    made = run(
        "new", "--book", folder, "--name", "Mine", "--store", "Main", "--manager", "Ann",
        "--pin", "2580", "--programme", resources.path("programmes/dawn-club.toml"),
    )  # fmt: skip
    assert made.code == 0
    code = made.out.splitlines()[1].rpartition(": ")[2]
    assert run("verify", "--book", folder).code == 0
    copy = tmp_path / "copy.book"
    assert run("back-up", "--book", folder, "--to", copy).code == 0
    assert copy.stat().st_size > 0
    (folder / "till.key").unlink()
    lost = run("verify", "--book", folder)
    assert lost.code == Exit.BOOK
    assert "recovery code" in lost.err
    assert run("recover", "--book", folder, "--code", code, "--pin", "8642").code == 0
    till = open_till(folder)
    try:
        (manager,) = till.sign_in.operators()
        assert isinstance(till.sign_in.sign_in(manager.id, "8642"), SignedIn)
    finally:
        till.close()


def test_a_recovery_code_that_somebody_saw_is_renewed_and_opens_nothing_any_more(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "new"
    made = run(
        "new", "--book", folder, "--name", "Mine", "--store", "Main", "--manager", "Ann",
        "--pin", "2580",
    )  # fmt: skip
    seen = made.out.splitlines()[1].rpartition(": ")[2]
    said = run("renew-code", "--book", folder)
    assert said.code == 0
    assert "no more" in said.err
    renewed = said.out.strip().rpartition(": ")[2]
    (folder / "till.key").unlink()
    refused = run("recover", "--book", folder, "--code", seen, "--pin", "8642")
    assert refused.code == Exit.REFUSED
    assert run("recover", "--book", folder, "--code", renewed, "--pin", "8642").code == 0
    assert run("verify", "--book", folder).code == 0


def test_a_pin_is_asked_for_twice_and_never_shown(tmp_path: Path) -> None:
    folder = tmp_path / "asked"
    made = run(
        "new", "--book", folder, "--name", "Mine", "--store", "Main", "--manager", "Ann",
        typed="2580\n2580\n",
    )  # fmt: skip
    assert made.code == 0
    assert "2580" not in made.out + made.err


def test_wrong_answers_are_all_named_and_nothing_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "bad"
    said = run(
        "new", "--book", folder, "--name", " ", "--store", "Main", "--manager", "Ann",
        "--pin", "12", "--currency", "XXX", "--timezone", "Nowhere",
    )  # fmt: skip
    assert said.code == Exit.REFUSED
    for place in ("name", "manager_pin", "currency", "timezone"):
        assert place in said.err
    assert not (folder / "till.book").exists()


def test_a_wrong_recovery_code_is_refused(book: Path) -> None:
    code = "-".join(["0000"] * 8)
    said = run("recover", "--book", book, "--code", code, "--pin", "8642")
    assert said.code == Exit.REFUSED
    assert said.out == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_book_that_is_not_there_ends_with_its_code(tmp_path: Path, language: str) -> None:
    said = run("verify", "--book", tmp_path / "none", language=language)
    assert said == Said(
        Exit.BOOK, "", Words(language)("book.none", place=str(tmp_path / "none")) + "\n"
    )


def test_a_book_in_use_is_refused_by_name(book: Path) -> None:
    till = open_till(book)
    try:
        said = run("verify", "--book", book)
    finally:
        till.close()
    assert said.code == Exit.BOOK
    assert "already open" in said.err


def test_another_books_key_is_refused(book: Path) -> None:
    (book / "till.key").write_text("00" * 32 + "\n")
    said = run("verify", "--book", book)
    assert said.code == Exit.BOOK
    assert "does not fit" in said.err


def test_a_damaged_book_is_refused(book: Path) -> None:
    data = bytearray((book / "till.book").read_bytes())
    data[1000:3000] = bytes(2000)
    (book / "till.book").write_bytes(data)
    assert run("verify", "--book", book).code == Exit.BOOK


def test_a_difference_is_printed_and_ends_with_one(book: Path, tmp_path: Path) -> None:
    people = csv_file(tmp_path / "people.csv", "id,phone,points\nV1,13800000001,50")
    assert run("import-members", people, "--book", book).code == 0
    till = open_till(book)
    try:
        with till.book.write() as unit:
            unit.connection.exec_driver_sql("UPDATE lot SET remaining = 49")  # type: ignore[attr-defined]
            unit.commit()
    finally:
        till.close()
    said = run("verify", "--book", book)
    assert said.code == Exit.FOUND
    assert "expected 50, found 49" in said.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_receipts_that_are_not_keyed_in_are_said_with_line_and_reason(
    book: Path, tmp_path: Path, language: str
) -> None:
    papers = csv_file(
        tmp_path / "papers.csv",
        """receipt,day,time,total,code
        XX-Y-1-0007,2026-11-20,14:05,20.00,ART001
        XX-Y-1-0008,2026-11-20,25:05,20.00,ART001""",
    )
    said = run("key-in", papers, "--book", book, language=language)
    words = Words(language)
    assert said.code == Exit.FOUND
    assert words("refusal.RECEIPT_OTHER_TILL", number="XX-Y-1-0007") in said.err
    assert words("import.BAD_TIME", given="25:05") in said.err
    assert words("cli.keyed_in", added=0, unchanged=0, refused=2) in said.out


def test_a_demo_shop_is_made_in_its_language_and_keeps_to_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "demo"
    monkeypatch.chdir(tmp_path)
    of_few_members(monkeypatch)
    said = run("demo", "--book", "demo", language="zh_TW")
    assert said.code == 0
    assert "會員 60 位" in said.out
    assert "1234" in said.out
    again = run("demo", "--book", folder)
    assert again.code == Exit.BOOK
    assert (folder / "till.book").exists()
    assert run("verify", "--book", folder).code == 0
    # Its receipts are recorded there, wherever the till is started from later.
    till = open_till(folder)
    try:
        assert till.shop.details().printer.address == str(folder / "receipts")
    finally:
        till.close()


@pytest.mark.parametrize("there", [True, False])
def test_a_demo_shop_that_was_stopped_takes_nothing_with_it_that_lay_there(
    tmp_path: Path, there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "home"
    if there:
        (folder / "photos").mkdir(parents=True)
        (folder / "photos" / "one.jpg").write_text("mine")

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(DemoShop, "fill", stopped)
    assert run("demo", "--book", folder).code == Exit.STOPPED
    left = sorted(path.name for path in tmp_path.rglob("*"))
    assert left == (["home", "one.jpg", "photos"] if there else [])


def test_a_place_that_cannot_be_written_is_named_and_not_a_crash(
    book: Path, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    copied = run("back-up", "--book", book, "--to", tmp_path / "folder")
    assert copied.code == Exit.BOOK
    assert "cannot be written" in copied.err
    assert list((tmp_path / "folder").iterdir()) == []
    assert not (tmp_path / "recovery.json").exists()
    rows = csv_file(tmp_path / "rows.csv", "member,date,amount\na,2026-01-01,5.00")
    programme = resources.path("programmes/dawn-club.toml")
    for place in (tmp_path / "folder", tmp_path / "none" / "m.csv"):
        said = run(
            "replay", rows, "--programme", programme, "--book", tmp_path / "new", "--members", place
        )
        assert said.code == Exit.FILE
        assert f"{place} cannot be written" in said.err


def test_imports_report_bad_rows_by_line_and_take_the_good_ones(book: Path, tmp_path: Path) -> None:
    goods = csv_file(
        tmp_path / "goods.csv", "sku,name,price,tax_class\nA,Tea,3.00,std9\nB,Milk,x,std9"
    )
    said = run("import-products", goods, "--book", book)
    assert said.code == Exit.FOUND
    assert "line 3, price: “x” is not an amount" in said.err
    assert said.out == "1 added, 0 changed, 0 as they were, 1 not taken.\n"
    lists = tmp_path / "prices.toml"
    lists.write_text('[[price_list]]\ncode = "W"\nprices = { A = "2.50", Z = "1.00" }\n')
    said = run("import-prices", lists, "--book", book)
    assert said.code == Exit.FOUND
    assert "line 1, sku: No product has this stock number" in said.err
    assert said.out == "2 added, 0 changed, 0 as they were, 1 not taken.\n"
    people = csv_file(tmp_path / "people.csv", "id,name,phone,points\nV1,Ann,13800000001,50")
    assert run("import-members", people, "--book", book).out.startswith("1 added")
    again = run("import-members", people, "--book", book, language="zh_CN")
    assert again == Said(0, "新增 0，更新 0，未变 1，未导入 0。\n", again.err)
    out = tmp_path / "cards.pdf"
    assert run("cards", "13800000001", "--book", book, "--out", out).code == 0
    assert out.read_bytes().startswith(b"%PDF")
    assert run("cards", "13800000009", "--book", book, "--out", out).code == Exit.REFUSED


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("none.csv", None, "There is no file none.csv."),
        ("goods.pdf", "x", "goods.pdf is neither CSV nor XLSX."),
        ("goods.xlsx", "x", "goods.xlsx cannot be read from line 1 on."),
        ("goods.csv", "", "goods.csv has no header."),
        ("goods.csv", "sku,sku\n1,2", "goods.csv has the column “sku” twice."),
        ("goods.csv", "price\n1", "The header lacks: sku, name, tax_class."),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    book: Path, tmp_path: Path, name: str, text: str | None, expected: str
) -> None:
    file = tmp_path / name
    if text is not None:
        file.write_text(text)
    said = run("import-products", file, "--book", book)
    assert (said.code, said.out) == (Exit.FILE, "")
    assert said.err.splitlines()[-1] == expected


def replayed(sample: Path, folder: Path, *more: object) -> Said:
    return run("replay", sample, "--programme", PROGRAMME, "--book", folder, *more)


def test_a_replay_prints_totals_as_json_and_writes_every_member(tmp_path: Path) -> None:
    sample = sample_file(tmp_path / "sample.txt", every=1000)
    out = tmp_path / "members.csv"
    said = replayed(sample, tmp_path / "book", "--json", "--members", out, "--as-of", "1998-06-30")
    assert said.code == 0
    expected = independent.members(independent.purchases(sample))
    told = json.loads(said.out)
    assert told["members"] == len(expected)
    assert told["earned"] == int(expected["earned"].sum())
    assert told["expired"] == int(expected["expired"].sum())
    assert told["balance"] == int(expected["balance"].sum())
    rows = [list(row.cells.values()) for row in read_table(out)]
    assert out.read_text("utf-8-sig").startswith("member,earned,expired,balance,tier")
    assert rows == [[str(value) for value in row] for row in expected.values.tolist()]


def test_bad_rows_of_a_replay_are_told_and_the_good_ones_rung(tmp_path: Path) -> None:
    sample = csv_file(
        tmp_path / "p.csv",
        "member,date,amount\nA,1997-01-02,12.50\nB,1997-13-02,1.00\nA,1997-03-02,3.00",
    )
    said = replayed(sample, tmp_path / "book")
    assert said.code == Exit.FOUND
    assert "line 3, date: “1997-13-02” is not a day" in said.err
    assert "earned 15" in said.out
    other = csv_file(tmp_path / "q.csv", "member,date,amount\nA,1997-01-02,1.00")
    refused = replayed(other, tmp_path / "book")
    assert refused.code == Exit.REFUSED
    assert "Another file" in refused.err
    empty = csv_file(tmp_path / "r.csv", "member,date,amount\nA,never,1.00")
    assert replayed(empty, tmp_path / "other").code == Exit.FILE


@pytest.mark.long(sample=1)
@pytest.mark.parametrize(("commits", "moment"), [(40, "before"), (70, "after")])
def test_a_replay_that_was_killed_goes_on_and_rings_nothing_twice(
    tmp_path: Path, commits: int, moment: str
) -> None:
    sample = sample_file(tmp_path / "sample.txt", every=800)
    folder = tmp_path / "book"
    command = ["replay", str(sample), "--programme", PROGRAMME, "--book", str(folder)]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_REPLAY, str(commits), moment, *command],
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    said = replayed(sample, folder, "--json", "--as-of", "1998-06-30")
    assert said.code == 0
    expected = independent.members(independent.purchases(sample))
    told = json.loads(said.out)
    assert told["rows"] == len(independent.purchases(sample))
    assert (told["earned"], told["balance"]) == (
        int(expected["earned"].sum()),
        int(expected["balance"].sum()),
    )
    assert run("verify", "--book", folder).code == 0
    shutil.rmtree(folder)
