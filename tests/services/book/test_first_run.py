"""A first run makes a book that sells, or nothing at all."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from posloyalty import bootstrap
from posloyalty.services.book.book_faults import NoBook, ReadOnlyPlace
from posloyalty.services.book.first_run import Created, FirstRunAnswers
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.shop_settings import ShopDetails
from posloyalty.services.till import Till
from posloyalty.storage.new_book import NewBook
from tests.fakes.time import CountedIds, SeededChance, SetClock
from tests.faults.shop import PIN, answers, cheap_hasher, reopen


def create(folder: Path, given: FirstRunAnswers) -> tuple[Till, Created]:
    return bootstrap.create_till(
        folder,
        given,
        clock=SetClock(),
        ids=CountedIds(3),
        chance=SeededChance(3),
        keyring=None,
        hasher=cheap_hasher,
    )


def test_a_new_book_has_its_shop_manager_taxes_and_programme(tmp_path: Path) -> None:
    till, created = create(tmp_path / "book", answers())
    assert till.shop.details() == answers().shop
    assert till.people.all() == (created.manager,)
    assert [tax.code for tax in till.catalogue.tax_classes()] == ["std13"]
    with till.book.read() as reader:
        programme = reader.programmes.effective(till.clock.now())
        kinds = [event.kind for event in reader.journal.events()]
    assert programme is not None
    assert programme.toml == answers().programme
    assert kinds == ["genesis", "key_rotate", "settings_change", "boot"]
    assert till.verify.verify().holds
    till.close()


def test_neither_pin_nor_code_is_shown_by_repr(tmp_path: Path) -> None:
    till, created = create(tmp_path / "book", answers())
    till.close()
    assert PIN not in repr(answers())
    assert created.recovery_code not in repr(created)


def test_everything_wrong_with_the_answers_is_told_at_once_and_nothing_is_made(
    tmp_path: Path,
) -> None:
    shop = replace(answers().shop, name="", store_code="S 1", currency="XXX")
    with pytest.raises(ServiceRefusal) as refused:
        create(tmp_path / "book", answers(shop=shop, manager_name=" ", manager_pin="12"))
    assert {(one.place, one.reason) for one in refused.value.findings} == {
        ("name", "REQUIRED"),
        ("store_code", "CODE_FORM"),
        ("currency", "UNKNOWN_CURRENCY"),
        ("manager_name", "REQUIRED"),
        ("manager_pin", "PIN_LENGTH"),
    }
    assert not (tmp_path / "book").exists()


def test_a_programme_with_mistakes_makes_no_book(tmp_path: Path) -> None:
    with pytest.raises(ServiceRefusal, match="PROGRAMME_INVALID"):
        create(tmp_path / "book", answers(programme=b"[programme]\nid = 3\n"))
    assert not (tmp_path / "book").exists()


def test_a_book_may_begin_without_a_programme(tmp_path: Path) -> None:
    till, _created = create(tmp_path / "book", answers(programme=None, tax_classes=()))
    with till.book.read() as reader:
        assert reader.programmes.effective(till.clock.now()) is None
    till.close()


@pytest.mark.parametrize("moment", ["making", "keep_key"])
def test_a_power_cut_while_the_book_is_made_leaves_none_and_the_next_try_works(
    tmp_path: Path, moment: str
) -> None:
    child = os.fork()
    if child == 0:
        cut_at(moment)
        create(tmp_path / "book", answers())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    with pytest.raises(NoBook):
        reopen(tmp_path / "book")
    till, created = create(tmp_path / "book", answers())
    assert till.verify.verify().holds
    assert till.people.all() == (created.manager,)
    till.close()
    assert not (tmp_path / "book" / "making").exists()


@pytest.mark.parametrize("below", ["", "book", "deeper/book"])
def test_a_place_where_no_folder_can_be_is_said_and_not_a_crash(tmp_path: Path, below: str) -> None:
    (tmp_path / "a-file").write_text("mine")
    with pytest.raises(ReadOnlyPlace):
        create(tmp_path / "a-file" / below, answers())
    assert (tmp_path / "a-file").read_text() == "mine"


def cut_at(moment: str) -> None:
    def cut(*_args: object, **_named: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if moment == "making":
        from posloyalty.services.book.first_run import FirstRun

        FirstRun._genesis = cut  # type: ignore[method-assign]
    else:
        NewBook.keep_key = cut  # type: ignore[method-assign,assignment]


def test_a_fault_while_the_book_is_made_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(NewBook, "keep_key", fail)
    with pytest.raises(ZeroDivisionError):
        create(tmp_path / "book", answers())
    assert [path.name for path in (tmp_path / "book").iterdir()] == ["till.lock"]


def test_a_store_code_becomes_part_of_the_receipt_number(tmp_path: Path) -> None:
    shop = ShopDetails(name="A", store_code="X1", store_name="B", till_code="9")
    till, _created = create(tmp_path / "book", answers(shop=shop))
    with till.book.write() as unit:
        assert unit.journal.place().number == "X1-9-1-0005"
    till.close()
