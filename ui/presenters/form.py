"""Forms as data: what stands in each entry, what is wrong with it, and how it is typed.

Shape: a `Form` is a frozen tuple of worded `Field`s that one view can draw whatever it asks for; a
`Draft` is what was typed so far, by field name, with its findings. Values are texts; a tick is "1"
or "". Findings are wording codes with facts, so that a switch of language words them anew.

Promise: findings are kept until their own entry changes, and all of them are shown at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from posloyalty.services.refusal import ServiceRefusal
from posloyalty.wording import MissingWording, Words

TICKED: Final = "1"


class FieldKind(StrEnum):
    """How an entry is typed: the input method is on for NAME, PERSON and LINES only.

    PERSON is a person's name; PHONE, TIME and CODES are figures with the signs between them.
    """

    TEXT = "text"
    NAME = "name"
    PERSON = "person"
    LINES = "lines"
    DIGITS = "digits"
    PHONE = "phone"
    TIME = "time"
    CODES = "codes"
    AMOUNT = "amount"
    PIN = "pin"
    CHOICE = "choice"
    TICK = "tick"
    COLOUR = "colour"
    PICTURE = "picture"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers of a CHOICE or COLOUR entry; `note` stands under the label."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One entry as the view shows it. `half` lets two stand side by side where there is room."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    value: str = ""
    hint: str = ""
    finding: str = ""
    choices: tuple[Choice, ...] = ()
    picture: bytes | None = None
    half: bool = False
    enabled: bool = True
    length_max: int = 200

    @property
    def ticked(self) -> bool:
        """Whether a TICK entry is ticked."""
        return self.value == TICKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A worded form. `summary` counts the findings in words; `first_finding` is where to go."""

    fields: tuple[Field, ...] = ()
    changed: bool = False
    busy: bool = False
    summary: str = ""
    first_finding: str | None = None

    def field(self, name: str) -> Field:
        """The entry of a name; KeyError when the form has none such."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with an entry: a wording code and the facts that fill it in."""

    code: str
    facts: Mapping[str, object]

    def worded(self, words: Words) -> str:
        """The sentence beside the entry."""
        try:
            return words(self.code, **self.facts)
        except (MissingWording, KeyError):
            return words("settings.finding_other", code=self.code)


def finding(code: str, /, **facts: object) -> Finding:
    """A finding of the settings' wording, or of another area when the code names one."""
    return Finding(code if "." in code else f"settings.{code}", facts)


class Draft:
    """What was typed, by field name, beside what stood there before."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values: dict[str, str] = dict(values or {})
        self.findings: dict[str, Finding] = {}
        self._before = dict(self.values)

    def load(self, values: Mapping[str, str]) -> None:
        """Begin anew from what is stored."""
        self.values = dict(values)
        self._before = dict(values)
        self.findings = {}

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def text(self, name: str) -> str:
        """The entry without blanks around it."""
        return self[name].strip()

    def ticked(self, name: str) -> bool:
        """Whether a tick is set."""
        return self[name] == TICKED

    @property
    def stored(self) -> dict[str, str]:
        """What stood in the entries before anything was typed."""
        return dict(self._before)

    @property
    def changed(self) -> bool:
        """Whether anything differs from what is stored."""
        names = self.values.keys() | self._before.keys()
        return any(self[name] != self._before.get(name, "") for name in names)

    def change(self, name: str, value: str) -> None:
        """Take what was typed; the entry's finding goes, for it speaks of the text before."""
        self.values[name] = value
        self.findings.pop(name, None)

    def find(self, name: str, found: Finding) -> None:
        """Note what is wrong; the first finding of an entry stays."""
        self.findings.setdefault(name, found)

    def take(self, refusal: ServiceRefusal, places: Mapping[str, str] | None = None) -> None:
        """Note every finding of a service beside its entry; `places` maps the service's names."""
        for found in refusal.findings:
            name = (places or {}).get(found.place, found.place)
            self.find(name, Finding(f"refusal.{found.reason}", dict(found.facts)))

    def require(self, *names: str) -> None:
        """Find every one of these entries that is empty."""
        for name in names:
            if not self.text(name):
                self.find(name, finding("finding_required"))

    def bound(self, **most: int) -> None:
        """Find every entry that is longer than it may be."""
        for name, length in most.items():
            if len(self.text(name)) > length:
                self.find(name, finding("finding_too_long", most=length))

    def form(self, fields: Iterable[Field], words: Words, *, busy: bool = False) -> Form:
        """The form of these entries, with values and findings filled in."""
        shown = tuple(self._filled(field, words) for field in fields)
        first = next((field.name for field in shown if field.finding), None)
        count = len(self.findings)
        summary = words.counted("settings.findings", count) if count else ""
        return Form(
            fields=shown, changed=self.changed, busy=busy, summary=summary, first_finding=first
        )

    def _filled(self, field: Field, words: Words) -> Field:
        found = self.findings.get(field.name)
        return Field(
            name=field.name,
            label=field.label,
            kind=field.kind,
            value=field.value if field.kind is FieldKind.SHOWN else self[field.name],
            hint=field.hint,
            finding="" if found is None else found.worded(words),
            choices=field.choices,
            picture=field.picture,
            half=field.half,
            enabled=field.enabled,
            length_max=field.length_max,
        )


def tick(ticked: bool) -> str:
    """The text of a tick."""
    return TICKED if ticked else ""
