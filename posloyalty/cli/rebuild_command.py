"""`posloyalty rebuild`: a damaged book made anew, and what could not be.

Annotations are evaluated here, not kept as text: typer reads the options' help from them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from posloyalty.bootstrap import system_keyring
from posloyalty.bootstrap.rebuilding import rebuild_book
from posloyalty.cli.book_commands import prove_book
from posloyalty.cli.console import Exit, Speaker
from posloyalty.storage.rebuild import Rebuilt
from posloyalty.sync.journal_lines import BadLines
from posloyalty.system import SystemClock


def add_rebuild_command(app: typer.Typer, speaker: Speaker) -> None:
    """Add the command to the console."""
    words = speaker.words

    @app.command("rebuild", help=words("cli.help_rebuild"))
    def _rebuild(
        book: Annotated[Path, typer.Option("--book", help=words("cli.help_book"))],
        journal: Annotated[
            Path | None, typer.Option("--journal", help=words("cli.help_rebuild_journal"))
        ] = None,
    ) -> None:
        with speaker.faults():
            with _lines(journal) as lines, speaker.bar("rebuilding") as step:
                try:
                    made = rebuild_book(
                        book,
                        clock=SystemClock(UTC),
                        keyring=system_keyring(),
                        file=lines,
                        progress=step,
                    )
                except BadLines as fault:
                    speaker.tell(words("cli.rebuild_other_file", place=journal, detail=fault))
                    raise typer.Exit(Exit.FILE) from None
            _say(speaker, made)
        if made.lost_from:
            raise typer.Exit(Exit.FOUND)
        # Not where something is lost: the first opening begins another epoch, and a file that
        # somebody still finds could be put in before that, not after.
        prove_book(speaker, book)


@contextmanager
def _lines(journal: Path | None) -> Iterator[Iterator[bytes] | None]:
    if journal is None:
        yield None
        return
    with journal.open("rb") as file:
        yield iter(file)


def _say(speaker: Speaker, made: Rebuilt) -> None:
    speaker.say("rebuilt", events=made.events, found=made.found)
    for what in made.missing:
        speaker.say(f"rebuilt_without_{what}")
    if made.lost_from:
        speaker.say("rebuilt_lost", first=made.lost_from, last=made.lost_to)
    if made.cut_off:
        speaker.say("rebuilt_cut_off", n=made.cut_off)
    speaker.say("rebuilt_aside", place=made.aside)
