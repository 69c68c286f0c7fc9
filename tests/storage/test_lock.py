"""One process per book."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from posloyalty.services.book.book_faults import BookInUse
from posloyalty.storage.lock import BookLock
from posloyalty.wording import Words
from tests.faults.shop import make_shop, reopen

HOLDER = """
import sys
from pathlib import Path
from posloyalty.storage.lock import BookLock
lock = BookLock(Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_start_in_this_process_is_refused_with_its_pid(tmp_path: Path) -> None:
    till, _created = make_shop(tmp_path / "book")
    with pytest.raises(BookInUse) as refused:
        reopen(tmp_path / "book")
    assert refused.value.facts["pid"] == os.getpid()
    assert str(os.getpid()) in Words("en")(refused.value.code, **refused.value.facts)
    till.close()
    reopen(tmp_path / "book").close()


def test_another_process_is_named_and_its_death_frees_the_book(tmp_path: Path) -> None:
    path = tmp_path / "till.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BookInUse) as refused:
            BookLock(path).acquire()
        assert refused.value.facts["pid"] == holder.pid
        holder.kill()
        holder.wait()
    lock = BookLock(path)
    lock.acquire()
    lock.release()
    lock.release()


def test_a_start_that_failed_gives_the_lock_back(tmp_path: Path) -> None:
    till, _created = make_shop(tmp_path / "book")
    till.close()
    key = (tmp_path / "book" / "till.key").read_text()
    (tmp_path / "book" / "till.key").write_text("00" * 32)
    with pytest.raises(Exception, match="wrong_key"):
        reopen(tmp_path / "book")
    (tmp_path / "book" / "till.key").write_text(key)
    reopen(tmp_path / "book").close()
