"""The shop's loyalty programme as the settings handle it: ready ones, files, try-outs, installing.

Shape: `ProgrammeDesk` of the settings. A draft is the bytes of a file with what is wrong in it, or
what looks wrong and is used all the same; a
try-out rings the book's own past sales through it and through the programme in effect, on the long
lane, and books nothing. Reports come back as worded lines.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.refusal import ServiceRefusal
from ui.presenters.desks import DraftProgramme, KeptProgramme, TriedOut
from ui.presenters.ports import Progress
from ui.presenters.session import Session

FILE_BYTES_MOST: Final = 1_000_000
GROUPS_SHOWN: Final = 12


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
        from posloyalty.services.programmes.ready_programmes import fitted

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
        from posloyalty.insight.try_out_told import told_difference, told_report
        from posloyalty.services.programmes.past_sales import (
            count_sales,
            sales_of_book,
            tax_classes_of_book,
        )
        from posloyalty.services.programmes.programmes import read_programme

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
        words, draft_rules, most = self._session.words, rules[0], GROUPS_SHOWN
        lines = [
            *told_report(found.reports[0], draft_rules, found.day, words, groups_most=most),
            *told_difference(found.change, draft_rules.currency, words, groups_most=most),
        ]
        return TriedOut(sales=found.rung, lines=tuple(lines))

    def use(self, draft: DraftProgramme, actor: bytes) -> KeptProgramme:
        """Put a draft in effect from now, or from the first day that it names.

        Refuses PROGRAMME_KEPT when this very file is there already, and PROGRAMME_CURRENCY when it
        is for another currency than the shop's.
        """
        from posloyalty.services.programmes.programmes import read_programme

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
        from posloyalty.services.programmes.programmes import finding_sentences

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


def shipped() -> tuple[str, ...]:
    """The names of the ready programmes that ship."""
    import resources
    from posloyalty.services.programmes.ready_programmes import ready_keys

    return ready_keys(file.stem for file in resources.path("programmes").glob("*.toml"))


def shipped_file(key: str) -> bytes:
    """One of them as it ships."""
    import resources

    return resources.read(f"programmes/{key}.toml")
