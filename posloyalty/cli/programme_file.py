"""A programme's bytes as the console is handed them: a file, or a folder of files."""

from __future__ import annotations

from pathlib import Path

import typer

from posloyalty.cli.console import Exit, Speaker
from posloyalty.domain.programme.bundle import HEAD, NoHead, bundle


def read_bytes(speaker: Speaker, file: Path) -> bytes:
    """The bytes of a file, or of a folder's files joined; exits when they cannot be read."""
    try:
        if not file.is_dir():
            return file.read_bytes()
        return bundle({path.name: path.read_bytes() for path in sorted(file.glob("*.toml"))})
    except NoHead:
        speaker.tell(speaker.words("import.NOT_FOUND", file=file / HEAD))
        raise typer.Exit(Exit.FILE) from None
    except OSError:
        speaker.tell(speaker.words("import.NOT_FOUND", file=file))
        raise typer.Exit(Exit.FILE) from None
