"""`posloyalty try-out`: a programme over past sales, before anybody is promised anything.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from posloyalty.cli.console import Exit, Speaker, opened
from posloyalty.cli.data_commands import tell_report
from posloyalty.cli.programme_file import read_bytes
from posloyalty.documents.purchase_file import read_purchases as read_rows
from posloyalty.documents.table_out import amount_cell, csv_bytes
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.money import Currency
from posloyalty.domain.values.ratio import BadRatio, Ratio
from posloyalty.insight.try_out_report import TryOutReport
from posloyalty.insight.try_out_run import Past, TriedOut, tried_out
from posloyalty.insight.try_out_told import told
from posloyalty.services.programmes.at_cost import AtCost, Of
from posloyalty.services.programmes.past_sales import (
    count_sales,
    sales_of_book,
    sales_of_purchases,
    tax_classes_of_book,
)
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.programmes.replay import TAX, read_purchases
from posloyalty.services.programmes.try_out import MemberOutcome

# What `--json` says of a report and its parts; programs read these names.
TOTALS = (
    "version",
    "members",
    "sales",
    "gross_minor",
    "cost_minor",
    "offers_minor",
    "redeemed_minor",
    "paid_minor",
    "liability_minor",
    "shop_cost_minor",
)
WALLETS = ("wallet", "issued", "redeemed", "expired", "held", "liability_minor")
SEGMENTS = (
    "by",
    "name",
    "members",
    "sales",
    "gross_minor",
    "cost_minor",
    "shop_cost_minor",
    "benefit_minor",
)
CHANGES = ("by", "name", "members", "gain", "lose", "gained_minor", "lost_minor")
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
    "shop_cost",
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
            if members is not None:
                _write_members(members, found.outcomes[0], rules[0])
            if as_json:
                data = _as_data(found, rules[0].currency, refused=source.refused)
                typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
            else:
                for line in told(found, rules, words):
                    typer.echo(line)


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

    lines = (
        (
            one.member,
            str(one.sales),
            amount_cell(one.gross_minor, money),
            amount_cell(one.offers_minor, money),
            amount_cell(one.redeemed_minor, money),
            amount_cell(one.paid_minor, money),
            str(one.issued.get(wallet, 0)),
            str(one.expired.get(wallet, 0)),
            str(one.held.get(wallet, 0)),
            amount_cell(one.worth_minor, money),
            amount_cell(one.shop_cost_minor, money),
            one.tier,
        )
        for one in outcomes
    )
    texts = [COLUMNS.index("member"), COLUMNS.index("tier")]
    path.write_bytes(csv_bytes((COLUMNS, *lines), texts=texts))


def _as_data(found: TriedOut, money: Currency, *, refused: int) -> dict[str, object]:
    """The whole answer with money in minor units, for programs."""
    data: dict[str, object] = {
        "as_of": found.day.isoformat(),
        "currency": money.code,
        "refused": refused,
        "programmes": [_report_data(one) for one in found.reports],
    }
    change = found.change
    if change is not None:
        data["difference"] = {
            "cost_minor": change.cost_minor,
            "liability_minor": change.liability_minor,
            "shop_cost_minor": change.shop_cost_minor,
            "changes": [_named(part, CHANGES) for part in change.changes],
        }
    return data


def _report_data(report: TryOutReport) -> dict[str, object]:
    return {
        "id": report.programme_id,
        **_named(report, TOTALS),
        "wallets": [
            {
                **_named(wallet, WALLETS),
                "redemption": str(wallet.redemption),
                "breakage": str(wallet.breakage),
            }
            for wallet in report.wallets
        ],
        "tiers": dict(report.tiers),
        "given": dict(report.given),
        "at_cost": None if report.costs is None else _cost_data(report.costs),
        "segments": [_named(part, SEGMENTS) for part in report.segments],
    }


def _cost_data(costs: AtCost) -> dict[str, object]:
    """What is known of costs, by who stands for it; "" is the shop itself."""
    return {
        "given_minor": costs.given_minor,
        "instead_minor": costs.instead_minor,
        "funders": [
            {
                "funder": who,
                "given_minor": costs.given.get(who, 0),
                **{f"{what}_minor": costs.of(what, who) for what in Of},
            }
            for who in costs.funders()
        ],
    }


def _named(figures: object, names: tuple[str, ...]) -> dict[str, object]:
    """Figures under the names that they have in the report."""
    return {name: getattr(figures, name) for name in names}
