"""Programmes: upload, check, diff, try out, propose, approve, go back, stop, and who has heard."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import unified_diff
from functools import partial
from itertools import islice
from typing import Any, Final

from posloyalty.domain.programme.finding import Finding
from posloyalty.domain.values.money import Currency, format_amount
from posloyalty.headoffice.console.amounts import wallets_shown
from posloyalty.headoffice.console.asking import Asking, Moved, NotThere, Page, Shown, Told
from posloyalty.headoffice.console.paging import paged, paged_by
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.headoffice.programmes.stopping import TillExposure, stoppable
from posloyalty.headoffice.programmes.try_outs import TryOuts
from posloyalty.insight.draft.draft import read_draft_at
from posloyalty.insight.draft.warnings import warnings_of
from posloyalty.services.ports import Clock
from posloyalty.services.programmes.programmes import finding_sentences, read_programme
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.wire.publications import FILE_BYTES_MAX
from posloyalty.wording import Words

UPLOAD_BYTES_MAX: Final = FILE_BYTES_MAX + 20_000
DIFF_LINES_MOST: Final = 400
_PROGRAMMES: Final = "/console/programmes"
_ONE: Final = "/console/programme"


@dataclass(frozen=True, slots=True)
class ProgrammePages:
    """What there is of programmes."""

    publishing: Publishing
    try_outs: TryOuts
    clock: Clock

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        see, publish = Right.SEE, Right.PUBLISH
        forms = (
            (f"{_PROGRAMMES}/approve", self.approve, Right.APPROVE, self.all),
            (f"{_PROGRAMMES}/withdraw", self.withdraw, publish, self.all),
            (f"{_PROGRAMMES}/go-back", self.go_back, publish, self.all),
            (f"{_PROGRAMMES}/stop", self.stop, Right.STOP_OFFER, self.all),
            (f"{_ONE}/propose", self.propose, publish, self.one),
            (f"{_ONE}/try-out", self.try_out, Right.TRY_OUT, self.one),
        )
        return (
            Page.shows(_PROGRAMMES, self.all, see),
            Page.shows(_ONE, self.one, see),
            Page.shows("/console/exposure", self.exposure, see),
            Page.changes(
                _PROGRAMMES, self.upload, publish, back=self.all, body_bytes_max=UPLOAD_BYTES_MAX
            ),
            *(Page.changes(path, act, right, back=back) for path, act, right, back in forms),
        )

    def all(self, asking: Asking) -> Told:
        """Publications, files, what can be stopped, and what every till goes by."""
        running = self.publishing.running()
        return Shown(
            template="programmes.html",
            facts={
                "publications": self.publishing.publications(),
                "files": [
                    {
                        "hash": bytes(row.hash).hex(),
                        "name": f"{row.programme_id} {row.version}",
                        "by": row.kept_by,
                        "at": datetime.fromtimestamp(row.kept_s, UTC),
                    }
                    for row in self.publishing.files()
                ],
                "rules": [] if running is None else stoppable(running, asking.words.language),
                "tills": paged(
                    sorted(self.publishing.tills(), key=lambda one: not one.lags),
                    asking.number("page"),
                ),
                "not_taken": partial(not_taken, asking.words),
                "findings": (),
            },
        )

    def upload(self, asking: Asking) -> Told:
        """Keep a file; one with findings is not kept, and they are shown with their lines."""
        if not asking.file:
            raise ServiceRefusal("NO_FILE_CHOSEN")
        found = read_draft_at(asking.file[: FILE_BYTES_MAX + 1], self.clock.now())
        if isinstance(found, list):
            return self._with_findings(asking, found)
        programme = self.publishing.keep(asking.file, by=asking.who)
        return Moved(path=f"{_ONE}?hash={programme.hash.hex()}", said="file_kept")

    def one(self, asking: Asking) -> Told:
        """A file: what looks wrong, how it differs from the one in effect, its try-out."""
        digest = asking.told("hash")
        try:
            data = self.publishing.file(digest)
        except ServiceRefusal:
            raise NotThere from None
        draft = read_draft_at(data, self.clock.now())
        if isinstance(draft, list):
            raise NotThere
        running = self.publishing.running()
        words = asking.words
        opening = next_opening(self.clock.now().astimezone(draft.programme.zone))
        facts = {
            "hash": digest,
            "programme": draft.programme,
            "name": draft.programme.names.in_language(words.language),
            "warnings": finding_sentences(warnings_of(draft), words, "doubt"),
            "running": "" if running is None else _title(running),
            "diff": () if running is None else difference(running, data),
            "text": data.decode("utf-8"),
            "trial": self.try_outs.of(bytes.fromhex(digest), words.language),
            "day": asking.form.get("day", opening.date().isoformat()),
            "hour": asking.form.get("hour", opening.strftime("%H:%M")),
        }
        return Shown(template="programme.html", facts=facts)

    def try_out(self, asking: Asking) -> Told:
        """Ring the chain's past sales through a file."""
        digest = asking.told("hash")
        self.publishing.file(digest)
        self.try_outs.ask(bytes.fromhex(digest), by=asking.who)
        return Moved(path=f"{_ONE}?hash={digest}", said="try_out_asked")

    def propose(self, asking: Asking) -> Told:
        """Propose a file from a day and hour of its own zone."""
        digest = asking.told("hash")
        programme = read_programme(self.publishing.file(digest))
        begins = moment(asking.told("day"), asking.told("hour"), programme.zone)
        until = asking.told("until")
        ends = moment(until, "00:00", programme.zone) if until else None
        self.publishing.propose(
            digest, begins=begins, ends=ends, min_app=asking.told("min_app")[:20], by=asking.who
        )
        return Moved(path=_PROGRAMMES, said="proposed")

    def approve(self, asking: Asking) -> Told:
        """Publish what somebody else proposed."""
        self.publishing.approve(asking.number("number"), by=asking.who)
        return Moved(path=_PROGRAMMES, said="published")

    def withdraw(self, asking: Asking) -> Told:
        """Take a proposal back."""
        self.publishing.withdraw(asking.number("number"), by=asking.who)
        return Moved(path=_PROGRAMMES, said="withdrawn")

    def go_back(self, asking: Asking) -> Told:
        """An earlier version again."""
        self.publishing.go_back(asking.number("number"), by=asking.who)
        return Moved(path=_PROGRAMMES, said="went_back")

    def stop(self, asking: Asking) -> Told:
        """Stop a rule now."""
        number = self.publishing.stop(asking.told("rule"), by=asking.who)
        return Moved(path=f"/console/exposure?number={number}", said="stopped")

    def exposure(self, asking: Asking) -> Told:
        """Who has heard of a stop, and what those who have not may still give."""
        number = asking.number("number")
        try:
            tills = self.publishing.exposure(number)
        except ServiceRefusal:
            raise NotThere from None
        row = next((one for one in self.publishing.publications() if one.number == number), None)
        if row is None:
            raise NotThere
        money = self.publishing.money_of(number)
        unheard = [one for one in tills if not one.heard]
        is_offer = row.stops.startswith("offer:")
        wallets = wallets_shown(self.publishing, asking.words)

        def told(one: TillExposure) -> str:
            if is_offer:
                return _amount(one.day_most_minor, money)
            return wallets.listed(one.day_most_points)

        points: Counter[str] = Counter()
        for one in unheard:
            points.update(dict(one.day_most_points))
        a_day = _amount(sum(one.day_most_minor for one in unheard), money)
        unheard_first = sorted(tills, key=lambda one: one.heard)
        facts = {
            "row": row,
            "tills": paged_by(
                len(unheard_first),
                asking.number("page"),
                lambda begin, most: [
                    (one, told(one)) for one in unheard_first[begin : begin + most]
                ],
            ),
            "unheard": len(unheard),
            "a_day": a_day if is_offer else wallets.listed(sorted(points.items())),
            "is_offer": is_offer,
        }
        return Shown(template="exposure.html", facts=facts)

    def _with_findings(self, asking: Asking, findings: list[Finding]) -> Shown:
        shown = self.all(asking)
        assert isinstance(shown, Shown)
        sentences = finding_sentences(findings, asking.words)
        return Shown(
            template=shown.template, facts={**shown.facts, "findings": sentences}, status=422
        )


