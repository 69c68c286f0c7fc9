"""The section "programme": which loyalty programme sales go by, and how another one gets there.

Shape: what is in effect stands on top. A draft comes from a ready programme or from a file; what is
wrong in it is told line by line, and so is what is hardly meant, which forbids nothing. A draft can
be tried out over the past sales before it is used, with a bar and a way to stop; using it is a
press of its own.
"""

from __future__ import annotations

from typing import Final

from posloyalty.domain.values.ratio import Ratio
from ui.presenters.desks import DraftProgramme, KeptProgramme, ProgrammeDesk, TriedOut
from ui.presenters.form import Choice, Field, FieldKind
from ui.presenters.ports import ToastKind
from ui.presenters.session import Session
from ui.presenters.settings.long_work import LongWork
from ui.presenters.settings.section import Act, Notice, NoticeKind, Section, SectionState

FILES: Final = "*.toml"
SHARES: Final = ("0", "25", "50", "100")
FINDINGS_SHOWN: Final = 50


class ProgrammeSection(Section):
    """Choose, look over, try out, use."""

    def __init__(self, session: Session, *, desk: ProgrammeDesk) -> None:
        super().__init__(session)
        self._desk = desk
        self._ready: tuple[str, ...] = ()
        self._kept: tuple[KeptProgramme, ...] = ()
        self._judged: DraftProgramme | None = None
        self._work = LongWork(self)
        self.draft.load({"ready": "", "redeemers": "50"})

    def opened(self, **arguments: object) -> None:
        """Read what is in effect and what ships."""
        self._look()
        self.tell()

    def foresee(self) -> None:
        """Read what there is to choose from."""
        super().foresee()
        if self.session.till_open and not self._ready:
            self._look()

    def change(self, name: str, value: str) -> None:
        """Another ready programme becomes the draft at once."""
        super().change(name, value)
        if name == "ready" and value:
            self.look_up(lambda: self._desk.from_ready(value), self._looked_over)

    def act(self, name: str, path: str = "") -> None:
        """Take a file, try the draft out, stop, or use the draft."""
        draft = self._judged
        if name == "cancel":
            self._work.stop()
        elif name == "file":
            self.draft.change("ready", "")
            self.look_up(lambda: self._desk.from_file(path), self._looked_over)
        elif draft is not None and not draft.findings and name == "try":
            share = Ratio(int(self.draft["redeemers"]), 100)
            self._work.start(
                self.session.words("settings.try_running", name=draft.name),
                lambda progress: self._desk.try_out(draft, share, progress),
                self._tried,
            )
        elif draft is not None and not draft.findings and name == "use":
            self.write(lambda operator: self._desk.use(draft, operator.id), self._used)

    def discard(self) -> None:
        """Drop the draft."""
        self._judged = None
        self._work.report = ()
        super().discard()

    def _look(self) -> None:
        self.look_up(lambda: (self._desk.ready(), self._desk.kept()), self._read)

    def _read(self, found: tuple[tuple[str, ...], tuple[KeptProgramme, ...]]) -> None:
        self._ready, self._kept = found
        self.tell()

    def _looked_over(self, draft: DraftProgramme) -> None:
        self._judged = draft
        self._work.report = ()
        self.tell()

    def _tried(self, outcome: TriedOut) -> tuple[Notice, ...]:
        if not outcome.sales:
            said = self.session.words("settings.try_no_sales")
            return (Notice(said, NoticeKind.LOOK),)
        first, *rest = outcome.lines
        return (Notice(first, NoticeKind.GOOD), *(Notice(line) for line in rest))

    def _used(self, kept: KeptProgramme) -> None:
        words = self.session.words
        self._judged = None
        self._work.report = ()
        self.draft.load({**self.draft.values, "ready": ""})
        code = "programme_used" if kept.in_effect else "programme_waits"
        self.say(words(f"settings.{code}", name=kept.name, day=kept.since), ToastKind.GOOD)
        if self.session.shop is not None:
            self.session.shop_changed(self.session.shop)  # whatever shows the programme follows
        self.opened()

    # Wording

    def tell(self) -> None:
        """Word what is in effect, the draft and its report."""
        words, work = self.session.words, self._work
        idle = not work.doing and not self.busy
        self._show(
            SectionState(
                title=words("settings.section_programme"),
                text=self._in_effect(),
                form=self.draft.form(self._fields(), words),
                notices=(*self._draft_notices(), *work.report),
                acts=self._acts(idle),
                busy=not idle,
                progress=work.progress,
                progress_text=work.doing,
            )
        )

    def _in_effect(self) -> str:
        words = self.session.words
        now = next((one for one in self._kept if one.in_effect), None)
        if now is None:
            return words("settings.programme_none")
        return words("settings.programme_now", name=now.name, version=now.version, day=now.since)

    def _fields(self) -> list[Field]:
        words = self.session.words
        ready = tuple(
            Choice(key, words(f"ready.{key}"), words(f"ready.{key}_about")) for key in self._ready
        )
        shares = tuple(Choice(share, words("settings.try_share", share=share)) for share in SHARES)
        return [
            Field(
                name="ready",
                label=words("settings.programme_ready"),
                kind=FieldKind.CHOICE,
                choices=ready,
            ),
            Field(
                name="redeemers",
                label=words("settings.try_redeemers"),
                kind=FieldKind.CHOICE,
                choices=shares,
            ),
        ]

    def _draft_notices(self) -> tuple[Notice, ...]:
        words, draft = self.session.words, self._judged
        if draft is None:
            return ()
        if not draft.findings:
            said = words("settings.programme_good", name=draft.name, version=draft.version)
            doubts = (Notice(line, NoticeKind.LOOK) for line in draft.warnings[:FINDINGS_SHOWN])
            return (Notice(said, NoticeKind.GOOD), *doubts)
        count = len(draft.findings)
        head = Notice(words.counted("settings.programme_findings", count), NoticeKind.REFUSED)
        lines = (Notice(line) for line in draft.findings[:FINDINGS_SHOWN])
        return (head, *lines)

    def _acts(self, idle: bool) -> tuple[Act, ...]:
        words, draft = self.session.words, self._judged
        good = idle and draft is not None and not draft.findings

        def act(name: str, icon: str, enabled: bool, picks: str = "") -> Act:
            return Act(
                name=name,
                label=words(f"settings.programme_{name}"),
                icon=icon,
                enabled=enabled,
                picks=picks,
                about=words(f"settings.programme_{name}_text"),
            )

        return (
            act("file", "import", idle, FILES),
            act("try", "history", good),
            act("use", "check", good),
        )
