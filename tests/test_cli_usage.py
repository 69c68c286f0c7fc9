"""A command that was written wrongly is answered in the console's language, with exit code 2."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from posloyalty.wording import LANGUAGES, Words
from tests.test_cli import run

AT = ("headoffice", "--data", "nowhere")
WRONG = [
    (("nosuch",), "usage_no_command", {"name": "nosuch"}),
    ((*AT, "revoke"), "usage_missing", {"name": "'till'"}),
    (("headoffice", "tills"), "usage_missing", {"name": "'--data'"}),
    (("version", "--boook"), "usage_no_option", {"name": "--boook"}),
    (("verify", "--bok", "x"), "usage_no_option_near", {"name": "--bok", "near": "--book"}),
    ((*AT, "code", "S1", "S2"), "usage_too_many", {"name": "S2"}),
    (("headoffice", "--data"), "usage_wants_value", {"name": "--data"}),
    (("verify", "--help=yes"), "usage_takes_none", {"name": "--help"}),
]
VALUES = [
    ((*AT, "--workers", "99"), "'--workers'", "usage_at_most", {"most": 32}),
    ((*AT, "reach", "--days", "0"), "'--days'", "usage_at_least", {"most": 1}),
    ((*AT, "--port", "ten"), "'--port'", "usage_no_number", {"given": "ten"}),
    ((*AT, "revoke", "S1", "--lost-on", "now"), "'--lost-on'", "usage_form",
     {"forms": "'YYYY-MM-DD'"}),
]  # fmt: skip


def text_after_usage(err: str) -> str:
    """What is said behind the two lines of how the command is written."""
    return err.strip().rsplit("\n", 1)[-1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("told", "key", "facts"), WRONG, ids=[one[1] for one in WRONG])
def test_what_was_written_wrongly_is_said_in_every_language(
    told: tuple[str, ...], key: str, facts: dict[str, object], language: str
) -> None:
    said, words = run(*told, language=language), Words(language)
    assert (said.code, said.out) == (2, "")
    assert text_after_usage(said.err) == words(f"cli.{key}", **facts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("told", "name", "key", "facts"), VALUES, ids=[one[2] for one in VALUES])
def test_a_value_that_cannot_be_is_said_with_why(
    told: tuple[str, ...], name: str, key: str, facts: dict[str, object], language: str
) -> None:
    said, words = run(*told, language=language), Words(language)
    why = words(f"cli.{key}", **facts)
    assert said.code == 2
    assert text_after_usage(said.err) == words("cli.usage_bad_value", name=name, why=why)


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW"])
def test_how_a_command_is_written_has_no_english_sentence(language: str) -> None:
    said = run(*AT, "revoke", language=language)
    usage, helps = said.err.split("\n\n")[0].split("\n")
    assert usage.endswith(" headoffice revoke [OPTIONS] {till}")
    assert helps.endswith(" headoffice revoke --help")
    assert not re.search(r"Usage|Try|Help:|Error|Missing", said.err)


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW"])
@pytest.mark.parametrize(
    "told", [(), AT, (*AT, "articles"), (*AT, "articles", "import"), ("risk",)]
)
def test_help_has_its_headings_and_marks_in_the_consoles_language(
    told: tuple[str, ...], language: str
) -> None:
    said, words = run(*told, "--help", language=language), Words(language)
    assert said.out.startswith(words("cli.usage", usage=""))
    assert f"\n{words('cli.help_options')}\n" in said.out
    assert words("cli.help_this") in said.out
    assert not re.search(
        r"Usage|Options|Arguments|Commands|Show this|required|default|env var|%Y", said.out
    )


def test_help_in_english_says_what_typer_says() -> None:
    said = run(*AT, "--help", language="en").out
    for one in ("Usage: ", "Options:\n", "Commands:\n", "[required]", "[default: 8470]",
                "Show this message and exit."):  # fmt: skip
        assert one in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_answers_no_question_has_stopped_the_command(language: str, tmp_path: Path) -> None:
    told = ("recover", "--book", tmp_path)
    said = run(*told, language=language, typed="")
    assert said.code == 130
    assert said.err.strip().endswith(Words(language)("cli.stopped"))
