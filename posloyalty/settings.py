"""Where the till's data lies: read from the environment once, validated once, frozen.

`POSLOYALTY_BOOK` names the book's folder; otherwise it is `book` in the folder that the system
gives to programs for their data (platformdirs).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

APP_NAME = "posloyalty"
BOOK_VARIABLE = "POSLOYALTY_BOOK"


class BadSettings(ValueError):
    """The environment names something that cannot be: which variable, and why."""

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"{variable}: {reason}")
        self.variable = variable
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Settings:
    """What must be known before a book is open."""

    book_folder: Path


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment; raises `BadSettings`."""
    named = environment.get(BOOK_VARIABLE, "")
    if not named:
        return Settings(book_folder=user_data_path(APP_NAME, appauthor=False) / "book")
    folder = Path(named).expanduser()
    if not folder.is_absolute():
        raise BadSettings(BOOK_VARIABLE, f"{named} is not an absolute path")
    if folder.exists() and not folder.is_dir():
        raise BadSettings(BOOK_VARIABLE, f"{named} is not a folder")
    return Settings(book_folder=folder)
