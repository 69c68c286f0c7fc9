"""`posloyalty try-out`: a programme over past sales, before anybody is promised anything.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from posloyalty.cli.console import Exit, Speaker, opened
from posloyalty.cli.data_commands import tell_report
from posloyalty.cli.programme_file import read_bytes
from posloyalty.documents.purchase_file import read_purchases as read_rows
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.money import Currency, format_amount
from posloyalty.domain.values.ratio import BadRatio, Ratio
from posloyalty.insight.try_out_report import Comparison, TryOutReport
from posloyalty.insight.try_out_run import Past, tried_out
from posloyalty.services.past_sales import (
    count_sales,
    sales_of_book,
    sales_of_purchases,
    tax_classes_of_book,
)
from posloyalty.services.programmes import read_programme
from posloyalty.services.replay import TAX, read_purchases
from posloyalty.services.try_out import MemberOutcome

COLUMNS = (
    "member",
    "sales",
    "gross",
    "offers",
    "redeemed",
    "paid",
    "issued",
    "expired",
    "held",
    "worth",
    "tier",
)


@dataclass(frozen=True, slots=True)
class _Source:
    """Past sales, and how many rows of their file were refused."""

    past: Past
    refused: int


def add_try_out_command(app: typer.Typer, speaker: Speaker) -> None:
    """Add the command to the console."""
    words = speaker.words

    @app.command("try-out", help=words("cli.help_try_out"))
    def _try_out(
        programme: Annotated[Path, typer.Argument(help=words("cli.help_programme"))],
        sales: Annotated[Path, typer.Option("--sales", help=words("cli.help_past_sales"))],
        against: Annotated[Path | None, typer.Option(help=words("cli.help_against"))] = None,
        redeemers: Annotated[str, typer.Option(help=words("cli.help_redeemers"))] = "0%",
        as_of: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help=words("cli.help_as_of"))
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help=words("cli.help_json"))] = False,
        members: Annotated[Path | None, typer.Option(help=words("cli.help_members"))] = None,
    ) -> None:
        with speaker.faults():
            files = [programme, *([] if against is None else [against])]
            rules = [read_programme(read_bytes(speaker, file)) for file in files]
            share = _share(redeemers)
            with _past_sales(speaker, sales, rules[0]) as source, speaker.bar("trying_out") as step:
                found = tried_out(
                    rules,
                    source.past,
                    redeemers=share,
                    as_of=None if as_of is None else as_of.date(),
                    progress=step,
                )
            reports, change, day = found.reports, found.change, found.day
            if members is not None:
                _write_members(members, found.outcomes[0], rules[0])
            if as_json:
                told = _as_data(reports, change, day, rules[0].currency, refused=source.refused)
                typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
            else:
                _say(speaker, reports, change, day, rules[0])


def _share(text: str) -> Ratio:
    try:
        share = Ratio.parse(text)
    except BadRatio:
        share = Ratio(-1)
    if not 0 <= share <= 1:
        raise typer.BadParameter(text)
    return share


@contextmanager
def _past_sales(speaker: Speaker, path: Path, programme: Programme) -> Iterator[_Source]:
    """The sales of a book's folder, or of a file of purchases."""
    if path.is_dir():
        with opened(path) as till, till.book.read() as reader:
            taxes = tax_classes_of_book(reader)
            yield _Source(Past(sales_of_book(reader), count_sales(reader), taxes), 0)
        return
    purchases, judged = read_purchases(read_rows(path), programme.currency)
    tell_report(speaker, judged)
    if not purchases:
        speaker.tell(speaker.words("cli.nothing_to_ring"))
        raise typer.Exit(Exit.FILE)
    found = sales_of_purchases(purchases, programme)
    yield _Source(Past(found, len(purchases), {TAX.code: TAX}), judged.refused)


def _write_members(path: Path, outcomes: Sequence[MemberOutcome], programme: Programme) -> None:
    wallet = programme.wallets[0].id
    money = programme.currency

    def text(minor: int) -> str:
        return format_amount(minor, money, grouping=False)

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for one in outcomes:
            writer.writerow(
                (
                    one.member,
                    one.sales,
                    text(one.gross_minor),
                    text(one.offers_minor),
                    text(one.redeemed_minor),
                    text(one.paid_minor),
                    one.issued.get(wallet, 0),
                    one.expired.get(wallet, 0),
                    one.held.get(wallet, 0),
                    text(one.worth_minor),
                    one.tier,
                )
            )