def difference(running: bytes, data: bytes) -> tuple[tuple[str, str], ...]:
    """Lines of a diff, each with its mark: "-", "+", " ", or "…" where some are left out; 400 at
    most.
    """
    before, after = (one.decode("utf-8").splitlines() for one in (running, data))
    lines = islice(unified_diff(before, after, n=2, lineterm=""), 2, DIFF_LINES_MOST + 2)
    return tuple(("…", "") if line.startswith("@@") else (line[:1], line[1:]) for line in lines)


def next_opening(now: datetime) -> datetime:
    """Six in the morning of the next day, before stores open: a form that nobody changed never
    publishes at once.
    """
    return (now + timedelta(days=1)).replace(hour=6, minute=0, second=0, microsecond=0)


def moment(day: str, hour: str, zone: Any) -> datetime:
    """An instant of a programme's zone; refuses NO_SUCH_TIME."""
    try:
        return datetime.fromisoformat(f"{day}T{hour or '00:00'}").replace(tzinfo=zone)
    except ValueError:
        raise ServiceRefusal("NO_SUCH_TIME", given=f"{day} {hour}") from None


def _amount(minor: int, money: Currency) -> str:
    return f"{format_amount(minor, money)} {money.code}"


def _title(data: bytes) -> str:
    programme = read_programme(data)
    return f"{programme.id} {programme.version}"


def not_taken(words: Words, refused: str) -> str:
    """What a till says that it does not go by, "2 MIN_APP, 3 FORGED", as a person reads it."""
    told = []
    for one in refused.split(", "):
        number, _, code = one.partition(" ")
        known = f"console.not_taken_{code.lower()}"
        why = words(known if words.has(known) else "console.not_taken_other")
        # One whose seal is broken has no number that could be believed.
        told.append(
            why if number.startswith("-") else words("console.not_taken", number=number, why=why)
        )
    return " · ".join(told)
