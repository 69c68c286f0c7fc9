"""`posloyalty programme check`: errors, warnings, the share that a sale hands out, and an attack.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from posloyalty.cli.attack_telling import Telling
from posloyalty.cli.console import Exit, Speaker
from posloyalty.cli.programme_file import read_bytes
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.ratio import BadRatio, Ratio
from posloyalty.insight.draft.draft import Draft, read_draft, read_draft_at
from posloyalty.insight.draft.warnings import warnings_of
from posloyalty.services.programmes.programmes import ProgrammeRefused, finding_sentences
from posloyalty.system import SystemClock

MOST_SHARE = Ratio(1)
"""A sale that hands out more than its goods cost is never meant. A lower share would blame good
programmes: what goods cost in the shop is not in the file, and fixed prices look like gifts beside
prices that are made up."""
RULES_MOST = 100
"""A file of more rules is rung up only when a share is asked for: it takes minutes."""
STEPS = 3000
STEPS_MAX = 1_000_000
SALE_STEPS = 600
LEFT = ".attack.toml"


def add_check(group: typer.Typer, speaker: Speaker) -> None:
    """Add the command to the group `programme`."""
    words = speaker.words

    @group.command("check", help=words("cli.help_programme_check"))
    def _check(
        file: Annotated[Path, typer.Argument(help=words("cli.help_programme"))],
        strict: Annotated[bool, typer.Option("--strict", help=words("cli.help_strict"))] = False,
        on: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help=words("cli.help_judged_on"))
        ] = None,
        most_share: Annotated[str, typer.Option(help=words("cli.help_most_share"))] = "",
        attack: Annotated[bool, typer.Option("--attack", help=words("cli.help_attack"))] = False,
        steps: Annotated[
            int, typer.Option(min=1, max=STEPS_MAX, help=words("cli.help_steps"))
        ] = STEPS,
        seed: Annotated[int, typer.Option(min=0, help=words("cli.help_seed"))] = 0,
        leave: Annotated[Path | None, typer.Option(help=words("cli.help_leave"))] = None,
    ) -> None:
        most = _share(most_share)
        with speaker.faults():
            data = read_bytes(speaker, file)
            draft = (
                read_draft_at(data, SystemClock(UTC).now())
                if on is None
                else read_draft(data, on.date())
            )
            if isinstance(draft, list):
                raise ProgrammeRefused(tuple(draft))
            warnings = list(finding_sentences(warnings_of(draft), words, "doubt"))
            if most is not None or len(draft.rules) <= RULES_MOST:
                warnings += _too_much(speaker, draft, MOST_SHARE if most is None else most, seed)
            for sentence in warnings:
                speaker.say("warning", text=sentence)
            _good(speaker, draft.programme)
            hole = False
            if attack:
                left = file.with_name(file.stem + LEFT) if leave is None else leave
                hole = _attacked(speaker, draft, data, steps=steps, seed=seed, left=left)
            if hole or (warnings and strict):
                raise typer.Exit(Exit.FOUND)


def _share(text: str) -> Ratio | None:
    try:
        share = Ratio.parse(text) if text else None
    except BadRatio:
        share = Ratio(-1)
    if share is not None and share < 0:
        raise typer.BadParameter(text)
    return share


def _good(speaker: Speaker, programme: Programme) -> None:
    speaker.say(
        "programme_good",
        name=programme.names.in_language(speaker.words.language),
        id=programme.id,
        version=programme.version,
        n=len(programme.offers),
        hash=programme.hash.hex(),
    )


def _too_much(speaker: Speaker, draft: Draft, most: Ratio, seed: int) -> list[str]:
    # Late: whoever hears that a file cannot be read need not wait for the engine.
    from posloyalty.insight.draft.attack.search import attack

    found = attack(draft, seed=seed, steps=SALE_STEPS, moves=1)
    if not found.above(most):
        return []
    return [Telling(speaker.words, draft.programme.currency).too_much(found, most)]


def _attacked(
    speaker: Speaker, draft: Draft, data: bytes, *, steps: int, seed: int, left: Path
) -> bool:
    """Tell the worst that was found, and leave it as a scenario; whether it is a hole."""
    from posloyalty.insight.draft.attack.search import attack
    from posloyalty.scenario.export_attack import scenario_of_attack

    programme, words = draft.programme, speaker.words
    with speaker.bar("attacking") as step:
        found = attack(draft, seed=seed, steps=steps, progress=step)
    telling = Telling(words, programme.currency)
    for sentence in telling.attack(found, seed):
        typer.echo(sentence)
    if found.position.taken_minor > 0:
        text = scenario_of_attack(
            found.position,
            programme=data,
            name=words("attack.NAME", id=programme.id, version=programme.version),
            shows=telling.stands(found.position),
        )
        left.write_text(text, encoding="utf-8", newline="\n")
        typer.echo(words("attack.LEFT", file=left))
    return found.hole
