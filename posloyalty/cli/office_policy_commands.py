"""`posloyalty headoffice ... policy`: what tills may hand out by themselves, set by two people.

Annotations are evaluated here, as in `headoffice_commands`.
"""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from posloyalty.cli.console import Speaker
from posloyalty.cli.office_deciding import Deciding, add_deciding
from posloyalty.cli.office_door import opened_office_of, prove
from posloyalty.domain.values.money import (
    BadAmount,
    Currency,
    currency,
    format_amount,
    parse_amount,
)
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.risk_policy import RiskPolicy

if TYPE_CHECKING:
    from posloyalty.headoffice.running.opening import OpenOffice

EACH_SHOP = "-"
"""What is typed in place of an amount to leave goods of other tills to each shop."""


def add_policy_commands(office: typer.Typer, speaker: Speaker) -> None:
    """Add the group `policy` to head office's commands."""
    words = speaker.words
    group = typer.Typer(help=words("cli.help_policy"), no_args_is_help=True)
    office.add_typer(group, name="policy")
    _add_show(group, speaker)
    _add_propose(group, speaker)
    _add_deciding(group, speaker)


def _add_show(group: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words

    @group.command("show", help=words("cli.help_policy_show"))
    def _show(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            money = _money(found)
            _tell(speaker, found.policies.current(), money)
            for row in found.policies.proposals():
                state = words(f"console.publication_{row.state}")
                who = ", ".join(one for one in (row.proposed_by, row.decided_by) if one)
                speaker.say("policy_row", number=row.number, state=state, who=who)


def _add_propose(group: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words
    acting = typer.Option("--as", help=words("cli.help_acting_as"))
    code_option = typer.Option("--code", help=words("cli.help_acting_code"))

    def option(name: str) -> Any:
        return typer.Option(f"--{name}", help=words(f"cli.help_policy_{name.replace('-', '_')}"))

    @group.command("propose", help=words("cli.help_policy_propose"))
    def _propose(
        context: typer.Context,
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
        floor: Annotated[str, option("floor")] = "",
        till_day: Annotated[str, option("till-day")] = "",
        store_day: Annotated[str, option("store-day")] = "",
        override: Annotated[str, option("override")] = "",
        override_day: Annotated[str, option("override-day")] = "",
        voucher: Annotated[str, option("voucher")] = "",
        lease: Annotated[str, option("lease")] = "",
        returns: Annotated[str, option("returns")] = "",
        stale_hours: Annotated[int, typer.Option(help=words("cli.help_policy_stale"))] = -1,
        sale_points: Annotated[int, typer.Option(help=words("cli.help_policy_sale_points"))] = -1,
        day_points: Annotated[int, typer.Option(help=words("cli.help_policy_day_points"))] = -1,
        cards: Annotated[
            bool | None,
            typer.Option("--cards/--no-cards", help=words("cli.help_policy_cards")),
        ] = None,
        member_debt: Annotated[
            bool | None,
            typer.Option("--member-debt/--no-member-debt", help=words("cli.help_policy_debt")),
        ] = None,
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            prove(speaker, found, who, code, "publish")
            money = _money(found)
            amounts = {
                "floor_minor": floor,
                "till_day_minor": till_day,
                "store_day_minor": store_day,
                "override_minor": override,
                "override_day_minor": override_day,
                "voucher_face_minor": voucher,
                "lease_minor": lease,
            }
            counts = {"sale_points": sale_points, "till_day_points": day_points}
            changed: dict[str, Any] = {
                **{key: _amount(text, money) for key, text in amounts.items() if text},
                **{key: n for key, n in counts.items() if n >= 0},
            }
            if returns:
                each = returns == EACH_SHOP
                changed["returns_minor"] = None if each else _amount(returns, money)
            if stale_hours >= 0:
                changed["stale_after"] = timedelta(hours=stale_hours)
            if cards is not None:
                changed["card_offline"] = cards
            if member_debt is not None:
                changed["member_debt"] = member_debt
            policy = replace(found.policies.current(), **changed)
            number = found.policies.propose(policy, by=who)
            _tell(speaker, policy, money)
            speaker.say("policy_proposed", number=number)


def _add_deciding(group: typer.Typer, speaker: Speaker) -> None:
    def approve(found: "OpenOffice", number: int, who: str) -> None:
        speaker.say("policy_approved", version=found.policies.approve(number, by=who))

    def withdraw(found: "OpenOffice", number: int, who: str) -> None:
        found.policies.withdraw(number, by=who)
        speaker.say("policy_withdrawn", number=number)

    deciding = Deciding(area="policy", right="publish", approve=approve, withdraw=withdraw)
    add_deciding(group, speaker, deciding)


def _tell(speaker: Speaker, policy: RiskPolicy, money: Currency) -> None:
    """The whole policy, a line a rule."""

    def shown(minor: int) -> str:
        return f"{format_amount(minor, money)} {money.code}"

    words = speaker.words
    speaker.say(
        "policy_told",
        version=policy.version,
        floor=shown(policy.floor_minor),
        till_day=shown(policy.till_day_minor),
        store_day=shown(policy.store_day_minor),
        override=shown(policy.override_minor),
        override_day=shown(policy.override_day_minor),
        voucher=shown(policy.voucher_face_minor),
        lease=shown(policy.lease_minor),
        returns=words("policy.each_shop")
        if policy.returns_minor is None
        else shown(policy.returns_minor),
        hours=policy.stale_after // timedelta(hours=1),
        cards=words(f"cli.policy_{'yes' if policy.card_offline else 'no'}"),
        debt=words(f"cli.policy_{'yes' if policy.member_debt else 'no'}"),
        sale_points=policy.sale_points,
        day_points=policy.till_day_points,
    )


def _money(found: "OpenOffice") -> Currency:
    """The money of the programme in effect; of the store's where nothing is published, yuan."""
    running = found.publishing.running()
    return currency("CNY") if running is None else read_programme(running).currency


def _amount(text: str, money: Currency) -> int:
    try:
        minor = parse_amount(text, money)
    except BadAmount:
        raise ServiceRefusal("BAD_AMOUNT", given=text) from None
    if minor < 0:
        raise ServiceRefusal("BAD_AMOUNT", given=text)
    return minor
