"""`posloyalty risk`: what other leases and floors would have cost, from the journals themselves.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from posloyalty.cli.console import Speaker, opened
from posloyalty.cli.office_door import DATABASE_VARIABLE, OfficePlace, opened_at
from posloyalty.cli.programme_file import read_bytes
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.wallet import Spend, Wallet
from posloyalty.domain.values.money import BadAmount, parse_amount
from posloyalty.domain.values.ratio import BadRatio, Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.insight.past_visits import OutageHabits, Visit, visits_in
from posloyalty.insight.risk_dial import Chain, Dialled, Setting, dialled
from posloyalty.insight.risk_settings import (
    LEASES_USUAL,
    outages_of,
    settings_of,
    spendable,
    usual_floors,
    usual_most,
)
from posloyalty.insight.risk_told import told_risk
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.journal import genesis_predecessor
from posloyalty.sync.office.memory import MemoryArchive
from posloyalty.sync.risk_policy import RiskPolicy


def add_risk_command(app: typer.Typer, speaker: Speaker) -> None:
    """Add the command to the console."""
    words = speaker.words

    @app.command("risk", help=words("cli.help_risk"))
    def _risk(
        programme: Annotated[Path, typer.Argument(help=words("cli.help_programme"))],
        book: Annotated[Path | None, typer.Option("--book", help=words("cli.help_book"))] = None,
        data: Annotated[
            Path | None, typer.Option("--data", help=words("cli.help_office_data"))
        ] = None,
        database: Annotated[
            str,
            typer.Option(
                "--database", envvar=DATABASE_VARIABLE, help=words("cli.help_office_database")
            ),
        ] = "",
        wallet: Annotated[str, typer.Option(help=words("cli.help_risk_wallet"))] = "",
        lease: Annotated[list[str] | None, typer.Option(help=words("cli.help_risk_lease"))] = None,
        floor: Annotated[list[str] | None, typer.Option(help=words("cli.help_risk_floor"))] = None,
        lease_most: Annotated[str, typer.Option(help=words("cli.help_risk_lease_most"))] = "",
        outages: Annotated[str, typer.Option(help=words("cli.help_risk_outages"))] = "10%",
        together: Annotated[str, typer.Option(help=words("cli.help_risk_together"))] = "1%",
        minutes: Annotated[int, typer.Option(min=1, help=words("cli.help_risk_minutes"))] = 120,
        again: Annotated[str, typer.Option(help=words("cli.help_risk_again"))] = "1%",
        seed: Annotated[int, typer.Option(help=words("cli.help_risk_seed"))] = 1,
        as_json: Annotated[bool, typer.Option("--json", help=words("cli.help_json"))] = False,
    ) -> None:
        if (book is None) == (data is None):
            raise typer.BadParameter("--book | --data")
        with speaker.faults():
            rules = read_programme(read_bytes(speaker, programme))
            spendable, spend = _wallet(rules, wallet)
            habits = OutageHabits(
                store_per_mille=_per_mille(outages),
                chain_per_mille=_per_mille(together),
                mean_minutes=minutes,
            )
            where = None if data is None else OfficePlace(data, database)
            settings = _settings(rules, _usual(where), lease, floor, lease_most)
            visits = _visits(rules, rules.ledger(spendable.id), book, where)
            chain = Chain(
                visits=visits,
                outages=outages_of(visits, habits, zone=rules.zone, seed=seed),
                spend=spend,
                again_per_mille=_per_mille(again),
                seed=seed,
            )
            found = dialled(chain, settings)
            if as_json:
                typer.echo(json.dumps([_as_data(one) for one in found], indent=2))
            else:
                for line in told_risk(found, chain, rules.currency, words):
                    typer.echo(line)


def _visits(
    programme: Programme, ledger: str, book: Path | None, where: OfficePlace | None
) -> Mapping[bytes, Sequence[Visit]]:
    """What members did, by head office's journals or by a single till's."""
    if where is not None:
        with opened_at(where) as office, office.database.read() as connection:
            kept, tests = office.archive(connection), office.marks.members()
            members = [
                owner
                for owner in kept.owners()
                if owner.hex() not in tests and kept.joined(owner) is not None
            ]
            # Past the archive's memory, which would keep every event of every member.
            return visits_in(
                members, lambda member: kept.events_after(member, 0), ledger, programme.zone
            )
    assert book is not None  # the command asked for one of the two
    with opened(book) as till, till.book.read() as reader:
        facts, journal = reader.facts, MemoryArchive()
        genesis = genesis_predecessor(facts.till_id, facts.certificate)
        journal.enrol(facts.till_id, store=facts.store_code, genesis=genesis)
        journal.receive(facts.till_id, reader.journal.events())
        members = [owner for owner in journal.owners() if journal.joined(owner) is not None]
        return visits_in(members, journal.events_of, ledger, programme.zone)


def _wallet(programme: Programme, wallet_id: str) -> tuple[Wallet, Spend]:
    """The wallet that was named, else the first one whose points pay for something."""
    found = spendable(programme, wallet_id)
    if found is None:
        raise ServiceRefusal("NOTHING_TO_SPEND", wallet=wallet_id or programme.id)
    return found


def _usual(where: OfficePlace | None) -> RiskPolicy:
    """The policy from which the shown settings differ: the one that holds at head office."""
    if where is None:
        return RiskPolicy()
    with opened_at(where) as office:
        return office.policies.current()


def _settings(
    programme: Programme,
    usual: RiskPolicy,
    leases: Sequence[str] | None,
    floors: Sequence[str] | None,
    most: str,
) -> tuple[Setting, ...]:
    """Every pair of a lease and a floor."""
    return settings_of(
        usual,
        LEASES_USUAL if leases is None else [_per_mille(lease) // 10 for lease in leases],
        usual_floors(usual) if floors is None else [_amount(programme, one) for one in floors],
        _amount(programme, most) if most else usual_most(usual),
    )


def _amount(programme: Programme, text: str) -> int:
    try:
        minor = parse_amount(text, programme.currency)
    except BadAmount:
        raise typer.BadParameter(text) from None
    if minor < 0:
        raise typer.BadParameter(text)
    return minor


def _per_mille(text: str) -> int:
    """A share such as 0.5% in thousandths."""
    try:
        share = Ratio.parse(text)
    except BadRatio:
        share = Ratio(-1)
    if not 0 <= share <= 1:
        raise typer.BadParameter(text)
    return share.apply(1000, Rounding.HALF_UP)


def _as_data(one: Dialled) -> dict[str, object]:
    """A position and what it came to, with money in minor units, for programs."""
    figures = asdict(one)
    del figures["setting"]
    setting = one.setting
    return {
        "lease_percent": setting.lease_percent,
        "lease_most_minor": setting.lease_most_minor,
        "floor_minor": setting.policy.floor_minor,
        **figures,
    }
