"""One doing while it is filled in: answers, findings, what they would give, what comes next.

Shape: `FilledIn` holds the draft of one doing. It knows no lane and no screen.
"""

from __future__ import annotations

from posloyalty.wording import Words
from ui.presenters.doings.doing import Doing
from ui.presenters.doings.state import DoingPage
from ui.presenters.form import Draft, Field, FieldKind


class FilledIn:
    """The answers to what a doing asks for. `gives` and `why_not` are the newest preview's."""

    def __init__(self, doing: Doing) -> None:
        self.doing = doing
        self.gives: tuple[str, ...] = ()
        self.why_not = doing.why_not
        self.busy = False
        self._passed = 0
        self._draft = Draft({field.name: field.value for field in doing.fields})

    @property
    def answers(self) -> dict[str, str]:
        """What stands in the entries."""
        return {field.name: self._draft.text(field.name) for field in self.doing.fields}

    @property
    def untouched(self) -> bool:
        """Whether the entries stand as they were proposed."""
        return not self._draft.changed

    @property
    def complete(self) -> bool:
        """Whether every entry is filled in."""
        return all(self.answers.values())

    def change(self, name: str, text: str) -> None:
        """An entry was typed into or chosen; numbers take digits only."""
        field = next((one for one in self.doing.fields if one.name == name), None)
        if field is None:
            return
        if field.kind is FieldKind.DIGITS:
            text = "".join(sign for sign in text if sign.isdecimal())
        self._draft.change(name, text)

    def reworded(self, doing: Doing) -> None:
        """The same doing in another language; what was answered stays."""
        self.doing = doing

    def require(self) -> bool:
        """Find every entry that is empty; whether there is none."""
        self._draft.require(*(field.name for field in self.doing.fields))
        return not self._draft.findings

    def choose_next(self, by: int) -> bool:
        """The next or the last answer of the first choice that is open; False without one."""
        field = self._choice()
        if field is None:
            return False
        values = [choice.value for choice in field.choices]
        now = self._draft[field.name]
        at = values.index(now) + by if now in values else 0 if by > 0 else len(values) - 1
        self.change(field.name, values[max(0, min(len(values) - 1, at))])
        return True

    def choose_typed(self, sign: str) -> bool:
        """A figure chooses the answer of that name and goes on; 1 waits for the 0 of a 10."""
        field = self._choice()
        if field is None:
            return False
        values = {choice.value for choice in field.choices}
        for text in (self._draft[field.name] + sign, sign):
            if text in values:
                self.change(field.name, text)
                if not any(one != text and one.startswith(text) for one in values):
                    self.go_on()
                return True
        return False

    def state(self, words: Words) -> DoingPage:
        """The page as it is shown."""
        doing = self.doing
        return DoingPage(
            id=doing.id,
            title=doing.title,
            sub=doing.sub,
            verb=doing.verb,
            form=self._draft.form(doing.fields, words, busy=self.busy),
            gives=self.gives,
            why_not=self.why_not,
            ready=bool(doing.verb) and not self.busy and not self.why_not,
            busy=self.busy,
        )

    def go_on(self) -> bool:
        """Go to the next choice, once the one that the keys are about has its answer."""
        choices = [one for one in self.doing.fields if one.kind is FieldKind.CHOICE]
        if self._passed + 1 >= len(choices) or not self._draft[choices[self._passed].name]:
            return False
        self._passed += 1
        return True

    def _choice(self) -> Field | None:
        """The choice that the keys are about."""
        choices = [one for one in self.doing.fields if one.kind is FieldKind.CHOICE]
        if not choices:
            return None
        return choices[min(self._passed, len(choices) - 1)]
