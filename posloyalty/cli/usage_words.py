"""A command that was written wrongly is told so in the console's language, with how it is written.

Shape: `spoken(words)` is the class of the console's group, whose `main` says what typer found. What
typer says is English; here it is known by its kind and worded by area "cli". Of what has no kind of
its own (a later typer's, a rare type's) typer's own sentence stands behind the translated one.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, Final

import typer
from typer.core import TyperGroup

from posloyalty.cli.help_words import speak_help, written_form
from posloyalty.wording import Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STOPPED: Final = 130
GIVEN_MOST: Final = 40
"""Characters of a value that are shown again."""
_SAID: Final = (
    ("usage_no_command", re.compile(r"No such command '(?P<name>.*)'\.", re.DOTALL)),
    ("usage_command_missing", re.compile(r"Missing command\.")),
    (
        "usage_too_many",
        re.compile(r"Got unexpected extra argument\(s\) \((?P<name>.*)\)", re.DOTALL),
    ),
    ("usage_wants_value", re.compile(r"Option '(?P<name>.*)' requires .*")),
    ("usage_takes_none", re.compile(r"Option '(?P<name>.*)' does not take a value\.")),
    ("usage_takes_several", re.compile(r"Argument '(?P<name>.*)' takes \d+ values\.")),
)
"""What typer says in sentences alone."""
_KINDS: Final[Mapping[str, str]] = {
    "int_parsing": "usage_no_number",
    "int_from_float": "usage_no_number",
    "float_parsing": "usage_no_number",
    "less_than_equal": "usage_at_most",
    "greater_than_equal": "usage_at_least",
    "bool_parsing": "usage_no_yes_or_no",
}
"""What is wrong with a value, by the name that its check has."""
_BOUNDS: Final = ("le", "ge", "lt", "gt")
_FORMS: Final = re.compile(r"does not match the formats? (?P<forms>.+?)\.?$")
_CHOICES: Final = re.compile(r"is not one of (?P<choices>.+?)\.?$")


def spoken(words: Words) -> type[TyperGroup]:
    """A group that says in this language what was written wrongly."""

    class Spoken(TyperGroup):
        """The console's commands."""

        def main(  # type: ignore[override]  # typer declares each option of it
            self, args: Sequence[str] | None = None, prog_name: str | None = None, **more: Any
        ) -> Any:
            told = {**more, "standalone_mode": False}
            speak_help(self, words)
            try:
                code = super().main(args=args, prog_name=prog_name, **told)
            except typer.TyperException as fault:
                _tell(fault, words)
                code = fault.exit_code
            except typer.Abort:
                typer.echo(words("cli.stopped"), err=True)
                code = STOPPED
            sys.exit(code if isinstance(code, int) else 0)

    return Spoken


def usage_sentence(fault: typer.TyperException, words: Words) -> str:
    """What is wrong with how a command was written."""
    kind, told = type(fault).__name__, fault.message
    if kind == "MissingParameter":
        return words("cli.usage_missing", name=_name_of(fault))
    if kind == "NoSuchOption":
        return _no_option(fault, words)
    if isinstance(fault, typer.BadParameter):
        name, why = _name_of(fault), _why(fault, words)
        return words("cli.usage_bad_value", name=name, why=why) if name else why
    for key, form in _SAID:
        if (found := form.fullmatch(told)) is not None:
            return words(f"cli.{key}", **found.groupdict())
    return words("cli.usage_other", told=told)


def _tell(fault: typer.TyperException, words: Words) -> None:
    context = getattr(fault, "ctx", None)
    if type(fault).__name__ == "NoArgsIsHelpError":
        typer.echo(fault.format_message(), err=True)
        return
    if context is not None:
        pieces = " ".join((context.command_path, *context.command.collect_usage_pieces(context)))
        typer.echo(words("cli.usage", usage=pieces), err=True)
        helps = f"{context.command_path} {context.help_option_names[0]}"
        typer.echo(words("cli.usage_help", command=helps) + "\n", err=True)
    typer.echo(usage_sentence(fault, words), err=True)


def _name_of(fault: typer.TyperException) -> str:
    """The option or argument, as it is written."""
    param = getattr(fault, "param", None)
    hint = getattr(fault, "param_hint", None) or (param.get_error_hint() if param else "")
    return hint if isinstance(hint, str) else " / ".join(hint)


def _no_option(fault: typer.TyperException, words: Words) -> str:
    name: str = getattr(fault, "option_name", "")
    near = ", ".join(sorted(getattr(fault, "possibilities", None) or ()))
    if near:
        return words("cli.usage_no_option_near", name=name, near=near)
    return words("cli.usage_no_option", name=name)


def _why(fault: typer.BadParameter, words: Words) -> str:
    """Why a value is not taken; a text of the console's own, or typer's, as it is."""
    finding = _finding(fault.__cause__)
    key = _KINDS.get(finding.get("type", ""))
    if key is not None:
        bounds = finding.get("ctx", {})
        bound = next((bounds[name] for name in _BOUNDS if name in bounds), "")
        return words(f"cli.{key}", most=bound, given=str(finding.get("input", ""))[:GIVEN_MOST])
    if (found := _FORMS.search(fault.message)) is not None:
        return words("cli.usage_form", forms=written_form(found["forms"]))
    if (found := _CHOICES.search(fault.message)) is not None:
        return words("cli.usage_choices", choices=found["choices"])
    return fault.message


def _finding(cause: BaseException | None) -> Mapping[str, Any]:
    """The first finding of the check behind it."""
    errors = getattr(cause, "errors", None)
    found = errors() if callable(errors) else ()
    return found[0] if found else {}
