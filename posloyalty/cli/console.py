"""What every command shares: words, a progress bar, the open till, and faults as exit codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from posloyalty import bootstrap
from posloyalty.documents.table_file import TableUnreadable
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.services.book.book_faults import BookError
from posloyalty.services.programmes.programmes import ProgrammeRefused, finding_sentences
from posloyalty.services.refusal import Finding, ServiceRefusal
from posloyalty.services.shop.import_columns import MissingColumns
from posloyalty.system import SystemChance, SystemClock, SystemIds
from posloyalty.wording import MissingWording, Words

if TYPE_CHECKING:
    from posloyalty.services.book.first_run import Created, FirstRunAnswers
    from posloyalty.services.till import Till


ROWS_PER_MOVE = 10


class Exit(IntEnum):
    """Exit codes, as `posloyalty.cli` documents them."""

    FOUND = 1
    WRONG_USE = 2
    REFUSED = 3
    BOOK = 4
    FILE = 5
    STOPPED = 130


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says things in one language: answers on standard output, the rest on standard error."""

    words: Words

    def say(self, code: str, /, **facts: object) -> None:
        """An answer, worded by area "cli"."""
        typer.echo(self.words(f"cli.{code}", **facts))

    def tell(self, text: str) -> None:
        """A sentence for the person, beside the answer."""
        typer.echo(text, err=True)

    def text(self, area: str, reason: str, facts: dict[str, object]) -> str:
        """The sentence of a reason, from the first area that has it; else its bare code."""
        for place in (area, "import"):
            try:
                return self.words(f"{place}.{reason}", **facts)
            except (MissingWording, KeyError):
                continue
        return reason

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Say what went wrong, and end with the exit code of its kind."""
        try:
            yield
        except ProgrammeRefused as fault:
            for sentence in finding_sentences(fault.programme_findings, self.words):
                self.tell(sentence)
            raise typer.Exit(Exit.FOUND) from None
        except ServiceRefusal as fault:
            self.tell(self.text("refusal", fault.reason, fault.told))
            for finding in fault.findings:
                self.tell(self._finding(finding))
            raise typer.Exit(Exit.REFUSED) from None
        except BookError as fault:
            area, _, key = fault.code.partition(".")
            self.tell(self.text(area, key, fault.facts))
            raise typer.Exit(Exit.BOOK) from None
        except TableUnreadable as fault:
            self.tell(self.text("import", fault.reason, fault.facts))
            raise typer.Exit(Exit.FILE) from None
        except MissingColumns as fault:
            self.tell(self.words("import.MISSING_COLUMNS", names=", ".join(fault.names)))
            raise typer.Exit(Exit.FILE) from None
        except OSError as fault:
            if fault.filename is None:
                raise
            self.tell(self.words("book.read_only", place=fault.filename))
            raise typer.Exit(Exit.FILE) from None
        except KeyboardInterrupt:
            self.tell(self.words("cli.stopped"))
            raise typer.Exit(Exit.STOPPED) from None

    @contextmanager
    def bar(self, code: str) -> Iterator[Callable[[int, int], None]]:
        """A progress bar on standard error; gives what services call with (done, total)."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task(self.words(f"cli.{code}"), total=None)

            def step(done: int, total: int) -> None:
                # Drawing is slower than ringing: not every row moves the bar.
                if done % ROWS_PER_MOVE == 0 or done == total:
                    progress.update(task, completed=done, total=total or None)

            yield step

    def _finding(self, finding: Finding) -> str:
        text = self.text("refusal", finding.reason, dict(finding.facts))
        return self.words("cli.finding", place=finding.place, finding=text)


def open_till(folder: Path) -> Till:
    """Open the book in a folder with this machine's clock and keystore."""
    chance = SystemChance()
    return bootstrap.open_till(
        folder,
        clock=SystemClock(UTC),
        ids=_ids(chance),
        chance=chance,
        keyring=bootstrap.system_keyring(),
    )


def create_till(folder: Path, answers: FirstRunAnswers) -> tuple[Till, Created]:
    """Make a book from answers, and open it."""
    chance = SystemChance()
    return bootstrap.create_till(
        folder,
        answers,
        clock=SystemClock(UTC),
        ids=_ids(chance),
        chance=chance,
        keyring=bootstrap.system_keyring(),
    )


def open_with_code(folder: Path, code: str, new_pin: str) -> Till:
    """Open a book by its recovery code and set the manager's PIN."""
    chance = SystemChance()
    return bootstrap.open_with_code(
        folder,
        code,
        new_pin,
        clock=SystemClock(UTC),
        ids=_ids(chance),
        chance=chance,
        keyring=bootstrap.system_keyring(),
    )


@contextmanager
def opened(folder: Path) -> Iterator[Till]:
    """An open till, closed at the end whatever happens."""
    till = open_till(folder)
    try:
        yield till
    finally:
        till.close()


def manager(till: Till) -> Operator:
    """In whose name the console acts: whoever may open the book may do what its manager may."""
    for operator in till.people.all():
        if operator.active and operator.role is Role.MANAGER:
            return operator
    raise ServiceRefusal("NO_MANAGER")


def _ids(chance: SystemChance) -> SystemIds:
    return SystemIds(till=b"", boot=chance.token_bytes(16), token_bytes=chance.token_bytes)
