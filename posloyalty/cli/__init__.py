"""`posloyalty`, the console: makes, checks, fills and copies a till's book, without any Qt.

Exit codes: 0 done; 1 done, and something was found (a difference, bad rows, a programme's
findings, its warnings with --strict, a scenario that fails); 2 used wrongly, or what was to be run
is no scenario; 3 refused; 4 the book cannot be used; 5 a file cannot be read; 130 stopped by the
person. Answers go to standard output, everything else to standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from posloyalty.wording import LANGUAGES, Words

__all__ = ["main"]

LANGUAGE_VARIABLE = "POSLOYALTY_LANGUAGE"
_SYSTEM_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_TRADITIONAL = ("zh_tw", "zh_hk", "zh_mo", "zh_hant")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code."""
    told = list(sys.argv[1:] if arguments is None else arguments)
    # Late: `--help` aside, typer and rich are a third of the start.
    from posloyalty.cli.commands import application

    words = Words(language_of(told, os.environ))
    application(words)(args=told, prog_name="posloyalty")


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language to speak: `--language`, else the environment's, else English.

    It is needed before the command line is read, because the help is in that language too.
    """
    for place, argument in enumerate(arguments):
        value = ""
        if argument == "--language" and place + 1 < len(arguments):
            value = arguments[place + 1]
        elif argument.startswith("--language="):
            value = argument.partition("=")[2]
        if value in LANGUAGES:
            return value
    named = environment.get(LANGUAGE_VARIABLE, "")
    if named in LANGUAGES:
        return named
    system = next((environment[one] for one in _SYSTEM_VARIABLES if environment.get(one)), "")
    lowered = system.lower().replace("-", "_")
    if lowered.startswith(_TRADITIONAL):
        return "zh_TW"
    return "zh_CN" if lowered.startswith("zh") else "en"
