"""One variant's reading of a scenario file, in the order in which one thing needs another:
shops, programme, what else is given, steps, and what is expected in the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from posloyalty.scenario import expectations, givens, payments, steps, wishes
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import read_expectations
from posloyalty.scenario.frame import read_frame
from posloyalty.scenario.given import GIVENS, Given, GivenKind, Past
from posloyalty.scenario.scenario import Case, Frame, PlannedStep
from posloyalty.scenario.seen import NOTHING, Attempt, Books, Check, MemberSeen, Surroundings
from posloyalty.scenario.step import STEPS, StepKind

FORMAT: Final = 1
END: Final = "end"
EXPECT: Final = "expect"
REFUSAL: Final = "refusal"
STEPS_MOST: Final = 2_000
# The first step's time where the file names none, and the time between steps.
FIRST_DAY: Final = date(2026, 1, 1)
OPENS: Final = time(10)
A_MINUTE: Final = timedelta(minutes=1)
ALWAYS_SEEN: Final = (Surroundings, Books)
# Imported so that what they register is known.
_KINDS = (expectations, givens, payments, steps, wishes)


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant's name and its place in the file; "" and -1 for a file without variants."""

    name: str
    place: int


class CaseReader:
    """Reads one case; findings go to the block's reading."""

    def __init__(self, file: Block, variant: Variant, variants: tuple[str, ...]) -> None:
        self._file = file
        self._reading = file.reading
        self._variant = variant
        self._variants = variants
        self._more: dict[str, Block] = {}

    def case(self) -> Case:
        """The case; it means something only where nothing was found."""
        file = self._file
        _read_head(file)
        frame = read_frame(file)
        self._read_variant()
        given = list(self._given())
        starts = _utc(file.instant("starts"))
        planned = self._steps(frame, starts)
        in_the_end = self._expected(file, END, ALWAYS_SEEN)
        file.close(("variant", "expect", *GIVENS))
        self._check_names(frame)
        self._check_patch()
        return Case(
            variant=self._variant.name,
            starts=starts or (planned[0].at if planned else self._first_time()),
            frame=frame,
            givens=tuple(one for one in given if not isinstance(one, Past)),
            past=tuple(one for one in given if isinstance(one, Past)),
            steps=planned,
            in_the_end=in_the_end,
        )

    def _read_variant(self) -> None:
        tables = self._file.sections("variant")
        if self._variant.place < 0:
            return
        table = tables[self._variant.place]
        table.text("name")
        if "programme" in table:
            patch = table.section("programme")
            if patch is not None:
                self._reading.patch = {key: patch.value(key) for key in patch.untaken}
                self._reading.patch_path = patch.path
        if EXPECT in table:
            self._more = dict(table.each(EXPECT))
        table.close(("programme", EXPECT))

    def _given(self) -> Iterable[Given | Past]:
        # The programme first: everything else may name its wallets and levels.
        for key in sorted(GIVENS, key=lambda one: one != "programme"):
            kind = GIVENS[key]
            for table in self._file.tables(key):
                yield from kind.read(table)
                self._name(table, kind)
                table.close()

    def _name(self, table: Block, kind: GivenKind) -> None:
        name = table.value(kind.name) if kind.name else None
        if isinstance(name, str) and not self._reading.declare(kind.key, name):
            table.found(kind.name, "ID_TWICE", given=name)

    def _steps(self, frame: Frame, starts: datetime | None) -> tuple[PlannedStep, ...]:
        planned: list[PlannedStep] = []
        tables = self._file.sections("when", some=True)
        if len(tables) > STEPS_MOST:
            self._file.found("when", "TOO_MANY_OF", most=STEPS_MOST)
        before = starts
        for table in tables[:STEPS_MOST]:
            if not self._meant(table):
                continue
            step = self._step(table, frame, before)
            if step is not None:
                planned.append(step)
                before = step.at
        return tuple(planned)

    def _meant(self, table: Block) -> bool:
        """Whether a step belongs to this variant."""
        if "only" not in table:
            return True
        only = table.words("only")
        for name in only:
            if name not in self._variants:
                known = ", ".join(self._variants)
                table.found("only", "NOT_DECLARED", given=name, known=known)
        return self._variant.name in only

    def _step(self, table: Block, frame: Frame, before: datetime | None) -> PlannedStep | None:
        word = table.text("step")
        kind = STEPS.get(word)
        if kind is None:
            if word:
                table.found("step", "KIND_UNKNOWN", given=word, known=", ".join(sorted(STEPS)))
            return None
        till = table.refer("till", "till", self._reading.first_till)
        step_id = self._id(table)
        zone = ZoneInfo(frame.till(till).details.timezone)
        # In UTC, because Python compares two times of one zone by their clock readings.
        at = _utc(table.instant("at", zone))
        if at is None:
            at = self._first_time() if before is None else before + A_MINUTE
        elif before is not None and at < before:
            shown = f"{before.astimezone(zone):%Y-%m-%d %H:%M}"
            table.found("at", "BEFORE_THE_STEP_BEFORE", before=shown)
        operator = table.refer("operator", "operator", "")
        step = kind.read(table)
        if step_id:
            self._reading.step_members[step_id] = step.member
        refused = REFUSAL in self._keys_expected(table, step_id)
        checks = self._expected(table, step_id, _shapes(kind, step.member))
        table.close(("at", "id", "only", EXPECT))
        return PlannedStep(
            path=table.path,
            id=step_id,
            at=at,
            till=till,
            operator=operator,
            step=step,
            checks=checks,
            refusal_expected=refused,
        )

    def _id(self, table: Block) -> str:
        if "id" not in table:
            return ""
        step_id = table.text("id")
        if step_id == END or not self._reading.declare("step", step_id):
            table.found("id", "ID_TWICE", given=step_id)
        return step_id

    def _keys_expected(self, table: Block, step_id: str) -> set[str]:
        common = table.value(EXPECT)
        more = self._more.get(step_id)
        keys = set(common) if isinstance(common, dict) else set()
        return keys | (set() if more is None else set(more.untaken))

    def _expected(
        self, table: Block, step_id: str, shapes: tuple[type[Any], ...]
    ) -> tuple[Check, ...]:
        """What is expected of every variant, then of this one, which has the last word on a key."""
        more = self._more.get(step_id) if step_id else None
        own = () if more is None else more.untaken
        common = table.section(EXPECT) if EXPECT in table else None
        checks = () if common is None else read_expectations(common, shapes, but=own)
        return checks if more is None else (*checks, *read_expectations(more, shapes))

    def _first_time(self) -> datetime:
        return datetime.combine(FIRST_DAY, OPENS, tzinfo=self._reading.zone).astimezone(UTC)

    def _check_patch(self) -> None:
        """What a variant changes must be in one of the programmes."""
        reading = self._reading
        everywhere = set.intersection(*reading.unpatched) if reading.unpatched else set()
        for path in sorted(everywhere, key=str):
            reading.found((*reading.patch_path, *path), "NOT_IN_PROGRAMME", key=path[-1])

    def _check_names(self, frame: Frame) -> None:
        """Whatever is named must be declared, before or after it."""
        reading = self._reading
        of_programme = {"wallet": set(reading.scales), "tier_scheme": set(reading.levels)}
        known = dict(reading.names) | {
            "tax": set(reading.taxes),
            "till": {till.code for till in frame.tills},
        }
        for path, kind, named in reading.references:
            if kind in of_programme and reading.in_the_dark:
                continue
            names = (known | of_programme).get(kind, set())
            if named not in names:
                facts = {"given": named, "known": ", ".join(sorted(names)) or NOTHING}
                reading.found(path, "NOT_DECLARED", key=str(path[-1]), **facts)
        for step_id, block in self._more.items():
            if step_id != END and step_id not in reading.names.get("step", set()):
                steps_known = ", ".join(sorted({*reading.names.get("step", set()), END}))
                reading.found(block.path, "NOT_DECLARED", given=step_id, known=steps_known)


def _read_head(file: Block) -> None:
    file.whole("scenario", least=1, most=FORMAT)
    file.text("name")
    for key in ("shows", "source"):
        file.paragraph(key)
    if "policies" in file:
        file.words("policies")


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)


def _shapes(kind: StepKind, member: str) -> tuple[type[Any], ...]:
    """What is there to look at after a step."""
    return (*kind.gives, Attempt, *ALWAYS_SEEN, *((MemberSeen,) if member else ()))
