"""Where the data lies is read once and refused when it cannot be."""

from pathlib import Path

import pytest

from posloyalty.settings import BadSettings, read_settings


def test_without_a_variable_the_systems_folder_is_taken() -> None:
    assert read_settings({}).book_folder.parts[-2:] == ("posloyalty", "book")


def test_the_variable_names_the_books_folder(tmp_path: Path) -> None:
    given = {"POSLOYALTY_BOOK": str(tmp_path / "new")}
    assert read_settings(given).book_folder == tmp_path / "new"


def test_a_relative_folder_is_refused() -> None:
    with pytest.raises(BadSettings, match="absolute"):
        read_settings({"POSLOYALTY_BOOK": "book"})


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadSettings, match="not a folder"):
        read_settings({"POSLOYALTY_BOOK": str(tmp_path / "file")})
