"""`posloyalty report ...`: figures of a book for people who run the programme.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from posloyalty.cli.console import Speaker, opened
from posloyalty.cli.doing_reports import add_doing_reports
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.money import currency, format_amount
from posloyalty.insight.campaign_report import BudgetLine, CampaignReport, campaign_reports
from posloyalty.insight.settlement import Settlement, settle
from posloyalty.services.doings.shared_counts import programme_and_counts


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

    @group.command("settlement", help=words("cli.help_report_settlement"))
    def _settlement(
        book: Annotated[Path, book_option],
        first: Annotated[datetime, typer.Option("--from", help=words("cli.help_first_day"))],
        last: Annotated[datetime, typer.Option("--through", help=words("cli.help_last_day"))],
        as_json: Annotated[bool, json_option] = False,
    ) -> None:
        with speaker.faults(), opened(book) as till:
            programme, counts = programme_and_counts(till.book, till.programmes, till.clock.now())
            found = settle(programme, counts, first.date(), last.date(), language=words.language)
            if as_json:
                typer.echo(json.dumps(_settled_json(found), ensure_ascii=False))
            else:
                _say_settlement(speaker, programme, found)

    add_doing_reports(group, speaker)
    app.add_typer(group, name="report")


def _say_settlement(speaker: Speaker, programme: Programme, found: Settlement) -> None:
    scales = {wallet.id: wallet.scale for wallet in programme.wallets}

    def points(wallet: str, amount: int) -> str:
        return format_fixed(amount, decimals=scales[wallet], grouping=True)

    for line in found.lines:
        speaker.say(
            "partner_receives" if line.pays_minor < 0 else "partner_pays",
            name=line.name,
            id=line.partner,
            money=format_amount(abs(line.pays_minor), line.currency, symbol=True),
        )
        speaker.say(
            "partner_points",
            wallet=line.wallet,
            issued=points(line.wallet, line.issued),
            reversed=points(line.wallet, line.reversed),
            redeemed=points(line.wallet, line.redeemed),
            restored=points(line.wallet, line.restored),
            spent=points(line.wallet, line.spent),
        )
    for code, minor in found.operator:
        speaker.say("operator_has", money=format_amount(minor, currency(code), symbol=True))
    for wallet, left in found.outstanding:
        speaker.say("points_outstanding", wallet=wallet, points=points(wallet, left))


def _settled_json(found: Settlement) -> dict[str, object]:
    return {
        "from": found.first.isoformat(),
        "through": found.last.isoformat(),
        "partners": [
            {
                "id": line.partner,
                "name": line.name,
                "wallet": line.wallet,
                "currency": line.currency.code,
                "issued": line.issued,
                "reversed": line.reversed,
                "redeemed": line.redeemed,
                "restored": line.restored,
                "spent": line.spent,
                "pays_minor": line.pays_minor,
            }
            for line in found.lines
        ],
        "operator": dict(found.operator),
        "outstanding": dict(found.outstanding),
    }


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
    if line.unit in (LimitUnit.MONEY, LimitUnit.SHOP_COST):
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
