"""A kept file is written whole or leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ui import kept_file


def no_room(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_on_a_full_disk_nothing_of_it_stays_and_what_was_there_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kept.pyc"
    kept_file.write_whole(str(file), (b"before",))
    monkeypatch.setattr(os, "fsync", no_room)
    kept_file.write_whole(str(file), (b"something", b"larger"))
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("kept.pyc", b"before")]


def test_where_no_folder_may_be_made_nothing_is_written(tmp_path: Path) -> None:
    """As root may write everywhere: a file stands where the folder would be."""
    (tmp_path / "cache").write_bytes(b"")
    kept_file.write_whole(str(tmp_path / "cache" / "kept.pyc"), (b"something",))
    assert [one.name for one in tmp_path.iterdir()] == ["cache"]
