"""What head office does by hand: snapshots of members, rows of partners, grants to causes.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from posloyalty.cli.console import Exit, Speaker, manager, opened
from posloyalty.documents.table_file import read_table
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.works.causes import PERIOD
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.partner import Partner
from posloyalty.domain.values.fixed_point import BadNumber, parse_fixed
from posloyalty.domain.values.money import BadAmount, format_amount, parse_amount
from posloyalty.services.members.partners import PartnerRow
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.till import Till

COLUMNS = ("row", "phone", "points")


def add_office_commands(app: typer.Typer, speaker: Speaker) -> None:
    """Add the commands to the console."""
    words = speaker.words
    book_option = typer.Option("--book", help=words("cli.help_book"))

    @app.command("snapshot", help=words("cli.help_snapshot"))
    def _snapshot(
        book: Annotated[Path, book_option],
        since: Annotated[datetime, typer.Option("--since", help=words("cli.help_first_day"))],
    ) -> None:
        with speaker.faults(), opened(book) as till:
            changed = till.snapshots.compute(since.date(), manager(till))
            speaker.say("snapshot_taken", n=changed)

    @app.command("partner-rows", help=words("cli.help_partner_rows"))
    def _rows(
        file: Annotated[Path, typer.Argument(help=words("cli.help_table"))],
        partner: Annotated[str, typer.Option("--partner", help=words("cli.help_partner"))],
        book: Annotated[Path, book_option],
    ) -> None:
        with speaker.faults(), opened(book) as till:
            refused = _take_rows(speaker, till, file, partner)
        if refused:
            raise typer.Exit(Exit.FOUND)

    @app.command("grant", help=words("cli.help_grant"))
    def _grant(
        cause: Annotated[str, typer.Argument(help=words("cli.help_cause"))],
        period: Annotated[str, typer.Option("--period", help=words("cli.help_period"))],
        book: Annotated[Path, book_option],
        profit: Annotated[str, typer.Option("--profit", help=words("cli.help_profit"))] = "",
    ) -> None:
        with speaker.faults(), opened(book) as till:
            recorded = Recorded(
                what=cause,
                amount_minor=_amount(_programme(till), profit) if profit else 0,
                evidence=((PERIOD, period),),
            )
            happening = Happening(trigger=Trigger.RUN, recorded=recorded)
            acted = till.acts.record(happening, manager(till))
            money = _programme(till).currency
            for told in acted.told:
                facts = dict(told.facts)
                facts["amount_minor"] = format_amount(int(facts["amount_minor"]), money)
                typer.echo(words(f"told.{told.code}", **facts))


def _take_rows(speaker: Speaker, till: Till, file: Path, partner_id: str) -> int:
    """Book every row; returns how many were refused, each of which is told."""
    programme, who = _programme(till), manager(till)
    partner = programme.find(Partner, partner_id)
    if partner is None:
        raise ServiceRefusal("NO_SUCH_PARTNER", name=partner_id)
    scale = programme.wallet(partner.wallet).scale
    taken = refused = 0
    for row in read_table(file):
        number, phone, text = (row.cells.get(name, "") for name in COLUMNS)
        member_id = till.members.by_phone(phone) or till.members.by_card(phone)
        try:
            if member_id is None:
                raise ServiceRefusal("NO_SUCH_MEMBER")
            points = parse_fixed(text, decimals=scale)
            given = PartnerRow(partner=partner_id, row=number, member_id=member_id, points=points)
            till.partners.report(given, who)
            taken += 1
        except BadNumber:
            refused += 1
            speaker.say("bad_row", line=row.line, finding=text)
        except ServiceRefusal as fault:
            refused += 1
            finding = speaker.text("refusal", fault.reason, fault.facts)
            speaker.say("bad_row", line=row.line, finding=finding)
    speaker.say("rows_taken", taken=taken, refused=refused)
    return refused


def _programme(till: Till) -> Programme:
    with till.book.read() as reader:
        found = till.programmes.at(reader, till.clock.now())
    if found is None:
        raise ServiceRefusal("NO_PROGRAMME")
    return found


def _amount(programme: Programme, text: str) -> int:
    try:
        return parse_amount(text, programme.currency)
    except BadAmount:
        raise typer.BadParameter(text) from None
