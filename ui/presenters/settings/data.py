"""The section "data": import, backup and proof; long work with a bar and a way to stop it.

Shape: one job at a time. An import's report stays until the next job: how many rows went in, and
every row that did not, with its line, column and reason.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Final

from ui.presenters.desks import BackOffice, ImportOutcome, ProofOutcome
from ui.presenters.ports import Sound, ToastKind
from ui.presenters.session import Session
from ui.presenters.settings.import_told import import_report
from ui.presenters.settings.long_work import LongWork
from ui.presenters.settings.section import Act, Notice, NoticeKind, Section, SectionState

TABLES: Final = "*.csv *.xlsx"
FOLDER: Final = "/"


class DataSection(Section):
    """Buttons, a progress bar, and the last report."""

    def __init__(self, session: Session, *, office: BackOffice) -> None:
        super().__init__(session)
        self._office = office
        self._work = LongWork(self)

    def opened(self, **arguments: object) -> None:
        """Show the buttons, and the bar of a job that still runs."""
        self.tell()

    def act(self, name: str, path: str = "") -> None:
        """Start a job, or stop the one that runs."""
        words, office, start = self.session.words, self._office, self._work.start
        if name == "cancel":
            self._work.stop()
        elif name in ("products", "members"):
            take = office.import_products if name == "products" else office.import_members
            start(self._importing(path), lambda p: take(path, p), self._imported(path))
        elif name == "backup":
            doing = words("settings.data_backup_running")
            start(doing, lambda p: office.back_up(path, p), self._backed_up)
        elif name == "verify":
            start(words("settings.data_verify_running"), office.verify, self._verified)

    def _importing(self, path: str) -> str:
        return self.session.words("settings.data_importing", file=PurePath(path).name)

    def _imported(self, path: str) -> Callable[[ImportOutcome], tuple[Notice, ...]]:
        def report(outcome: ImportOutcome) -> tuple[Notice, ...]:
            return import_report(self.session.words, PurePath(path).name, outcome)

        return report

    def _backed_up(self, path: str) -> tuple[Notice, ...]:
        said = self.session.words("settings.data_backup_done", path=path)
        self.say(said, ToastKind.GOOD)
        return (Notice(said, NoticeKind.GOOD),)

    def _verified(self, outcome: ProofOutcome) -> tuple[Notice, ...]:
        words = self.session.words
        if outcome.difference:
            said = words("settings.data_verify_differs", what=outcome.difference)
            self.session.sounds.play(Sound.REFUSED)
            return (Notice(said, NoticeKind.REFUSED),)
        said = words(
            "settings.data_verify_ok",
            events=f"{outcome.events:,}",
            balances=f"{outcome.balances:,}",
        )
        return (Notice(said, NoticeKind.GOOD),)

    def tell(self) -> None:
        """Word buttons, bar and report."""
        words, work = self.session.words, self._work
        idle = not work.doing

        def act(name: str, label: str, icon: str, picks: str, about: str) -> Act:
            return Act(
                name=name,
                label=words(f"settings.{label}"),
                icon=icon,
                enabled=idle,
                picks=picks,
                about=words(f"settings.{about}"),
            )

        acts = [
            act("products", "data_import_products", "import", TABLES, "data_import_text"),
            act("members", "data_import_members", "import", TABLES, "data_import_members_text"),
            act("backup", "data_backup_now", "saved", FOLDER, "data_backup_text"),
            act("verify", "data_verify_now", "check-circle", "", "data_verify_text"),
        ]
        self._show(
            SectionState(
                title=words("settings.section_data"),
                acts=tuple(acts),
                notices=work.report,
                busy=not idle,
                progress=work.progress,
                progress_text=work.doing,
            )
        )
