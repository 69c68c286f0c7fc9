"""`posloyalty replay`: past purchases rung into a book, and what they came to.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

import json
from collections.abc import Sequence
from dataclasses import astuple, fields
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from posloyalty.cli.console import Exit, Speaker, create_till, manager, open_till
from posloyalty.cli.data_commands import tell_report
from posloyalty.cli.programme_file import read_bytes
from posloyalty.documents.purchase_file import file_hash
from posloyalty.documents.purchase_file import read_purchases as read_rows
from posloyalty.documents.table_out import csv_bytes
from posloyalty.domain.programme.definition import Programme
from posloyalty.services.book.first_run import FirstRunAnswers
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.programmes.replay import TAX, Purchase, Replay, Replayed, read_purchases
from posloyalty.services.programmes.replay_totals import MemberTotal, totals
from posloyalty.services.shop.shop_settings import ShopDetails
from posloyalty.services.till import Till
from posloyalty.system import SystemChance

# A replay's book is opened with its recovery code: nobody is told this PIN.
PIN_DIGITS = 8


def add_replay_command(app: typer.Typer, speaker: Speaker) -> None:
    """Add the command to the console."""
    words = speaker.words

    @app.command("replay", help=words("cli.help_replay"))
    def _replay(
        file: Annotated[Path, typer.Argument(help=words("cli.help_purchases"))],
        programme: Annotated[Path, typer.Option(help=words("cli.help_programme"))],
        book: Annotated[Path, typer.Option("--book", help=words("cli.help_book"))],
        as_json: Annotated[bool, typer.Option("--json", help=words("cli.help_json"))] = False,
        members: Annotated[Path | None, typer.Option(help=words("cli.help_members"))] = None,
        as_of: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help=words("cli.help_as_of"))
        ] = None,
    ) -> None:
        with speaker.faults():
            data = read_bytes(speaker, programme)
            rules = read_programme(data)
            purchases, report = read_purchases(read_rows(file), rules.currency)
            tell_report(speaker, report)
            if not purchases:
                speaker.tell(words("cli.nothing_to_ring"))
                raise typer.Exit(Exit.FILE)
            till = _book(speaker, book, rules)
            try:
                done = _run(speaker, till, purchases, file_hash(file), data)
                day = purchases[-1].day if as_of is None else as_of.date()
                found = totals(till.book, rules, done.members, day)
            finally:
                till.close()
            if members is not None:
                _write_members(members, found)
            _say_totals(speaker, done, found, day, refused=report.refused, as_json=as_json)
            if report.refused:
                raise typer.Exit(Exit.FOUND)


def _book(speaker: Speaker, folder: Path, programme: Programme) -> Till:
    """The book in the folder; where there is none, a new one with the programme's money and zone.

    A new one's recovery code is told, because nobody chose its manager's PIN.
    """
    if (folder / "till.book").exists():
        return open_till(folder)
    drawn = int.from_bytes(SystemChance().token_bytes(8), "big")
    answers = FirstRunAnswers(
        shop=ShopDetails(
            name="Replay",
            store_code="R1",
            store_name="Replay",
            till_code="T1",
            currency=programme.currency.code,
            timezone=str(programme.zone),
            language=speaker.words.language,
        ),
        manager_name="Replay",
        manager_pin=f"{drawn % 10**PIN_DIGITS:0{PIN_DIGITS}d}",
        tax_classes=(TAX,),
    )
    till, created = create_till(folder, answers)
    speaker.tell(speaker.words("cli.made", place=folder))
    speaker.tell(speaker.words("cli.recovery_code", code=created.recovery_code))
    return till


def _run(
    speaker: Speaker, till: Till, purchases: Sequence[Purchase], input_hash: bytes, data: bytes
) -> Replayed:
    replay = Replay(
        book=till.book, ids=till.ids, check_out=till.check_out, programmes=till.programmes
    )
    with speaker.bar("ringing") as step:
        return replay.run(
            purchases,
            input_hash=input_hash,
            programme=data,
            operator=manager(till),
            progress=step,
        )


def _write_members(path: Path, found: Sequence[MemberTotal]) -> None:
    head = tuple(one.name for one in fields(MemberTotal))
    lines = (tuple(map(str, astuple(one))) for one in found)
    path.write_bytes(csv_bytes((head, *lines), texts=[head.index("member"), head.index("tier")]))


def _say_totals(
    speaker: Speaker,
    done: Replayed,
    found: Sequence[MemberTotal],
    day: date,
    *,
    refused: int,
    as_json: bool,
) -> None:
    tiers: dict[str, int] = {}
    for one in found:
        if one.tier:
            tiers[one.tier] = tiers.get(one.tier, 0) + 1
    told: dict[str, object] = {
        "as_of": day.isoformat(),
        "rows": done.rows,
        "refused": refused,
        "rung": done.rung,
        "members": len(found),
        "earned": sum(one.earned for one in found),
        "expired": sum(one.expired for one in found),
        "balance": sum(one.balance for one in found),
    }
    if as_json:
        typer.echo(json.dumps({**told, "tiers": tiers}, indent=2))
        return
    speaker.say("replayed", **told)
    for tier, count in sorted(tiers.items()):
        speaker.say("replayed_tier", tier=tier, n=count)
