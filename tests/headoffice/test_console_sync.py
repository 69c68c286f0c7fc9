"""`posloyalty enrol` and `posloyalty sync` against a running server, and without one."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from posloyalty.cli.console import Exit
from posloyalty.wording import LANGUAGES
from tests.headoffice.forked import Forked
from tests.headoffice.process import beside, serving
from tests.services.a_shop import new_shop
from tests.test_cli import run


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A closed book of a small shop."""
    with new_shop(tmp_path) as shop:
        return shop.folder


@pytest.fixture
def place() -> Iterator[Path]:
    # Short, since the path of a Unix socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="ho") as folder:
        yield Path(folder) / "s"


@contextmanager
def hanging_up(at: Path) -> Iterator[None]:
    """Somebody who takes a call and hangs up: a line that breaks, and no head office."""
    at.unlink()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(at))
        listening.listen()

        def hang_up() -> None:
            listening.accept()[0].close()

        thread = Thread(target=hang_up)
        thread.start()
        yield
        thread.join()


def test_a_till_enrols_and_sends_its_journal(tmp_path: Path, book: Path, place: Path) -> None:
    data = tmp_path / "office"
    with beside(data, "") as administration:
        administration.add_store("S1", "Main Street")
        code = administration.new_code("S1")
    assert run("sync", "--once", "--book", book).out == "This till has not joined a head office.\n"
    with serving(data, "", place, begin=Forked):
        joined = run("enrol", f"unix:{place}", "--book", book, typed=f"{code}\n")
        assert "This till has joined store S1 of head office " in joined.out
        done = run("sync", "--once", "--book", book)
        assert (done.code, done.out) == (0, "Head office has everything.\n")
        again = run("enrol", f"unix:{place}", "--book", book, "--code", code)
        assert (again.code, again.err) == (
            Exit.REFUSED,
            "This code was used already. Ask for a new one.\n",
        )
    with beside(data, "") as administration:
        (row,) = administration.tills()
    assert (row.store, row.waiting, row.anomalies) == ("S1", 0, 0)
    assert row.kept > 0
    with hanging_up(place):
        away = run("sync", "--once", "--book", book)
    assert away.code == Exit.FOUND
    assert away.out.startswith("Offline since ")
    assert "Selling goes on." in away.out


def test_a_head_office_at_another_address_is_gone_on_with(
    tmp_path: Path, book: Path, place: Path
) -> None:
    data, new = tmp_path / "office", place.with_name("t")
    with beside(data, "") as administration:
        administration.add_store("S1", "Main Street")
        code = administration.new_code("S1")
    alone = run("move", f"unix:{new}", "--book", book)
    assert (alone.code, "not joined" in alone.err) == (Exit.REFUSED, True)
    with serving(data, "", place, begin=Forked):
        assert run("enrol", f"unix:{place}", "--book", book, "--code", code).code == 0
    with serving(data, "", new, begin=Forked):
        moved = run("move", f"unix:{new}", "--book", book)
        assert (moved.code, f"unix:{new}" in moved.out) == (0, True)
        done = run("sync", "--once", "--book", book)
        assert (done.code, done.out) == (0, "Head office has everything.\n")


def test_sending_goes_on_until_it_is_stopped(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_event: Event, _seconds: float) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(Event, "wait", stopped)
    assert run("sync", "--book", book).code == Exit.STOPPED


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_does_not_work_is_said_in_each_language(book: Path, language: str) -> None:
    said = run("enrol", "http://office.example", "--book", book, "--code", "x", language=language)
    assert said.code == Exit.REFUSED
    assert "https://" in said.err
    mistyped = run(
        "enrol", "https://office.example", "--book", book, "--code", "x", language=language
    )
    assert mistyped.code == Exit.REFUSED
    assert "12" in mistyped.err
