"""`posloyalty report referrals`, `surveys`, `draw`, `ends`: what came of what members do and have.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from typer.models import ArgumentInfo, OptionInfo

from posloyalty.cli.console import Exit, Speaker, opened
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.money import currency, format_amount
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.services.programmes.wind_up import Ended


@dataclass(frozen=True, slots=True)
class _Options:
    """What every report is asked with: which book, as JSON or in words, and of what."""

    book: OptionInfo
    as_json: OptionInfo
    id: ArgumentInfo


def add_doing_reports(group: typer.Typer, speaker: Speaker) -> None:
    """Add the reports to the group `report`."""
    words = speaker.words
    options = _Options(
        book=typer.Option("--book", help=words("cli.help_book")),
        as_json=typer.Option("--json", help=words("cli.help_json")),
        id=typer.Argument(help=words("cli.help_declared")),
    )
    _add_referrals(group, speaker, options)
    _add_survey(group, speaker, options)
    _add_draw(group, speaker, options)
    _add_ends(group, speaker, options)


def _add_referrals(group: typer.Typer, speaker: Speaker, options: _Options) -> None:
    words = speaker.words

    @group.command("referrals", help=words("cli.help_report_referrals"))
    def _referrals(
        referral: Annotated[str, options.id],
        book: Annotated[Path, options.book],
        as_json: Annotated[bool, options.as_json] = False,
    ) -> None:
        with speaker.faults(), opened(book) as till:
            rows = till.doings.referrals.report(referral)
            told = [
                {
                    "code": one.code,
                    "member": one.referrer.hex(),
                    "captured": one.captured,
                    "pending": one.pending,
                    "rewarded": one.rewarded,
                    "reversed": one.reversed,
                }
                for one in rows
            ]
            if as_json:
                typer.echo(json.dumps(told))
                return
            for row in told:
                speaker.say("referral_code", **row)


def _add_survey(group: typer.Typer, speaker: Speaker, options: _Options) -> None:
    words = speaker.words

    @group.command("survey", help=words("cli.help_report_survey"))
    def _survey(
        survey: Annotated[str, options.id],
        book: Annotated[Path, options.book],
        as_json: Annotated[bool, options.as_json] = False,
    ) -> None:
        with speaker.faults(), opened(book) as till:
            found = till.doings.voices.scores(survey)
            if as_json:
                told = [
                    {
                        "question": one.question.id,
                        "kind": one.question.scale.value,
                        "answers": one.answers,
                        "figure": None if one.figure is None else _decimal(one.figure),
                        "scores": {str(score): n for score, n in one.counts.items()},
                    }
                    for one in found
                ]
                typer.echo(json.dumps(told))
                return
            for one in found:
                speaker.say(
                    "survey_question",
                    name=one.question.names.in_language(words.language),
                    kind=one.question.scale.value.upper(),
                    answers=one.answers,
                    figure="-" if one.figure is None else _decimal(one.figure),
                )


def _add_draw(group: typer.Typer, speaker: Speaker, options: _Options) -> None:
    words = speaker.words

    @group.command("draw", help=words("cli.help_report_draw"))
    def _draw(
        draw: Annotated[str, options.id],
        book: Annotated[Path, options.book],
        as_json: Annotated[bool, options.as_json] = False,
    ) -> None:
        with speaker.faults(), opened(book) as till:
            proof = till.doings.attend.proof(draw)
            told = {
                "commitment": proof.commitment,
                "seed": proof.seed,
                "digest": proof.digest,
                "entries": len(proof.entries),
                "winners": " ".join(f"{prize}:{entry}" for prize, entry in proof.winners),
                "holds": proof.holds,
            }
        if as_json:
            typer.echo(json.dumps(told))
        else:
            speaker.say("draw_proof", **told)
            speaker.say("draw_holds" if proof.holds else "draw_fails")
        if not proof.holds:
            raise typer.Exit(Exit.FOUND)


def _decimal(figure: Ratio) -> str:
    """With two decimals, for people."""
    return format_fixed(figure.apply(100, Rounding.HALF_UP), decimals=2, grouping=False)


def _add_ends(group: typer.Typer, speaker: Speaker, options: _Options) -> None:
    words = speaker.words

    @group.command("ends", help=words("cli.help_report_ends"))
    def _ends(
        book: Annotated[Path, options.book],
        as_json: Annotated[bool, options.as_json] = False,
    ) -> None:
        with speaker.faults(), opened(book) as till:
            ends = till.winding_up.ends()
            money = till.shop.details().currency
            if as_json:
                typer.echo(json.dumps([_end_told(one) for one in ends], ensure_ascii=False))
                return
            owed = [(one, sum(minor for _, _, minor in one.worth)) for one in ends]
            for one, minor in owed:
                if minor:
                    amount = format_amount(minor, currency(money))
                    name = one.name or one.member_id.hex()
                    speaker.say("end_owed", day=one.day.isoformat(), name=name, amount=amount)
            total = format_amount(sum(minor for _, minor in owed), currency(money))
            members = len({one.member_id for one in ends})
            speaker.say("ends_in_all", members=members, amount=total, currency=money)


def _end_told(one: Ended) -> dict[str, object]:
    return {
        "member": one.member_id.hex(),
        "name": one.name,
        "day": one.day.isoformat(),
        "worth": [
            {"wallet": wallet, "points": points, "minor": minor}
            for wallet, points, minor in one.worth
        ],
    }
