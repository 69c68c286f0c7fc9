"""What `--help` says beside the commands' own texts, in the console's language.

Shape: `speak_help(command, words)` gives a command, and all below it, contexts whose formatter
words typer's headings and marks anew (area "cli"); a mark that it does not know stays typer's own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import typer
from typer._click.formatting import HelpFormatter  # typer gives it no public name

from posloyalty.wording import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADINGS: Final = {
    "Options": "help_options",
    "Arguments": "help_arguments",
    "Commands": "help_commands",
}
_THIS: Final = "Show this message and exit."
_MARKS: Final = re.compile(r"\[(?P<marks>[^\[\]]+)\]$")
_MARK: Final = re.compile(r"(?P<kind>required|default|env var)(?:: (?P<value>.*))?", re.DOTALL)
_KINDS: Final = {
    "required": "help_required",
    "default": "help_default",
    "env var": "help_variable",
}
_SIGNS: Final = {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%H": "hh", "%M": "mm"}


def speak_help(command: object, words: Words) -> None:
    """Give a command's help, and that of all below it, this language."""

    class Spoken(HelpFormatter):
        """Typer's, in other words."""

        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or words("cli.usage", usage=""))

        def write_heading(self, heading: str) -> None:
            if heading not in _HEADINGS:
                super().write_heading(heading)
            else:
                self.write(f"{words(f'cli.{_HEADINGS[heading]}')}\n")

        def write_dl(
            self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
        ) -> None:
            told = [(written_form(name), in_words(text, words)) for name, text in rows]
            super().write_dl(told, col_max, col_spacing)

    class SpokenContext(typer.Context):
        """A command's, whose help is so formatted."""

        formatter_class = Spoken

    below = [command]
    while below:
        one = below.pop()
        one.context_class = SpokenContext  # type: ignore[attr-defined]
        below.extend(getattr(one, "commands", {}).values())


def written_form(form: str) -> str:
    """A day's form as people write it: YYYY-MM-DD."""
    for sign, letters in _SIGNS.items():
        form = form.replace(sign, letters)
    return form


def in_words(text: str, words: Words) -> str:
    """An option's text with what typer adds to it in this language."""
    if text == _THIS:
        return words("cli.help_this")
    found = _MARKS.search(text)
    if found is None:
        return text
    marks = "; ".join(_mark(one, words) for one in found["marks"].split("; "))
    return f"{text[: found.start()]}[{marks}]"


def _mark(mark: str, words: Words) -> str:
    found = _MARK.fullmatch(mark)
    if found is None:
        return mark
    return words(f"cli.{_KINDS[found['kind']]}", value=found["value"] or "")
