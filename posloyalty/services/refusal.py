"""Refusals of the services: what a person can put right, as a code and facts.

Shape: `ServiceRefusal(reason, **facts)`; `reason` is a wording key of area "refusal" and the facts
fill it in; `because` are the reasons behind it, codes of area "reason", such as the conditions that
are not met. `findings` is there when several things are wrong at once (a form, an imported file):
all of them are reported together, each naming its place.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.reason import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong in a form: the field, a wording key of area "refusal", its facts."""

    place: str
    reason: str
    facts: tuple[tuple[str, object], ...] = ()


class ServiceRefusal(Exception):
    """An act that cannot be done as asked; nothing was changed."""

    def __init__(
        self,
        reason: str,
        *,
        findings: tuple[Finding, ...] = (),
        because: tuple[Reason, ...] = (),
        **facts: object,
    ) -> None:
        super().__init__(reason)
        self.because = because
        self.reason = reason
        self.findings = findings
        self.facts = facts

    @property
    def told(self) -> dict[str, object]:
        """The facts, with the codes of what is behind it where nobody writes their numbers."""
        return {**self.facts, "because": ", ".join(one.code for one in self.because)}

    def __repr__(self) -> str:
        return f"ServiceRefusal({self.reason!r}, findings={self.findings!r}, facts={self.facts!r})"


def finding(place: str, reason: str, **facts: object) -> Finding:
    """A finding with its facts named."""
    return Finding(place=place, reason=reason, facts=tuple(facts.items()))


def refuse_findings(findings: list[Finding]) -> None:
    """Raise INVALID with all findings, when there are any."""
    if findings:
        raise ServiceRefusal("INVALID", findings=tuple(findings), count=len(findings))
