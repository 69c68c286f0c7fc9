"""The shop's loyalty programme as the settings handle it: ready ones, files, try-outs, installing.

Shape: `ProgrammeDesk` of the settings. A draft is the bytes of a file with what is wrong in it, or
what looks wrong and is used all the same; a
try-out rings the book's own past sales through it and through the programme in effect, on the long
lane, and books nothing. Reports come back as worded lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.money import format_amount
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.services.refusal import ServiceRefusal
from ui.presenters.desks import DraftProgramme, KeptProgramme, TriedOut
from ui.presenters.ports import Progress
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.domain.programme.definition import Programme
    from posloyalty.insight.try_out_report import Comparison, TryOutReport

FILE_BYTES_MOST: Final = 1_000_000
SEGMENTS_SHOWN: Final = 12


class TillProgrammes:
    """The `ProgrammeDesk` of a till."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def kept(self) -> tuple[KeptProgramme, ...]:
        """The programmes of this till, the latest first."""
        language = self._session.words.language
        return tuple(
            KeptProgramme(
                name=one.names.in_language(language),
                version=one.version,
                since=one.effective_from.date(),
                in_effect=one.in_effect,
            )
            for one in self._session.till.programmes.installed()
        )

    def ready(self) -> tuple[str, ...]:
        """The names of the programmes that ship."""
        return shipped()

    def from_ready(self, key: str) -> DraftProgramme:
        """A ready programme in the shop's currency and zone."""
        from posloyalty.services.ready_programmes import fitted

        shop = self._session.till.shop.details()
        data = fitted(shipped_file(key), currency_code=shop.currency, timezone=shop.timezone)
        return self._draft(data)

    def from_file(self, path: str) -> DraftProgramme:
        """A file of one's own, or what is wrong with it. Refuses FILE_TOO_LARGE."""
        file = Path(path)
        if file.stat().st_size > FILE_BYTES_MOST:
            raise ServiceRefusal("FILE_TOO_LARGE", limit=FILE_BYTES_MOST)
        return self._draft(file.read_bytes())

    def try_out(self, draft: DraftProgramme, redeemers: Ratio, progress: Progress) -> TriedOut:
        """Ring the book's past sales through the draft, and through what is in effect."""
        from posloyalty.insight.try_out_run import Past, tried_out
        from posloyalty.services.past_sales import (
            count_sales,
            sales_of_book,
            tax_classes_of_book,
        )
        from posloyalty.services.programmes import read_programme

        till = self._session.till
        rules = [read_programme(draft.data)]
        with till.book.read() as reader:
            effective = till.programmes.at(reader, till.clock.now())
            if (
                effective is not None
                and effective.hash != rules[0].hash
                and effective.currency == rules[0].currency
            ):
                rules.append(effective)
            past = Past(sales_of_book(reader), count_sales(reader), tax_classes_of_book(reader))
            found = tried_out(
                rules, past, redeemers=redeemers, as_of=self._today(), progress=progress
            )
        lines = self._told(found.reports, found.change, rules[0], found.day)
        return TriedOut(sales=found.rung, lines=lines)

    def use(self, draft: DraftProgramme, actor: bytes) -> KeptProgramme:
        """Put a draft in effect from now, or from the first day that it names.

        Refuses PROGRAMME_KEPT when this very file is there already, and PROGRAMME_CURRENCY when it
        is for another currency than the shop's.
        """
        from posloyalty.services.programmes import read_programme

        till = self._session.till
        programme = read_programme(draft.data)
        shop = till.shop.details()
        if programme.currency.code != shop.currency:
            raise ServiceRefusal(
                "PROGRAMME_CURRENCY", given=programme.currency.code, shop=shop.currency
            )
        if any(one.hash == programme.hash for one in till.programmes.installed()):
            raise ServiceRefusal("PROGRAMME_KEPT")
        till.programmes.install(draft.data, actor=actor)
        return self.kept()[0]

    def _draft(self, data: bytes) -> DraftProgramme:
        from posloyalty.insight.draft.draft import read_draft
        from posloyalty.insight.draft.warnings import warnings_of
        from posloyalty.services.programmes import finding_sentences

        words = self._session.words
        read = read_draft(data, self._today())
        if isinstance(read, list):
            return DraftProgramme(data=data, findings=finding_sentences(read, words))
        return DraftProgramme(
            data=data,
            name=read.programme.names.in_language(words.language),
            version=read.programme.version,
            warnings=finding_sentences(warnings_of(read), words, "doubt"),
        )

    def _today(self) -> date:
        till = self._session.till
        return store_day(till.clock.now(), ZoneInfo(till.shop.details().timezone))

    def _told(
        self,
        reports: Sequence[TryOutReport],
        change: Comparison | None,
        programme: Programme,
        day: date,
    ) -> tuple[str, ...]:
        """The report of the draft, and the difference to what is in effect, line by line."""
        words, money = self._session.words, programme.currency
        one = reports[0]

        def text(minor: int) -> str:
            return format_amount(minor, money, symbol=True)

        lines = [
            words(
                "settings.try_money",
                sales=f"{one.sales:,}",
                members=f"{one.members:,}",
                gross=text(one.gross_minor),
                offers=text(one.offers_minor),
                redeemed=text(one.redeemed_minor),
                cost=text(one.cost_minor),
                share=_percent(Ratio(one.cost_minor, one.gross_minor or 1)),
            ),
            words("settings.try_liability", liability=text(one.liability_minor), day=day),
        ]
        scales = {wallet.id: wallet for wallet in programme.wallets}
        for total in one.wallets:
            wallet = scales[total.wallet]
            issued, redeemed, expired, held = (
                format_fixed(points, decimals=wallet.scale, grouping=True)
                for points in (total.issued, total.redeemed, total.expired, total.held)
            )
            lines.append(
                words(
                    "settings.try_wallet",
                    wallet=wallet.names.in_language(words.language),
                    issued=issued,
                    redeemed=redeemed,
                    redemption=_percent(total.redemption),
                    expired=expired,
                    breakage=_percent(total.breakage),
                    held=held,
                )
            )
        lines += [
            words(
                "settings.try_segment",
                group=self._group(part.by, part.name),
                members=f"{part.members:,}",
                gross=text(part.gross_minor),
                cost=text(part.cost_minor),
                benefit=text(part.benefit_minor),
            )
            for part in one.segments[:SEGMENTS_SHOWN]
        ]
        if change is not None:
            lines.append(
                words(
                    "settings.try_difference",
                    cost=text(change.cost_minor),
                    liability=text(change.liability_minor),
                )
            )
            lines += [
                words(
                    "settings.try_change",
                    group=self._group(moved.by, moved.name),
                    gain=f"{moved.gain:,}",
                    gained=text(moved.gained_minor),
                    lose=f"{moved.lose:,}",
                    lost=text(moved.lost_minor),
                )
                for moved in change.changes[:SEGMENTS_SHOWN]
            ]
        return tuple(lines)

    def _group(self, by: str, name: str) -> str:
        words = self._session.words
        if by == "all":
            return words("settings.try_everybody")
        if by == "spend":
            return words("settings.try_fifth", n=name)
        if not name:
            return words("settings.try_base")
        return words("settings.try_level", level=name)


def shipped() -> tuple[str, ...]:
    """The names of the ready programmes that ship."""
    import resources
    from posloyalty.services.ready_programmes import ready_keys

    return ready_keys(file.stem for file in resources.path("programmes").glob("*.toml"))


def shipped_file(key: str) -> bytes:
    """One of them as it ships."""
    import resources

    return resources.read(f"programmes/{key}.toml")


def _percent(share: Ratio) -> str:
    """A share with one decimal: 12.5 %."""
    tenths = share.apply(1000, Rounding.HALF_UP)
    return f"{format_fixed(tenths, decimals=1, grouping=False)} %"
