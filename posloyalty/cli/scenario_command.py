"""`posloyalty scenario run`: scenario files played, and what was not as they expect.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posloyalty.cli.console import Exit, Speaker

if TYPE_CHECKING:
    from posloyalty.scenario.files import Ran


def add_scenario_command(app: typer.Typer, speaker: Speaker) -> None:
    """Add the group `scenario` to the console."""
    words = speaker.words
    group = typer.Typer(help=words("cli.help_scenario_group"), no_args_is_help=True)

    # A group of one command would swallow its name; this keeps `scenario run` two words.
    @group.callback()
    def _scenario() -> None:
        pass

    @group.command("run", help=words("cli.help_scenario_run"))
    def _run(
        paths: Annotated[list[Path], typer.Argument(help=words("cli.help_scenarios"))],
        as_json: Annotated[bool, typer.Option("--json", help=words("cli.help_json"))] = False,
    ) -> None:
        with speaker.faults():
            _play(speaker, paths, as_json=as_json)

    app.add_typer(group, name="scenario")


def _play(speaker: Speaker, paths: Sequence[Path], *, as_json: bool) -> None:
    # Late: whoever uses another command need not wait for all of this.
    from posloyalty.scenario.files import Ran, run_file, scenario_files
    from posloyalty.scenario.workshop import Workshop

    ran: list[Ran] = []
    with tempfile.TemporaryDirectory(prefix="posloyalty-scenario-") as folder:
        workshop = Workshop(Path(folder))
        for path in scenario_files(paths):
            try:
                data = path.read_bytes()
            except OSError:
                speaker.tell(speaker.words("import.NOT_FOUND", file=path))
                raise typer.Exit(Exit.WRONG_USE) from None
            one = run_file(path, data, workshop)
            ran.append(one)
            if not as_json:
                for sentence in one.sentences(speaker.words):
                    typer.echo(sentence)
    if not ran:
        speaker.tell(speaker.words("cli.no_scenarios", places=", ".join(map(str, paths))))
        raise typer.Exit(Exit.WRONG_USE)
    _sum_up(speaker, ran, as_json=as_json)


def _sum_up(speaker: Speaker, ran: "Sequence[Ran]", *, as_json: bool) -> None:
    counts = {
        "passed": sum(one.passed for one in ran),
        "failed": sum(one.failed for one in ran),
        "unreadable": sum(bool(one.unreadable) for one in ran),
    }
    if as_json:
        files = [one.data(speaker.words) for one in ran]
        typer.echo(json.dumps({**counts, "files": files}, indent=2, ensure_ascii=False))
    else:
        speaker.say("scenarios_unreadable" if counts["unreadable"] else "scenarios_run", **counts)
    if counts["unreadable"]:
        raise typer.Exit(Exit.WRONG_USE)
    if counts["failed"]:
        raise typer.Exit(Exit.FOUND)
