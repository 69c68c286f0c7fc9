"""`posloyalty report ...`: figures of a book for people who run the programme.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from posloyalty.cli.console import Speaker, opened
from posloyalty.cli.doing_reports import add_doing_reports
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.money import format_amount
from posloyalty.insight.campaign_report import BudgetLine, CampaignReport, campaign_reports
from posloyalty.services.shared_counts import programme_and_counts


def add_report_commands(app: typer.Typer, speaker: Speaker) -> None:
    """Add the group `report` to the console."""
    words = speaker.words
    group = typer.Typer(help=words("cli.help_report_group"), no_args_is_help=True)
    book_option = typer.Option("--book", help=words("cli.help_book"))
    json_option = typer.Option("--json", help=words("cli.help_json"))

    @group.command("campaigns", help=words("cli.help_report_campaigns"))
    def _campaigns(
        book: Annotated[Path, book_option], as_json: Annotated[bool, json_option] = False
    ) -> None:
        with speaker.faults(), opened(book) as till:
            now = till.clock.now()
            programme, counts = programme_and_counts(till.book, till.programmes, now)
            day = store_day(now, programme.zone)
            found = campaign_reports(programme, day, counts, language=words.language)
            if as_json:
                typer.echo(json.dumps([_as_json(one) for one in found], ensure_ascii=False))
                return
            for one in found:
                _say(speaker, programme, one)

    add_doing_reports(group, speaker)
    app.add_typer(group, name="report")


def _say(speaker: Speaker, programme: Programme, one: CampaignReport) -> None:
    words = speaker.words
    state = words(f"cli.campaign_{one.state.value}")
    speaker.say("campaign", name=one.name, id=one.id, state=state, control=one.control)
    for key, text in (("goal", one.goal), ("owner", one.run_by), ("rules", ", ".join(one.rules))):
        if text:
            speaker.say(f"campaign_{key}", text=text)
    for line in one.lines:
        if not line.given and line.budget is None:
            continue
        unit = words(f"cli.campaign_{line.unit.value}")
        given = _figure(programme, one, line, line.given)
        if line.budget is None:
            speaker.say("campaign_given", unit=unit, given=given)
            continue
        budget = _figure(programme, one, line, line.budget)
        code = f"campaign_budget_{line.alert}" if line.alert else "campaign_budget"
        speaker.say(code, unit=unit, given=given, budget=budget, percent=line.percent)


def _figure(programme: Programme, one: CampaignReport, line: BudgetLine, amount: int) -> str:
    if line.unit is LimitUnit.MONEY:
        return format_amount(amount, programme.currency)
    scale = programme.wallet(one.wallet).scale if one.wallet else 0
    decimals = scale if line.unit is LimitUnit.POINTS else 0
    return format_fixed(amount, decimals=decimals, grouping=True)


def _as_json(one: CampaignReport) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "goal": one.goal,
        "owner": one.run_by,
        "state": one.state.value,
        "control": one.control,
        "rules": list(one.rules),
        "budget": [
            {
                "unit": line.unit.value,
                "given": line.given,
                "budget": line.budget,
                "percent": line.percent,
                "alert": line.alert,
            }
            for line in one.lines
        ],
    }