def _as_data(
    reports: Sequence[TryOutReport],
    change: Comparison | None,
    day: date,
    money: Currency,
    *,
    refused: int,
) -> dict[str, object]:
    """The whole answer with money in minor units, for programs."""
    told: dict[str, object] = {
        "as_of": day.isoformat(),
        "currency": money.code,
        "refused": refused,
        "programmes": [
            {
                "id": one.programme_id,
                "version": one.version,
                "members": one.members,
                "sales": one.sales,
                "gross_minor": one.gross_minor,
                "cost_minor": one.cost_minor,
                "offers_minor": one.offers_minor,
                "redeemed_minor": one.redeemed_minor,
                "paid_minor": one.paid_minor,
                "liability_minor": one.liability_minor,
                "wallets": [
                    {
                        "wallet": wallet.wallet,
                        "issued": wallet.issued,
                        "redeemed": wallet.redeemed,
                        "expired": wallet.expired,
                        "held": wallet.held,
                        "liability_minor": wallet.liability_minor,
                        "redemption": str(wallet.redemption),
                        "breakage": str(wallet.breakage),
                    }
                    for wallet in one.wallets
                ],
                "tiers": dict(one.tiers),
                "given": dict(one.given),
                "segments": [
                    {
                        "by": part.by,
                        "name": part.name,
                        "members": part.members,
                        "sales": part.sales,
                        "gross_minor": part.gross_minor,
                        "cost_minor": part.cost_minor,
                        "benefit_minor": part.benefit_minor,
                    }
                    for part in one.segments
                ],
            }
            for one in reports
        ],
    }
    if change is not None:
        told["difference"] = {
            "cost_minor": change.cost_minor,
            "liability_minor": change.liability_minor,
            "changes": [
                {
                    "by": part.by,
                    "name": part.name,
                    "members": part.members,
                    "gain": part.gain,
                    "lose": part.lose,
                    "gained_minor": part.gained_minor,
                    "lost_minor": part.lost_minor,
                }
                for part in change.changes
            ],
        }
    return told


def _say(
    speaker: Speaker,
    reports: Sequence[TryOutReport],
    change: Comparison | None,
    day: date,
    programme: Programme,
) -> None:
    money = programme.currency

    def text(minor: int) -> str:
        return format_amount(minor, money, symbol=True)

    for one in reports:
        speaker.say(
            "try_out_programme",
            id=one.programme_id,
            version=one.version,
            sales=one.sales,
            members=one.members,
            day=day.isoformat(),
        )
        speaker.say(
            "try_out_money",
            gross=text(one.gross_minor),
            offers=text(one.offers_minor),
            redeemed=text(one.redeemed_minor),
            cost=text(one.cost_minor),
            liability=text(one.liability_minor),
        )
        for wallet in one.wallets:
            speaker.say(
                "try_out_wallet",
                wallet=wallet.wallet,
                issued=wallet.issued,
                redeemed=wallet.redeemed,
                expired=wallet.expired,
                held=wallet.held,
            )
        for part in one.segments:
            speaker.say(
                "try_out_segment",
                group=_group(speaker, part.by, part.name),
                members=part.members,
                gross=text(part.gross_minor),
                cost=text(part.cost_minor),
                benefit=text(part.benefit_minor),
            )
        for given, count in one.given.items():
            speaker.say("try_out_given", what=given, n=count)
    if change is not None:
        speaker.say(
            "try_out_difference",
            cost=text(change.cost_minor),
            liability=text(change.liability_minor),
        )
        for moved in change.changes:
            speaker.say(
                "try_out_change",
                group=_group(speaker, moved.by, moved.name),
                gain=moved.gain,
                gained=text(moved.gained_minor),
                lose=moved.lose,
                lost=text(moved.lost_minor),
            )


def _group(speaker: Speaker, by: str, name: str) -> str:
    if by == "all":
        return speaker.words("cli.group_all")
    if by == "spend":
        return speaker.words("cli.group_spend", n=name)
    return speaker.words("cli.group_tier", tier=name) if name else speaker.words("cli.group_base")
