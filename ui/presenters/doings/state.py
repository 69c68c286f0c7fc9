"""What the sheet of doings shows: the list in its groups, or one thing with what it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from ui.presenters.form import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class DoingRow:
    """One row; `heading` is that of the group which begins here. `faint` cannot be done now."""

    id: str
    icon: str
    title: str
    sub: str
    amount: str
    spoken: str
    heading: str = ""
    faint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DoingPage:
    """One thing: what to fill in, what it gives, and the button; `why_not` stands in its place."""

    id: str
    title: str
    sub: str
    verb: str
    form: Form
    gives: tuple[str, ...] = ()
    why_not: str = ""
    ready: bool = False
    busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DoingsState:
    """The sheet. `empty` says why there are no rows; a page lies over the list."""

    title: str = ""
    rows: tuple[DoingRow, ...] = ()
    chosen: int = -1
    empty: str = ""
    page: DoingPage | None = None
